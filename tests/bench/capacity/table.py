"""A table of Markdown."""


def row(*cells: str) -> str:
    """One row."""
    return f"| {' | '.join(cells)} |"
