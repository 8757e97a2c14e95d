"""The agreement service: the contract of an approved application, as a PDF, and its signature.

Owns the agreement from its PDF (GENERATED) over a signature by one-time code or at a provider (SIGNING), or a copy
signed by hand (UPLOADED), to SIGNED; CLOSED when the application ends first. Listens to the approval service for what
to make, to kyc and risk for who has decided already, to the application service for endings, and to the customer
service for erasures: the files of what was never signed go then. Asks approval whether these terms are approved,
before it makes anything, and application whether it goes on, before every signature. A provider of signatures
(docusign.py, adobe_sign.py) is sent what is to be signed by a worker (provider_work.py), and believed nothing that it
is not asked.
"""
