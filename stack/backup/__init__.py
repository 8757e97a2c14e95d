"""Backups of a stack and how it is restored: one consistent point over PostgreSQL, MongoDB, the object store, OpenBao.

A base is a copy of every store; the passes after it, one a minute, take along what was written since. Files are sealed
by a key that is not beside them. Kafka is not backed up: its topics are rebuilt from the archives of the outboxes.
"""
