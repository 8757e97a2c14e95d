"""An auditor of a running platform: reads every database and every topic, and believes none of the services' code.

Its checks are letters: E every committed event is in its topic, and nothing else is · X an event has one effect at each
listener · O events of an aggregate stand in its order · S statuses changed by legal moves, and no one decided twice ·
M money is the same wherever it is kept · A every change has its audit row, and the chain over them is whole.
"""
