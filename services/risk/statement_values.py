"""Amounts, days and sides as ISO 20022 writes them; pure."""

import re
from datetime import date
from decimal import Decimal

from services.currencies import DECIMALS
from services.risk.statement_xml import Element, only, refused, text_of

# ActiveOrHistoricCurrencyAndAmount: 18 digits, five of them decimals.
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?")
_DIGITS = 18
# No account was kept in such a form before, and no calendar ends within a reckoning of days.
_YEARS = range(1970, 2200)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2}|T[0-9:.+Z-]+)?")


def amount_of(element: Element, currency: str) -> Decimal:
    """An amount of this currency."""
    if element.get("Ccy") != currency:
        raise refused(element, f"must be in {currency}, the currency of the account")
    text = text_of(element)
    if not _AMOUNT.fullmatch(text) or len(text.replace(".", "")) > _DIGITS:
        raise refused(element, "must be an amount: at most 18 digits, five of them decimals, and no sign")
    found = Decimal(text)
    if found != round(found, DECIMALS[currency]):
        raise refused(element, f"has more decimals than {currency} has")
    return found


def is_credit(parent: Element) -> bool:
    """On which side a balance or an entry is."""
    side = only(parent, "CdtDbtInd")
    if text_of(side) not in ("CRDT", "DBIT"):
        raise refused(side, "must be CRDT or DBIT")
    return text_of(side) == "CRDT"


def signed(parent: Element, amount: Decimal) -> Decimal:
    """The amount of a balance, below zero where it is a debit."""
    return amount if is_credit(parent) else -amount


def day_of(element: Element) -> date:
    """The day of an element that is one, or has one below: as it is written, also where a time zone is beside it."""
    holder = element
    if len(element):
        if len(element) > 1:
            raise refused(element, "must have one date")
        holder = element[0]
    found = _DAY.fullmatch(text_of(holder))
    try:
        day = None if found is None else date.fromisoformat(found[1])
    except ValueError as error:
        raise refused(holder, "must be a date of the calendar") from error
    if day is None or day.year not in _YEARS:
        raise refused(holder, f"must be a date of the years {_YEARS[0]} to {_YEARS[-1]}")
    return day
