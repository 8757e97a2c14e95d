"""What every call passes through, one concern a module; `chain.py` holds their order."""
