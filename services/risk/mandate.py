"""What an officer may offer on a risk manager's decision: terms that, assessed anew, are no worse; pure.

The decision is on the terms that were assessed. A lower rate or a shorter tenure is no smaller burden by itself: what
the customer pays a month is, so every offer is assessed on its own terms.
"""

from decimal import Decimal

from services.risk.figures import Figures
from services.risk.model import Assessment
from services.runtime.errors import InvalidArgument

# By how many points of a hundred an officer may raise the debt-to-income ratio above the one that was decided on.
DEBT_TO_INCOME_POINTS = Decimal(5)


def require_mandate(figures: Figures, decided: Assessment, offered: Assessment) -> None:
    """Refuses an offer beyond the decision: ASSESSED_LIMIT, metadata `limit` and `bound` say in what."""
    if offered.rating.value > decided.rating.value:
        raise _beyond("rating", decided.rating.name, offered.rating.name)
    before, after = decided.indicators, offered.indicators
    # What leaves as much to live on as before is no greater burden; more of a burden has to leave something.
    bound = max(before.monthly_instalment, figures.income - figures.monthly_debts, key=lambda each: each.amount)
    if after.monthly_instalment.amount > bound.amount:
        raise _beyond("monthly_instalment", str(bound.amount), str(after.monthly_instalment.amount))
    if before.debt_to_income_percent is not None and after.debt_to_income_percent is not None:
        most = before.debt_to_income_percent + DEBT_TO_INCOME_POINTS
        if after.debt_to_income_percent > most:
            raise _beyond("debt_to_income_percent", str(most), str(after.debt_to_income_percent))


def _beyond(limit: str, bound: str, offered: str) -> InvalidArgument:
    text = f"terms: {limit} {offered} is beyond what risk decided on, {bound}; have it decided anew"
    return InvalidArgument(text, reason="ASSESSED_LIMIT", metadata={"limit": limit, "bound": bound})
