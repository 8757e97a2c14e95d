"""docs/capacity.md, made of the committed run of `make bench`: `python -m tests.bench.capacity`."""
