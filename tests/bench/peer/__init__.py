"""The peer of `make bench`: one endpoint written as most would write it in Python today, to compare a create with."""
