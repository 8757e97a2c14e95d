"""What of AWS the platform runs on: Terraform in `terraform`, its figures from the project, and the check of both.

`catalogue` writes the lists that Terraform reads, `check` tries all of it without an account, `costs` says what it
comes to in a month.
"""
