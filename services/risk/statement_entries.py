"""The entries of a bank statement in camt.053: what is booked, on which side, with whom, and what for; pure.

An entry may gather several payments. They are taken one by one where they come to the whole of it, in the account's
currency; else the entry is one booking of which nobody says with whom.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.risk.statement_record import StatementEntry
from services.risk.statement_values import amount_of, day_of, is_credit
from services.risk.statement_xml import Element, every, first, only, refused, text_at, text_of

MOST_ENTRIES = 50_000
_BOOKED, _OTHERS = "BOOK", frozenset({"PDNG", "INFO", "FUTR"})


def entries_of(statement: Element, currency: str, period: tuple[date, date]) -> Iterator[StatementEntry]:
    """What is booked in a statement that covers those days."""
    for count, element in enumerate(every(statement, "Ntry"), 1):
        if count > MOST_ENTRIES:
            raise refused(element, f"is one of more than {MOST_ENTRIES} entries")
        if _is_booked(element):
            yield from _bookings(element, currency, period)


def _is_booked(element: Element) -> bool:
    status = only(element, "Sts")
    code = text_of(only(status, "Cd")) if len(status) else text_of(status)
    if code != _BOOKED and code not in _OTHERS:
        raise refused(status, "must be BOOK, PDNG, INFO or FUTR")
    return code == _BOOKED


def _bookings(element: Element, currency: str, period: tuple[date, date]) -> Iterator[StatementEntry]:
    amount, credit = amount_of(only(element, "Amt"), currency), is_credit(element)
    reversal = text_at(element, "RvslInd") in ("true", "1")
    booked = day_of(only(element, "BookgDt"))
    if not period[0] <= booked <= period[1]:
        raise refused(only(element, "BookgDt"), "is none of the days that the statement covers")
    # A reversal is on the other side than what it takes back.
    whole = StatementEntry(
        booked, credit is not reversal, -amount if reversal else amount,
        transaction_code=_transaction_code(element),
    )  # fmt: skip
    details = [each for one in every(element, "NtryDtls") for each in every(one, "TxDtls")]
    if len(details) == 1:
        yield _detailed(whole, details[0])
    else:
        parts = [_amount_in(each, currency) for each in details]
        known = [each for each in parts if each is not None]
        if known and len(known) == len(details) and sum(known) == amount:
            for part, detail in zip(known, details, strict=True):
                yield _detailed(replace(whole, amount=-part if reversal else part), detail)
        else:
            yield whole


def _detailed(entry: StatementEntry, detail: Element) -> StatementEntry:
    side = "Dbtr" if entry.incoming else "Cdtr"
    parties = first(detail, "RltdPties")
    return replace(
        entry,
        party="" if parties is None else text_at(parties, f"{side}/Pty/Nm", f"{side}/Nm"),
        party_account="" if parties is None else text_at(parties, f"{side}Acct/Id/IBAN").replace(" ", "").upper(),
        purpose=text_at(detail, "Purp/Cd"),
        transaction_code=_transaction_code(detail) or entry.transaction_code,
    )


def _amount_in(detail: Element, currency: str) -> Decimal | None:
    """The amount of one of several payments, where it has one in the account's currency."""
    found = first(detail, "Amt")
    found = first(detail, "AmtDtls/TxAmt/Amt") if found is None else found
    return None if found is None or found.get("Ccy") != currency else amount_of(found, currency)


def _transaction_code(element: Element) -> str:
    domain = first(element, "BkTxCd/Domn")
    if domain is None:
        return ""
    family = only(domain, "Fmly")
    return f"{text_of(only(domain, 'Cd'))}-{text_of(only(family, 'Cd'))}-{text_of(only(family, 'SubFmlyCd'))}"
