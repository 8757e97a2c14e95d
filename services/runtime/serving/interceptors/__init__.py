"""What every call passes through, one concern a module; `server.py` holds their order."""
