"""The second opinion on the contract: tables that a person writes, held whole against what the contract says.

A contract can only be read as what it says now, so a change of meaning that is consistent in itself shows nowhere.
These tables repeat who may call what (access.txt) and who subscribes to which event and does what with it
(listeners.txt), and which numbers others rely on (figures.txt).
`python -m proto.review` names each difference with file, line and remedy; nothing writes the tables by itself.
"""
