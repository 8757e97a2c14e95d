"""Calls from others: the server and what every call passes through, and how a process is put together."""
