"""The model card, as a page of Markdown and as a PDF by the typesetter of the lender's documents."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.papers.lender import lender_of
from services.papers.typesetting import typeset
from stack.riskmodel.sections import Grid, Made, Section, sections

TITLE = "Model card of the risk model"


def page(table: Made, figures: Made) -> str:
    """The page; its plots are the files of the folder model-card beside it."""
    lines = [
        f"# {TITLE}", "",
        f"Version {table['version']}, SHA-256 of the table {table['sha256']}. Made by `make model`; the table is",
        f"`services/risk/points/{table['version']}.json`. The same as a PDF: [model-card.pdf](model-card.pdf).", "",
    ]  # fmt: skip
    for section in sections(table, figures):
        lines += _section(section)
    return "\n".join(lines).rstrip() + "\n"


def pdf(table: Made, figures: Made, plots: Mapping[str, str]) -> bytes:
    """The PDF; `plots` are SVG texts by name."""
    data: dict[str, Any] = {
        "lender": lender_of().printed,
        "title": TITLE,
        "date": table["version"],
        "reference": f"Version {table['version']} · {table['sha256'][:16]}",
        "sections": [
            {
                "title": each.title, "paragraphs": each.paragraphs, "points": each.points,
                "grids": [{"head": grid.head, "rows": grid.rows} for grid in each.grids],
                "plots": [{"svg": plots[name], "alt": what} for name, what in each.plots],
            }
            for each in sections(table, figures)
        ],
    }  # fmt: skip
    return typeset("model-card-v1", data)


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {section.title}", "")
    for paragraph in section.paragraphs:
        yield from (paragraph, "")
    if section.points:
        yield from (*(f"- {each}" for each in section.points), "")
    for grid in section.grids:
        yield from (*_grid(grid), "")
    for name, what in section.plots:
        yield from (f"![{what}](model-card/{name}.svg)", "")


def _grid(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(grid.head)} |"
    yield f"|{'---|' * len(grid.head)}"
    for row in grid.rows:
        yield f"| {' | '.join(row)} |"
