"""The model card's plots, as SVG that is the same for the same figures: text as text, no date, fixed ids."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy
from sklearn.metrics import roc_curve

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "loanflow", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
    "font.sans-serif": ["Noto Sans", "DejaVu Sans"], "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.alpha": 0.25,
})  # fmt: skip
from matplotlib import pyplot  # noqa: E402 after the way of drawing is set

_BLUE, _RED, _GREY = "#1f5a96", "#b3402f", "#888888"


def ranking(scores: Any, older: Any, bad: Any) -> str:
    """The ROC curve of unseen rows, beside that of the points of before."""
    figure, axes = pyplot.subplots(figsize=(4.2, 3.6))
    for name, each, colour in (("model", scores, _BLUE), ("points of before", older, _GREY)):
        false, true, _ = roc_curve(bad, -each)
        axes.plot(false, true, color=colour, label=name)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1)
    axes.set(xlabel="share of the good loans below a score", ylabel="share of the bad loans below it")
    axes.legend(loc="lower right")
    return _svg(figure)


def distribution(scores: Any, bad: Any) -> str:
    """How many good and bad loans are at which score."""
    figure, axes = pyplot.subplots(figsize=(4.2, 3.0))
    bins = numpy.arange(0, 1001, 40)
    for name, of, colour in (("repaid", bad == 0, _BLUE), ("went bad", bad == 1, _RED)):
        axes.hist(scores[of], bins=bins, alpha=0.6, color=colour, label=name)
    axes.set(xlabel="score", ylabel="loans")
    axes.legend()
    return _svg(figure)


def reliability(tenths: Sequence[Sequence[float]]) -> str:
    """Predicted beside actual share of bad loans, by tenths of the rows."""
    figure, axes = pyplot.subplots(figsize=(4.2, 3.6))
    said, found = [each[0] for each in tenths], [each[1] for each in tenths]
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1)
    axes.plot(said, found, color=_BLUE, marker="o", markersize=4)
    axes.set(xlabel="probability of a bad loan, as predicted", ylabel="share that went bad")
    return _svg(figure)


def points(characteristics: Sequence[Mapping[str, Any]]) -> str:
    """The points of every band of every characteristic."""
    figure, grid = pyplot.subplots(
        (len(characteristics) + 2) // 3, 3, figsize=(8.4, 2.1 * ((len(characteristics) + 2) // 3))
    )
    flat = list(numpy.ravel(grid))
    for axes, each in zip(flat, characteristics, strict=False):
        bands = each.get("bands") or list(each["categories"].values())
        names = [
            "missing",
            *(band["code"].removeprefix(each["name"] + "_").replace("_", " ").lower() for band in bands),
        ]
        worth = [each["missing"]["points"], *(band["points"] for band in bands)]
        axes.barh(names, worth, color=[_BLUE if point >= 0 else _RED for point in worth])
        axes.set_title(each["name"], fontsize=7)
        axes.tick_params(labelsize=6)
        axes.invert_yaxis()
    for axes in flat[len(characteristics) :]:
        axes.set_visible(False)
    return _svg(figure)


def fairness(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The four-fifths ratio of every group."""
    figure, axes = pyplot.subplots(figsize=(4.2, 3.6))
    rows = [(f"{kind}: {each['group']}", each["ratio"]) for kind, found in groups.items() for each in found]
    axes.barh([name for name, _ in rows], [ratio for _, ratio in rows],
              color=[_BLUE if ratio >= 0.8 else _RED for _, ratio in rows])  # fmt: skip
    axes.axvline(0.8, color=_GREY, linestyle="--", linewidth=1)
    axes.set(xlabel="share released, over that of the highest group")
    axes.tick_params(axis="y", labelsize=7)
    axes.invert_yaxis()
    return _svg(figure)


def _svg(figure: Any) -> str:
    figure.tight_layout()
    made = io.StringIO()
    figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return "\n".join(line.rstrip() for line in made.getvalue().splitlines()) + "\n"
