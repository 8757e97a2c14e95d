"""Attacks on the real parts and the real platform; each says how many it tried."""
