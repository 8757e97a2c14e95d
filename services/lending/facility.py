"""The catalogue of facility types: what may be lent, for how long, at which rates, and which documents it takes.

The data stand in facilities.json beside this file and are read once. A type never changes: another tariff is another
type. What of them is offered says a version of the catalogue, catalogues.json; loans keep the type that they have.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from services.lending.daycount import DayCount
from services.lending.errors import LendingError
from services.lending.rounding import Rounding, to_multiple, unit_of
from services.lending.rules import Allocation, Component, LateFee, Overpayment, Rules
from services.lending.terms import Frequency, LoanTerms, Method


class BorrowerKind(Enum):
    """Who can have a type of loan: natural persons for themselves, or companies by who acts for them."""

    PERSON = auto()
    COMPANY = auto()


@dataclass(frozen=True, slots=True)
class Facility:
    """A type of loan with its limits; amounts in its currency, yearly rates in percent, fees in percent of the amount.

    `required_documents` are names of document types, such as IDENTITY.
    """

    code: str
    name: str
    borrower_kind: BorrowerKind
    currency: str
    min_amount: Decimal
    max_amount: Decimal
    min_tenure_months: int
    max_tenure_months: int
    min_rate_percent: Decimal
    max_rate_percent: Decimal
    default_rate_percent: Decimal
    default_tenure_months: int
    frequency: Frequency
    method: Method
    day_count: DayCount
    rounding: Rounding
    fee_percent: Decimal
    max_fee_percent: Decimal
    allocation_order: tuple[Component, ...]
    allocation: Allocation
    overpayment: Overpayment
    late_fee: LateFee | None
    required_documents: tuple[str, ...]
    reminder_days: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.late_fee is not None:
            self.late_fee.require_currency(self.currency)

    @property
    def rules(self) -> Rules:
        """The rules of this type's accounts."""
        return Rules(self.allocation_order, self.allocation, self.overpayment, self.late_fee, self.reminder_days)

    def require_request(self, amount: Decimal, currency: str, tenure_months: int) -> None:
        """Refuses what an application may not ask for, with the limit that was hit; the fields are an application's."""
        if currency != self.currency:
            raise LendingError("amount.currency", "is not the facility's", self.currency, reason="WRONG_CURRENCY")
        _require_within("amount", amount, self.min_amount, self.max_amount)
        _require_within("tenure_months", tenure_months, self.min_tenure_months, self.max_tenure_months)

    def require_borrower(self, is_company: bool) -> None:
        """Refuses who cannot have this type; the field is an application's."""
        if is_company is not (self.borrower_kind is BorrowerKind.COMPANY):
            wanted = self.borrower_kind.name
            raise LendingError("for_legal_entity", "is not whom the facility is for", wanted, reason="WRONG_BORROWER")

    def require_terms(self, terms: LoanTerms) -> None:
        """Refuses terms that may not be offered, with the limit that was hit; the fields are those of the terms."""
        if terms.currency != self.currency:
            raise LendingError("principal.currency", "is not the facility's", self.currency, reason="WRONG_CURRENCY")
        _require_within("principal", terms.principal, self.min_amount, self.max_amount)
        _require_within("tenure_months", terms.tenure_months, self.min_tenure_months, self.max_tenure_months)
        _require_within("annual_rate_percent", terms.annual_rate_percent, self.min_rate_percent, self.max_rate_percent)
        _require_within("fee", terms.fee, Decimal(0), self.max_fee(terms.principal))
        for name in ("day_count", "rounding"):
            if getattr(terms, name) is not getattr(self, name):
                wanted = getattr(self, name).name
                raise LendingError(name, "is not the facility's", wanted, reason="FACILITY_LIMIT")

    def fee_for(self, amount: Decimal) -> Decimal:
        """The one-off fee for an amount, to the cent."""
        return self._percent_of(amount, self.fee_percent, self.rounding)

    def max_fee(self, amount: Decimal) -> Decimal:
        """The greatest one-off fee for an amount, down to the cent: the rate alone does not bound what a loan costs."""
        return self._percent_of(amount, self.max_fee_percent, Rounding.FLOOR)

    def default_terms(self, amount: Decimal, tenure_months: int) -> LoanTerms:
        """The terms that are assumed until an offer is made: default rate, the facility's frequency, method and fee."""
        return LoanTerms(
            principal=amount,
            currency=self.currency,
            annual_rate_percent=self.default_rate_percent,
            tenure_months=tenure_months,
            frequency=self.frequency,
            method=self.method,
            fee=self.fee_for(amount),
            day_count=self.day_count,
            rounding=self.rounding,
        )

    def complete(self, terms: LoanTerms) -> LoanTerms:
        """The terms with the facility's day count and rounding where they have the usual ones."""
        usual = terms.day_count is DayCount.PERIOD and terms.rounding is Rounding.HALF_EVEN
        return replace(terms, day_count=self.day_count, rounding=self.rounding) if usual else terms

    def _percent_of(self, amount: Decimal, percent: Decimal, rounding: Rounding) -> Decimal:
        smallest = unit_of(self.currency)
        return to_multiple(amount * percent / 100, smallest, smallest, rounding)


def offered(version: int) -> Mapping[str, Facility]:
    """What a version of the catalogue, from 1 to CATALOGUES, offers to who applies now, by code."""
    return {code: facility(code) for code in _CATALOGUES[version - 1]}


def offered_facility(code: str, version: int) -> Facility:
    """The type of that code, if the version offers it; LendingError names those that it offers."""
    found = offered(version)
    if code not in found:
        raise LendingError("facility_type", "is not offered", ", ".join(found), reason="UNKNOWN_FACILITY")
    return found[code]


@cache
def facilities() -> Mapping[str, Facility]:
    """Every type there ever was, by code, in its own order."""
    text = resources.files(__package__).joinpath("facilities.json").read_text(encoding="utf-8")
    return MappingProxyType({entry["code"]: _facility(entry) for entry in json.loads(text)})


def facility(code: str) -> Facility:
    """The facility type of that code; LendingError names the ones there are."""
    known = facilities()
    if code not in known:
        raise LendingError("facility_type", "is unknown", ", ".join(known), reason="UNKNOWN_FACILITY")
    return known[code]


def _facility(entry: Mapping[str, Any]) -> Facility:
    numbers = (
        "min_amount",
        "max_amount",
        "min_rate_percent",
        "max_rate_percent",
        "default_rate_percent",
        "fee_percent",
        "max_fee_percent",
    )
    values = {**entry, **{name: Decimal(entry[name]) for name in numbers}}
    values["borrower_kind"] = BorrowerKind[entry["borrower_kind"]]
    values["frequency"] = Frequency[entry["frequency"]]
    values["method"] = Method[entry["method"]]
    values["day_count"] = DayCount(entry["day_count"])
    values["rounding"] = Rounding[entry["rounding"]]
    values["allocation_order"] = tuple(Component[name] for name in entry["allocation_order"])
    values["allocation"] = Allocation[entry["allocation"]]
    values["overpayment"] = Overpayment[entry["overpayment"]]
    late_fee = entry["late_fee"]
    values["late_fee"] = late_fee and LateFee(
        Decimal(late_fee["flat"]),
        Decimal(late_fee["percent_of_overdue"]),
        late_fee["grace_days"],
        Decimal(late_fee["cap"]),
    )
    values["required_documents"] = tuple(entry["required_documents"])
    values["reminder_days"] = tuple(entry["reminder_days"])
    return Facility(**values)


def _require_within(field: str, value: Decimal | int, least: Decimal | int, most: Decimal | int) -> None:
    if value < least:
        raise LendingError(field, "is below the facility's least", str(least), reason="FACILITY_LIMIT")
    if value > most:
        raise LendingError(field, "is above the facility's most", str(most), reason="FACILITY_LIMIT")


_CATALOGUES: list[list[str]] = json.loads(resources.files(__package__).joinpath("catalogues.json").read_text())
# The newest version of the catalogue.
CATALOGUES = len(_CATALOGUES)
