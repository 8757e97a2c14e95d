"""Whether doing what a reason asks for raises the score of this very application; pure.

A table says of each band what would have to change for more points of that characteristic. Two of the figures are in
other characteristics, too: a shorter loan costs more a month, and to who owns nothing no debts are held against what is
owned. So the figures are changed as far as the sentence says, and scored anew: where that brings nothing, the reason
still says what lowered the score, and promises nothing (12 CFR 1002.9(b)(2) asks for reasons that are true).

Whatever else a sentence asks for counts for nothing else, or for the better there, too:
tests/unit/risk/test_counterfactual.py holds every band of every table to that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_UP, Decimal

from services.circumstances import Circumstances
from services.risk.assessment import ScoreReason
from services.risk.characteristics import Characteristic
from services.risk.figures import Figures
from services.risk.scorecard import Bands, Scorecard
from services.runtime.money import Money, minor_unit


def with_true_changes(
    reasons: Sequence[ScoreReason], figures: Figures, table: Scorecard, score: int, score_of: Callable[[Figures], int]
) -> tuple[ScoreReason, ...]:
    """The reasons of a score, without what would have to change where that would not raise it.

    `score_of` is what the table makes of other figures.
    """

    def told(reason: ScoreReason) -> ScoreReason:
        changed = _followed(reason, figures, table)
        return reason if changed is None or score_of(changed) > score else replace(reason, change="")

    return tuple(map(told, reasons))


def _followed(reason: ScoreReason, figures: Figures, table: Scorecard) -> Figures | None:
    """The figures with what the reason asks for; None where that cannot cost anything elsewhere."""
    name, bands = next((name, each) for name, each in table.characteristics.items() if reason in each.all)
    if name not in _FOLLOWED or not reason.change or not isinstance(bands, Bands) or reason is bands.missing:
        return None
    bound = _next_bound(bands, reason)
    return None if bound is None else _FOLLOWED[name](figures, *bound)


def _next_bound(bands: Bands, reason: ScoreReason) -> tuple[Decimal, bool] | None:
    """Where the nearest band with more points begins, and whether a value has to stay below that."""
    at, last = bands.reasons.index(reason), len(bands.reasons)
    for distance in range(1, last):
        down, up = at - distance, at + distance
        if down >= 0 and bands.reasons[down].points > reason.points:
            return bands.bounds[down], True
        if up < last and bands.reasons[up].points > reason.points:
            return bands.bounds[up - 1], False
    return None


def _of_tenure(figures: Figures, months: Decimal, below: bool) -> Figures:
    return replace(figures, tenure_months=int(months) - below)


def _of_assets(figures: Figures, percent: Decimal, _: bool) -> Figures:
    currency = figures.amount.currency
    worth = (figures.amount.amount * percent / 100).quantize(minor_unit(currency), ROUND_UP)
    stated = figures.circumstances or Circumstances()
    return replace(figures, circumstances=replace(stated, assets=Money(worth, currency)))


_FOLLOWED: Mapping[Characteristic, Callable[[Figures, Decimal, bool], Figures]] = {
    Characteristic.TENURE: _of_tenure,
    Characteristic.ASSETS_TO_AMOUNT: _of_assets,
}
