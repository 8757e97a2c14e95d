"""Calls to others: channels to the mesh and who this process is there, tokens of callers, parties outside."""
