"""The application service: what a customer asks for, and the status of the loan's whole lifecycle.

Owns the status machine (`status.py`), the timeline, the admin list and the dashboard. Moves a loan past SUBMITTED only
on what other services report, so it listens to every stage from document to repayment. When an application is
handed in, it asks the customer service for KYC completeness and has the document service freeze the documents, if all
are there.
"""
