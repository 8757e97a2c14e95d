"""Tests of the contract: the generators, the descriptors, and the edge that is built from them."""
