"""Whether what was published before still works: callers of the API, readers of events. `python -m proto.evolution`.

The contract is held against earlier versions of itself (versions.py says which) by `buf breaking` (WIRE_JSON, no RPC or
service deleted), by Avro's rules, both ways, for every event (FULL, against every version: FULL_TRANSITIVE), and by
promises.py for what neither knows: routes, access, listeners, reasons, rules on fields.

A break that is meant is named in proto/review/breaks.txt with its reason, and counts until the next release.
"""
