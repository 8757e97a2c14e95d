"""Faults on the running platform: load, a fault, its end, until nothing is behind any more, and then the accounts.

usage: python -m tests.faults [--seed N] [--only NAME ...], the whole of them by `make faults`
"""
