"""The document service: the files of an application, their versions, and which are still missing.

Content is in S3, what is recorded of it in MongoDB. A document is UPLOADED until an officer has VALIDATED or REJECTED
it; removed, it is DELETED. Listens to the application service (what is a draft, what has ended) and to the customer
service (who is erased). Asks no service: what is not known yet is waited for, a moment.
"""
