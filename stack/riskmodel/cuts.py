"""Where the ratings are cut: the highest probability of a bad loan in each, E for the rest."""

RATINGS = (("A", 0.05), ("B", 0.10), ("C", 0.20), ("D", 0.35))
