"""Sanctions lists as their authorities publish them, read into one form; `python -m services.kyc.lists` loads one."""
