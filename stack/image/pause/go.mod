module loanflow.example/pause

go 1.22
