"""The instalments of an account while it is open: what each asks for and has got, and how its interest accrues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from services.lending.rules import Component
from services.lending.schedule import Instalment, Schedule


@dataclass(slots=True)
class Line:
    """One instalment; `owed` and `paid` are [penalty, fee, interest, principal].

    Interest accrues by days from `anchor`, when `accrued` of it had accrued already, to the due date. `position` is
    the place of its period in the plan (-1 for a down payment); `fraction` is the year fraction from the anchor on,
    where that is not the period's own.
    """

    number: int
    position: int
    anchor: date
    due: date
    owed: list[Decimal]
    paid: list[Decimal]
    accrued: Decimal
    fraction: Decimal | None = None

    @property
    def unpaid(self) -> list[Decimal]:
        """What is left to pay, by component."""
        return [owed - paid for owed, paid in zip(self.owed, self.paid, strict=True)]


def lines_of(schedule: Schedule) -> list[Line]:
    """The lines of a schedule of which nothing is paid yet."""
    zero = Decimal(0).quantize(schedule.plan.smallest)
    lines: list[Line] = []
    anchor, first = schedule.start, -1 if schedule.plan.down_payment else 0
    for position, row in enumerate(schedule.rows, first):
        owed = [zero, row.fee, row.interest, row.principal]
        lines.append(Line(row.number, position, anchor, row.due_date, owed, [zero] * 4, zero))
        anchor = row.due_date
    return lines


def rows_of(lines: Sequence[Line], zero: Decimal) -> tuple[Instalment, ...]:
    """The instalments as they are asked for now, without what prepayments repaid between them."""
    rows, balance = [], sum((line.owed[Component.PRINCIPAL] for line in lines), zero)
    for line in lines:
        _, fee, interest, principal = line.owed
        balance -= principal
        total = principal + interest + fee
        rows.append(Instalment(line.number, line.due, principal, interest, fee, total, balance))
    return tuple(rows)


def accrued_in(line: Line, day: date, zero: Decimal) -> Decimal:
    """The line's interest that has accrued by a day: all once it is due, and evenly by days before."""
    interest = line.owed[Component.INTEREST]
    if day >= line.due:
        return interest
    if day <= line.anchor:
        return line.accrued
    share = (interest - line.accrued) * (day - line.anchor).days / (line.due - line.anchor).days
    return line.accrued + share.quantize(zero, ROUND_HALF_EVEN)
