"""Makes the risk model: trains it in an environment of its own, and writes its table and its model card.

What the service gets is a table of points; what trains it is `learner`, which no service imports.
"""
