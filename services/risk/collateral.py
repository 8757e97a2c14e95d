"""What secures the loan of an application: each item with every valuation of it; pure.

Valuations are added, never changed: one counts until a later one does. What would raise what can be lent on an item, or
what is left of it beside prior charges, is recorded by one person and confirmed by another; anything else counts at
once. Beside one that is too old for a decision, whatever the item is said to be worth raises it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.lending.calendar import add_months
from services.risk.collateral_finding import CollateralFinding, CollateralType, CountedCollateral
from services.risk.collateral_table import CollateralTable, latest_table
from services.risk.collateral_valuation import Evidence, Valuation, ValuationStatus, Valued
from services.risk.events import (
    RiskCollateralAdded,
    RiskCollateralValuationSettled,
    RiskCollateralValued,
    RiskCollateralWithdrawn,
)
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.money import Money

V = ValuationStatus
# More things than secure one loan, and monthly valuations over the longest of them.
MOST_ITEMS, MOST_VALUATIONS = 20, 500


@dataclass(frozen=True)
class Collateral:
    """One item; `withdraw_time` is None while it stands."""

    collateral_id: str
    type: CollateralType
    description: str
    owner_name: str
    added_by: str
    add_time: datetime
    withdraw_time: datetime | None = None
    valuations: tuple[Valuation, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdraw_time is None

    @property
    def in_force(self) -> Valuation | None:
        """The valuation that counts; None while none does."""
        return next((each for each in self.valuations if each.status is V.IN_FORCE), None)

    @property
    def proposed(self) -> Valuation | None:
        """The valuation that waits for a second person; None while none does."""
        return next((each for each in self.valuations if each.status is V.PROPOSED), None)

    def young(self, day: date) -> Valuation | None:
        """The valuation that counts, while it is young enough for a decision on that day; None without such a one."""
        fresh = self.in_force is not None and day < self._stale_from(self.in_force, latest_table())
        return self.in_force if fresh else None

    def _stale_from(self, found: Valuation, table: CollateralTable) -> date:
        return add_months(found.valuation_date, table.terms[self.type].stale_after_months)

    @property
    def revaluation_due_date(self) -> date | None:
        """When it is to be valued next: from the start, until it is, and then as its type's schedule says."""
        if not self.stands:
            return None
        found = self.in_force
        every = latest_table().terms[self.type].revalue_every_months
        return self.add_time.date() if found is None else add_months(found.valuation_date, every)

    def with_valuation(self, made: Valuation) -> "Collateral":
        """With one more; one that counts takes the place of the one before."""
        before = tuple(_superseded(each) if made.status is V.IN_FORCE else each for each in self.valuations)
        return replace(self, valuations=(*before, made))

    def with_settled(self, settled: Valuation) -> "Collateral":
        """With the one of its number settled."""
        others = [_superseded(each) if settled.status is V.IN_FORCE else each for each in self.valuations]
        number = settled.valuation_number
        return replace(self, valuations=tuple(settled if each.valuation_number == number else each for each in others))

    def counted(self, table: CollateralTable, currency: str) -> CountedCollateral:
        """As it counts in an assessment: with the haircut that its valuation was made by."""
        found, terms, nothing = self.in_force, table.terms[self.type], Money.zero(currency)
        if found is None:
            return CountedCollateral(
                self.collateral_id, self.type, 0, None, None, nothing, nothing, terms.haircut_percent, nothing
            )
        return CountedCollateral(
            self.collateral_id, self.type, found.valuation_number, found.valuation_date,
            self._stale_from(found, table), found.value, found.prior_charges, found.haircut_percent,
            found.lendable_value,
        )  # fmt: skip


@dataclass
class CollateralFile(Aggregate):
    """The items of one application, in its currency; `reassess_time` since when an assessment waits for a change."""

    application_id: str
    customer_id: str
    currency: str
    items: tuple[Collateral, ...] = ()
    closed: bool = False
    reassess_time: datetime | None = None

    @property
    def standing(self) -> tuple[Collateral, ...]:
        """The items that were not withdrawn."""
        return tuple(each for each in self.items if each.stands)

    @property
    def revaluation_due_date(self) -> date | None:
        """When the first item is to be valued; None when none is any more."""
        due = [] if self.closed else [each.revaluation_due_date for each in self.standing]
        return min((each for each in due if each is not None), default=None)

    def item(self, collateral_id: str) -> Collateral:
        """An item that stands; errors.NotFound."""
        found = next((each for each in self.standing if each.collateral_id == collateral_id), None)
        if found is None:
            raise NotFound(f"collateral {collateral_id} does not secure it")
        return found

    def paper(self, collateral_id: str, number: int) -> Evidence | None:
        """The document of the valuation that waits under this number; None without either. errors.NotFound."""
        waiting = self.item(collateral_id).proposed
        if waiting is None or waiting.valuation_number != number or not waiting.document_id:
            return None
        return Evidence(waiting.document_id, waiting.document_sha256)

    def finding(self, at: datetime) -> CollateralFinding | None:
        """What an assessment knows; None where nothing secures the loan."""
        table = latest_table()
        items = tuple(each.counted(table, self.currency) for each in self.standing)
        return CollateralFinding(table.table_version, at.date(), items) if items else None

    def add_item(self, made: Collateral) -> None:
        """Takes one more item, which counts for nothing until it is valued."""
        if len(self.items) >= MOST_ITEMS:
            raise _full("items of collateral", MOST_ITEMS)
        self.items, self.reassess_time = (*self.items, made), made.add_time
        self._emit(
            RiskCollateralAdded(
                self.application_id, self.customer_id, made.collateral_id, made.type, made.added_by, made.add_time
            )
        )

    def withdraw_item(self, collateral_id: str, by: str, at: datetime) -> None:
        """Takes an item out; its valuations stay on file."""
        self._change(replace(self.item(collateral_id), withdraw_time=at), at)
        self._emit(RiskCollateralWithdrawn(self.application_id, self.customer_id, collateral_id, by, at))

    def check_valuable(self, collateral_id: str, valued: Valued, today: date) -> Collateral:
        """The item that is to be valued; refuses a value that cannot be one, and while another one waits."""
        item = self.item(collateral_id)
        for name, amount in (("value", valued.value), ("prior_charges", valued.prior_charges)):
            if amount is not None and amount.currency != self.currency:
                text = f"must be {self.currency}"
                raise InvalidArgument.field(f"{name}.currency", text, reason="WRONG_CURRENCY")
        if valued.valuation_date > today:
            raise InvalidArgument.field("valuation_date", "must not be in the future")
        if item.in_force is not None and valued.valuation_date < item.in_force.valuation_date:
            text = f"must not be before {item.in_force.valuation_date}, of which day the valuation in force is"
            raise InvalidArgument.field("valuation_date", text)
        if item.proposed is not None:
            number = str(item.proposed.valuation_number)
            text = f"valuation {number} waits for its second person"
            raise FailedPrecondition(text, reason="VALUATION_OPEN", metadata={"valuation_number": number})
        if len(item.valuations) >= MOST_VALUATIONS:
            raise _full("valuations", MOST_VALUATIONS)
        return item

    def record_valuation(self, collateral_id: str, valued: Valued, evidence: Evidence, by: str, at: datetime) -> None:
        """Takes a valuation: in force at once, unless it raises what the item is good for now."""
        item, table = self.check_valuable(collateral_id, valued, at.date()), latest_table()
        haircut = table.terms[item.type].haircut_percent
        made = Valuation.of(valued, evidence, len(item.valuations) + 1, haircut, table.table_version, by, at)
        made = made if made.raises(item.young(at.date())) else replace(made, status=V.IN_FORCE)
        counts = made.status is V.IN_FORCE
        self._change(item.with_valuation(made), at if counts else None)
        self._emit(
            RiskCollateralValued(
                self.application_id, self.customer_id, collateral_id, made.valuation_number, made.source, made.value,
                made.lendable_value, counts, by, at,
            )
        )  # fmt: skip

    def settle_valuation(
        self, collateral_id: str, number: int, confirmed: bool, reason: str, by: str, at: datetime
    ) -> None:
        """Confirms or rejects the valuation that waits, as its second person."""
        item = self.item(collateral_id)
        waiting = item.proposed
        if waiting is None or waiting.valuation_number != number:
            raise FailedPrecondition(f"valuation {number} waits for nobody", reason="NO_VALUATION_OPEN")
        if by == waiting.recorded_by:
            raise PermissionDenied("who recorded a valuation does not confirm it", reason="MAKER_CHECKER")
        status = V.IN_FORCE if confirmed else V.REJECTED
        settled = replace(waiting, status=status, settled_by=by, settle_time=at, reason=reason)
        self._change(item.with_settled(settled), at if confirmed else None)
        ids = self.application_id, self.customer_id, collateral_id, number
        self._emit(RiskCollateralValuationSettled(*ids, confirmed, by, at))

    def close(self) -> None:
        """Ends it with its application: nothing is due any more."""
        self.closed, self.reassess_time = True, None

    def reopen(self) -> None:
        """Goes on, because the application does: a repaid loan is owed again."""
        self.closed = False

    def reassessed(self, since: datetime | None) -> None:
        """Notes that the assessment is made that waited since then; one that waits since later still does."""
        self.reassess_time = None if self.reassess_time == since else self.reassess_time

    def _change(self, changed: Collateral, reassess: datetime | None) -> None:
        changed_id = changed.collateral_id
        self.items = tuple(changed if each.collateral_id == changed_id else each for each in self.items)
        self.reassess_time = reassess or self.reassess_time


def _superseded(valuation: Valuation) -> Valuation:
    return replace(valuation, status=V.SUPERSEDED) if valuation.status is V.IN_FORCE else valuation


def _full(what: str, most: int) -> FailedPrecondition:
    text = f"there are {most} {what}, and not more than that can be"
    return FailedPrecondition(text, reason="COLLATERAL_FULL", metadata={"bound": str(most)})
