"""What an officer may offer on a risk manager's decision: terms that, assessed anew, are no worse; pure.

The decision is on the terms that were assessed. A lower rate or a shorter tenure is no smaller burden by itself: what
the customer pays a month is, so every offer is assessed on its own terms.
"""

from dataclasses import dataclass
from decimal import Decimal

from services.risk.assessment import Assessment
from services.risk.figures import Figures
from services.runtime.errors import InvalidArgument

# By how many points of a hundred an officer may raise the debt-to-income ratio above the one that was decided on.
DEBT_TO_INCOME_POINTS = Decimal(5)


@dataclass(frozen=True)
class Excess:
    """In what terms go beyond a decision: the limit, what it may be, and what it is."""

    limit: str
    bound: str
    offered: str


def require_mandate(figures: Figures, decided: Assessment, offered: Assessment) -> None:
    """Refuses an offer beyond the decision: ASSESSED_LIMIT, metadata `limit` and `bound` say in what."""
    if (found := excess(figures, decided, offered)) is not None:
        text = f"terms: {found.limit} {found.offered} is beyond what risk decided on, {found.bound}"
        raise InvalidArgument(
            f"{text}; have it decided anew, or propose an override",
            reason="ASSESSED_LIMIT", metadata={"limit": found.limit, "bound": found.bound},
        )  # fmt: skip


def excess(figures: Figures, decided: Assessment, offered: Assessment) -> Excess | None:
    """In what an offer goes beyond the decision; None when it does not."""
    if offered.rating.value > decided.rating.value:
        return Excess("rating", decided.rating.name, offered.rating.name)
    before, after = decided.indicators, offered.indicators
    # What leaves as much to live on as before is no greater burden; more of a burden has to leave something.
    bound = max(before.monthly_instalment, figures.income - figures.monthly_debts, key=lambda each: each.amount)
    if after.monthly_instalment.amount > bound.amount:
        return Excess("monthly_instalment", str(bound.amount), str(after.monthly_instalment.amount))
    if before.debt_to_income_percent is not None and after.debt_to_income_percent is not None:
        most = before.debt_to_income_percent + DEBT_TO_INCOME_POINTS
        if after.debt_to_income_percent > most:
            return Excess("debt_to_income_percent", str(most), str(after.debt_to_income_percent))
    return None
