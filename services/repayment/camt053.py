"""The statement as camt.053.001.08 of ISO 20022, the bank's statement to its customer; pure.

The account is the loan's: what is owed is its debit balance, a charge a debit entry, a payment a credit entry. A
statement's number (Id) is that of its account and period; a file's (MsgId) is its own, also when a period is made anew
after an entry was dated back into it.
"""

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lxml import etree

from services.repayment.statement import Entry, EntryKind, Statement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_IDENTIFIER_MOST, _NAME_MOST = 34, 140


def to_camt053(statement: Statement, loan_id: str, at: datetime, lender: str) -> bytes:
    """The XML, UTF-8; `at` is when it is made, UTC."""
    document = etree.Element("Document", nsmap={None: NAMESPACE})
    root = _under(document, "BkToCstmrStmt")
    made = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    number = _number(loan_id, statement)
    header = _under(root, "GrpHdr")
    _under(header, "MsgId", f"{at:%Y%m%d%H%M%S%f}-{sha256((loan_id + number).encode()).hexdigest()[:14]}")
    _under(header, "CreDtTm", made)
    found = _under(root, "Stmt")
    _under(found, "Id", number)
    _under(found, "CreDtTm", made)
    period = _under(found, "FrToDt")
    _under(period, "FrDtTm", f"{statement.from_date.isoformat()}T00:00:00Z")
    _under(period, "ToDtTm", f"{statement.to_date.isoformat()}T23:59:59Z")
    account = _under(found, "Acct")
    _under(account, "Id/Othr/Id", loan_id.replace("-", "")[:_IDENTIFIER_MOST])
    _under(account, "Ccy", statement.currency)
    _under(account, "Svcr/FinInstnId/Nm", lender[:_NAME_MOST])
    _balance(found, "OPBD", statement.opening_balance, statement.from_date, statement.currency)
    _balance(found, "CLBD", statement.closing_balance, statement.to_date, statement.currency)
    _summary(found, statement)
    for place, entry in enumerate(statement.entries, 1):
        _entry(found, place, entry, statement.currency)
    content: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _number(loan_id: str, statement: Statement) -> str:
    """35 characters, with as much of the loan's identifier as there is room for; the whole is in the account."""
    days = (day.isoformat().replace("-", "") for day in (statement.from_date, statement.to_date))
    return "-".join([loan_id.replace("-", "")[:17], *days])


def _balance(parent: Any, code: str, balance: Decimal, day: date, currency: str) -> None:
    found = _under(parent, "Bal")
    _under(found, "Tp/CdOrPrtry/Cd", code)
    _amount(found, balance, currency)
    _under(found, "Dt/Dt", day.isoformat())


def _summary(parent: Any, statement: Statement) -> None:
    found, entries = _under(parent, "TxsSummry"), statement.entries
    for name, some in (
        ("TtlCdtNtries", [each for each in entries if each.amount < 0]),
        ("TtlDbtNtries", [each for each in entries if each.amount > 0]),
    ):
        total = _under(found, name)
        _under(total, "NbOfNtries", str(len(some)))
        _under(total, "Sum", f"{sum((abs(each.amount) for each in some), statement.opening_balance * 0):f}")


def _entry(parent: Any, place: int, entry: Entry, currency: str) -> None:
    found = _under(parent, "Ntry")
    _under(found, "NtryRef", str(place))
    _amount(found, entry.amount, currency)
    if entry.kind is EntryKind.REVERSAL:
        _under(found, "RvslInd", "true")
    _under(found, "Sts/Cd", "BOOK")
    for name in ("BookgDt", "ValDt"):
        _under(found, f"{name}/Dt", entry.value_date.isoformat())
    if entry.payment_id:
        _under(found, "AcctSvcrRef", entry.payment_id.replace("-", "")[:_IDENTIFIER_MOST])
    _under(found, "BkTxCd/Prtry/Cd", entry.kind.name)
    if entry.instalment_number:
        _under(found, "AddtlNtryInf", f"instalment {entry.instalment_number}")


def _amount(parent: Any, value: Decimal, currency: str) -> None:
    """An amount without its sign, and the side that it is on: what is owed and what is charged are debits.

    A balance of zero is one of credit (the message's definition, CreditDebitIndicator of CashBalance).
    """
    _under(parent, "Amt", f"{abs(value):f}").set("Ccy", currency)
    _under(parent, "CdtDbtInd", "DBIT" if value > 0 else "CRDT")


def _under(parent: Any, path: str, text: str | None = None) -> Any:
    for name in path.split("/"):
        parent = etree.SubElement(parent, name)
    parent.text = text
    return parent
