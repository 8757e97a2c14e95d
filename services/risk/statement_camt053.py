"""Bank statements in camt.053 of ISO 20022, versions 02 and 08, read strictly; pure.

A statement decides about a person, so half of one is worse than none: its sums have to add up, statements of one file
have to follow on one another, and what is missing or there twice is named by its element and its line. Only what is
booked counts. The two versions differ, of what is read here, in where the status and the parties' names stand.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from services.currencies import DECIMALS
from services.kinds import codes
from services.kinds.errors import NotOfKind
from services.risk.statement_entries import entries_of
from services.risk.statement_record import BankStatement, StatementEntry
from services.risk.statement_values import amount_of, day_of, signed
from services.risk.statement_xml import Element, every, first, only, parsed, refused, text_at, text_of

NAMESPACES = frozenset(f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08"))
# More says nothing of what is earned now, and would have every payer be looked at in every month of it.
_MOST_DAYS = 3 * 366
# Where nothing is booked for so many days, as over a turn of the year, banks may make no statement of them.
_MOST_DAYS_BETWEEN = 5
_MIDNIGHT = re.compile(r"T00:00(:00(\.0+)?)?(Z|[+-]\d\d:\d\d)?$")


def read(content: bytes) -> BankStatement:
    """The statement of a file; RefusedStatement names what is wrong with it."""
    message = only(parsed(content, NAMESPACES), "BkToCstmrStmt")
    _check_whole(message)
    found = every(message, "Stmt")
    if not found:
        raise refused(message, "lacks Stmt")
    parts = sorted(((_part(each), each) for each in found), key=lambda each: (each[0].from_date, each[0].to_date))
    for (before, _), (after, element) in pairwise(parts):
        _check_follows(before, after, element)
    _check_ids(found)
    if (parts[-1][0].to_date - parts[0][0].from_date).days >= _MOST_DAYS:
        raise refused(message, f"covers more than {_MOST_DAYS} days")
    return _joined([part for part, _ in parts])


def _check_whole(message: Element) -> None:
    """Refuses one of several pages: what is on the others is not known."""
    page = first(message, "GrpHdr/MsgPgntn")
    if page is not None and (text_at(page, "PgNb"), text_at(page, "LastPgInd")) not in (("1", "true"), ("1", "1")):
        raise refused(page, "is one page of several: the whole message is needed")


def _check_ids(statements: list[Element]) -> None:
    """Refuses a statement that is there twice: its bank gives each an Id of its own."""
    ids = set[str]()
    for each in statements:
        if (said := text_of(only(each, "Id"))) in ids:
            raise refused(only(each, "Id"), "is that of another statement of the file")
        ids.add(said)


def _part(statement: Element) -> BankStatement:
    """One Stmt, whose sums add up."""
    account = only(statement, "Acct")
    opening, opened, currency = _balance(statement, ("OPBD", "PRCD"))
    closing, closed, other = _balance(statement, ("CLBD",))
    said = text_at(account, "Ccy") or currency
    if {said, other} != {currency}:
        raise refused(account, "is in several currencies")
    from_date, to_date = _period(statement, opened, closed)
    entries = tuple(entries_of(statement, currency, (from_date, to_date)))
    if opening + sum((each.amount if each.incoming else -each.amount for each in entries), Decimal(0)) != closing:
        raise refused(statement, "does not add up: opening balance and entries do not come to the closing balance")
    owner = text_at(account, "Ownr/Nm")
    ids = (text_of(only(statement, "Id")),)
    return BankStatement(_iban(account), owner, currency, from_date, to_date, ids, opening, closing, entries)


def _iban(account: Element) -> str:
    number = only(account, "Id/IBAN")
    try:
        return codes.iban(text_of(number))
    except NotOfKind as error:
        raise refused(number, error.description) from error


def _balance(statement: Element, wanted: tuple[str, ...]) -> tuple[Decimal, date, str]:
    """The booked balance of the first of these codes that is there, its day and its currency."""
    known: dict[str, Element] = {}
    for each in every(statement, "Bal"):
        code = text_at(each, "Tp/CdOrPrtry/Cd")
        if code in wanted and code in known:
            raise refused(each, f"is the second {code} of its statement")
        known[code] = each
    found = next((known[code] for code in wanted if code in known), None)
    if found is None:
        raise refused(statement, f"lacks a balance {' or '.join(wanted)}")
    money = only(found, "Amt")
    currency = money.get("Ccy", "")
    if currency not in DECIMALS:
        raise refused(money, "must name a currency of ISO 4217 that has a minor unit")
    value = amount_of(money, currency)
    return signed(found, value), day_of(only(found, "Dt")), currency


def _period(statement: Element, opened: date, closed: date) -> tuple[date, date]:
    """The days that it covers: as it says, or else those of its balances."""
    said = first(statement, "FrToDt")
    if said is None:
        from_date, to_date, at = opened, closed, statement
    else:
        end = only(said, "ToDtTm")
        # Midnight is the end of the day before.
        over = _MIDNIGHT.search(text_of(end)) is not None
        from_date, to_date, at = day_of(only(said, "FrDtTm")), day_of(end) - timedelta(days=over), said
    if to_date < from_date:
        raise refused(at, "ends before it begins")
    return from_date, to_date


def _check_follows(before: BankStatement, after: BankStatement, element: Element) -> None:
    """Refuses statements of two accounts, and such as do not follow on one another."""
    if (before.account, before.currency) != (after.account, after.currency):
        raise refused(element, "is of another account than the first one: a file is of one account")
    if before.owner != after.owner:
        raise refused(element, "names another owner than the first one")
    if after.from_date < before.to_date:
        raise refused(element, "covers days that another one covers")
    if (after.from_date - before.to_date).days - 1 > _MOST_DAYS_BETWEEN:
        # That the balances are equal says nothing of what came and went meanwhile.
        raise refused(element, f"begins more than {_MOST_DAYS_BETWEEN} days after the one before: one is missing")
    if after.opening != before.closing:
        raise refused(element, "does not follow on the one before: it opens with another balance than that closed with")


def _joined(parts: list[BankStatement]) -> BankStatement:
    one, last = parts[0], parts[-1]
    entries: list[StatementEntry] = [each for part in parts for each in part.entries]
    ids = tuple(each for part in parts for each in part.statement_numbers)
    return BankStatement(
        one.account, one.owner, one.currency, one.from_date, last.to_date, ids,
        one.opening, last.closing, tuple(entries),
    )  # fmt: skip
