"""LoanFlow's services: one package a service, beside `runtime` (what a process needs) and `lending` (loan arithmetic)."""
