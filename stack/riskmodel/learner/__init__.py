"""Trains the risk model and measures it, in an environment of its own: no service loads anything that this does."""
