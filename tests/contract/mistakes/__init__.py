"""Mistakes that somebody could make, each with the check of `make check` that stops it and what that says.

`tree.py` is the copy they are made in, `checks.py` runs one check on it; tables are split by what the mistake is in.
"""
