"""LoanFlow's services, a package each; beside them `runtime` (what a process needs) and `lending` (loan arithmetic)."""
