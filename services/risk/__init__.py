"""The risk service: how likely an application is to be repaid, and the risk manager's decision.

Owns one report for each submitted application: PENDING → ASSESSED → APPROVED | REJECTED, or CLOSED when the application
ends elsewhere. Listens to application, for the figures, and to kyc, whose approval starts the assessment. The points
come from a table in `points`, whose version is named in every report; docs/model-card.md says how it was made. A
company has no score, and a person judges it. What is offered later is assessed on its own terms, and has to be within
what was decided. Asks, before a decision, application whether it goes on and kyc whether it was approved. What bank
statements show of an income, and what secures a loan, are files of their own beside the report: statements are read
once document says that an officer accepted them.
"""
