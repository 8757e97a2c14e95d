"""Draws boards as pages: of each panel the lines that Prometheus has, as SVG, without a script."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from stack.observability.boards import BOARDS, BYTES, COUNT, EVENTS, RATE, SECONDS, SHARE, Board, Panel

WIDTH, HEIGHT = 600, 170
_LEFT, _BOTTOM, _TOP = 58, 18, 8
# Told apart by people who see no red or no green, too (Okabe and Ito).
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
# A picture shows so many seconds at least.
_SHORTEST = 300.0
# More lines than these have no name below the picture.
_NAMED = 8
_SIZES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_STYLE = """
body{font:14px system-ui,sans-serif;margin:1rem;color:#222;background:#fff}nav a{margin-right:1rem}
nav a[aria-current]{font-weight:bold;color:#222;text-decoration:none}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(600px,1fr));gap:1rem}
figure{margin:0;border:1px solid #ccc;padding:.5rem}figcaption{font-weight:600}
ul{list-style:none;margin:0;padding:0;font-size:12px}li{display:inline-block;margin-right:1rem}
p{color:#555}svg text{font-size:11px;fill:#555}
"""


@dataclass(frozen=True)
class Line:
    """The labels of a series, and its values by Unix seconds, in order."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]

    @property
    def last(self) -> float:
        """Its newest value that is a number; NaN when there is none."""
        return next((value for _, value in reversed(self.points) if math.isfinite(value)), math.nan)


@dataclass(frozen=True)
class Drawn:
    """A panel with its lines, or with why there are none."""

    panel: Panel
    lines: Sequence[Line] = ()
    problem: str = ""


def page(board: Board, drawn: Sequence[Drawn], start: float, end: float) -> str:
    """The page of a board, from and until these Unix seconds, with links to the others.

    It begins with the first figure that there is, so that those of a young stack are not a dash at the right.
    """
    moments = [point[0] for each in drawn for line in each.lines for point in line.points[:1]]
    start = max(start, min([*moments, end - _SHORTEST]))
    links = "".join(
        f'<a href="/{each.name}"{" aria-current=page" if each is board else ""}>{escape(each.title)}</a>'
        for each in BOARDS
    )
    figures = "".join(_figure(each, start, end) for each in drawn)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="30">'
        f"<title>LoanFlow: {escape(board.title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(board.title)}</h1><nav>{links}</nav>"
        f"<p>{_clock(start)} to {_clock(end)} UTC</p><main>{figures}</main></body></html>"
    )


def text(value: float, unit: str) -> str:
    """A value as people read it."""
    if unit == SHARE:
        return f"{100 * value:.3g} %"
    if unit == SECONDS and abs(value) >= 7200:
        return f"{value / 3600:.3g} h"
    size, letter = next(((size, letter) for size, letter in _SIZES if abs(value) >= size), (1, ""))
    after = {SECONDS: " s", RATE: "/s", EVENTS: "/s", BYTES: " B", COUNT: ""}.get(unit, f" {unit}")
    return f"{value / size:.3g} {letter}{after.lstrip()}" if letter else f"{value:.3g}{after}"


def name(panel: Panel, labels: Mapping[str, str]) -> str:
    """How a line is called."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), panel.legend)


def _figure(drawn: Drawn, start: float, end: float) -> str:
    lines = sorted((each for each in drawn.lines if not math.isnan(each.last)), key=lambda each: -each.last)
    title = f"<figcaption>{escape(drawn.panel.title)}</figcaption>"
    if not lines:
        return f"<figure>{title}<p>{escape(drawn.problem or 'nothing was counted')}</p></figure>"
    named = "".join(
        f'<li><span style="color:{_colour(at)}">&#9632;</span> {escape(name(drawn.panel, each.labels))}'
        f" {escape(text(each.last, drawn.panel.unit))}</li>"
        for at, each in enumerate(lines[:_NAMED])
    )
    more = f"<li>and {len(lines) - _NAMED} more</li>" if len(lines) > _NAMED else ""
    return f"<figure>{title}{_picture(drawn.panel, lines, start, end)}<ul>{named}{more}</ul></figure>"


def _picture(panel: Panel, lines: Sequence[Line], start: float, end: float) -> str:
    values = [value for each in lines for _, value in each.points if math.isfinite(value)]
    low, high = min(0.0, *values), max(0.0, *values)
    # Where it gets bad is shown when it is near, else it would press all else flat.
    bad = panel.line if panel.line is not None and low <= panel.line <= 2 * high else None
    high = max(high, bad or 0.0)
    if high == low:
        high = low + 1.0

    def x(moment: float) -> float:
        return _LEFT + (moment - start) / (end - start) * (WIDTH - _LEFT - 4)

    def y(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(panel.title)}">']
    for value in (low, (low + high) / 2, high):
        parts.append(f'<path d="M{_LEFT} {y(value):.1f}H{WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 4}" y="{y(value) + 4:.1f}" text-anchor="end">{text(value, panel.unit)}</text>')
    for moment, anchor in ((start, "start"), ((start + end) / 2, "middle"), (end, "end")):
        parts.append(f'<text x="{x(moment):.0f}" y="{HEIGHT - 4}" text-anchor="{anchor}">{_clock(moment)}</text>')
    if bad is not None:
        parts.append(f'<path d="M{_LEFT} {y(bad):.1f}H{WIDTH}" stroke="#c00" stroke-dasharray="4 3"/>')
    for at, each in enumerate(lines):
        way, drawing = "", False
        for moment, value in each.points:
            if finite := math.isfinite(value):
                way += f"{'L' if drawing else 'M'}{x(moment):.1f} {y(value):.1f}"
            drawing = finite
        # A single figure is a dot.
        parts.append(f'<path d="{way}" fill="none" stroke="{_colour(at)}" stroke-width="1.5" stroke-linecap="round"/>')
    return "".join(parts) + "</svg>"


def _colour(at: int) -> str:
    return _COLOURS[at % len(_COLOURS)]


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M")
