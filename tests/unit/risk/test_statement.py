"""camt.053 is read strictly, in both versions, and what is no statement is refused by element and line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.risk import statement_xml
from services.risk.statement_camt053 import read
from services.risk.statement_record import RefusedStatement, StatementEntry, StatementFault
from tests.factories.statements import EMPLOYER_IBAN, IBAN, SPACE, Account, Booking, Month, employed, months, salary

AUGUST = date(2026, 8, 1)
BOOKED, OUTSIDE_PERIOD = "<BookgDt>", "is none of the days that the statement covers"
OUTSIDE_YEARS = "must be a date of the years 1970 to 2199"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<Document>&lol2;</Document>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>"""


def fault(content: bytes) -> StatementFault:
    with pytest.raises(RefusedStatement) as refused:
        read(content)
    return refused.value.fault


def changed(old: str, new: str, content: bytes | None = None, count: int = 1) -> bytes:
    """A sound file with one thing changed."""
    text = (content or employed().xml()).decode()
    assert old in text
    return text.replace(old, new, count).encode()


def line_of(content: bytes, text: str, place: int = 0) -> int:
    """The line on which a text stands, the first of them unless another place is given."""
    return [number for number, line in enumerate(content.decode().splitlines(), 1) if text in line][place]


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_statement_of_several_months_is_read(version: str) -> None:
    found = read(employed(version=version).xml())
    assert (found.account, found.owner, found.currency) == (IBAN, "Ada Lovelace", "EUR")
    assert (found.from_date, found.to_date) == (AUGUST, date(2026, 10, 31))
    assert found.statement_numbers == ("S-1", "S-2", "S-3")
    assert (found.opening, found.closing) == (Decimal(1200), Decimal(1200 + 3 * 1850))
    assert len(found.entries) == 9
    assert found.entries[2] == StatementEntry(
        date(2026, 8, 28), True, Decimal("3000.00"), "Analytical Engines Ltd", EMPLOYER_IBAN, "SALA", "PMNT-RCDT-ESCT"
    )
    assert (found.entries[0].incoming, found.entries[0].purpose) == (False, "RENT")


def test_statements_are_put_in_order_and_days_without_any_may_lie_between() -> None:
    apart = (Month(date(2026, 10, 1)), Month(AUGUST, last=date(2026, 8, 30)), Month(date(2026, 9, 2)))
    assert read(Account(apart).xml()).to_date == date(2026, 10, 31)


@pytest.mark.parametrize("first", [date(2026, 10, 1), date(2026, 9, 7)])
def test_a_statement_that_is_missing_between_two_is_noticed_though_the_balances_are_equal(first: date) -> None:
    content = Account((Month(AUGUST), Month(first, last=date(2026, 10, 31)))).xml()
    assert fault(content) == StatementFault(
        "Stmt", line_of(content, "<Stmt>", 1), "begins more than 5 days after the one before: one is missing"
    )
    assert read(Account((Month(AUGUST), Month(date(2026, 9, 6)))).xml()).to_date == date(2026, 9, 30)


def test_statements_of_two_days_are_no_three_months() -> None:
    days = (Month(AUGUST, last=AUGUST), Month(date(2026, 10, 31), last=date(2026, 10, 31)))
    assert fault(Account(days).xml()).problem.endswith("one is missing")


def test_a_statement_that_is_there_twice_is_refused() -> None:
    content = changed("<Id>S-3</Id>", "<Id>S-1</Id>")
    assert fault(content) == StatementFault(
        "Id", line_of(content, "<Id>S-1</Id>", 1), "is that of another statement of the file"
    )


def test_only_what_is_booked_counts() -> None:
    pending = Booking(date(2026, 8, 30), Decimal(500), "Somebody", status="PDNG")
    assert not read(Account((Month(AUGUST, (pending,)),)).xml()).entries


def test_an_overdrawn_account_is_read() -> None:
    found = read(employed(opening=Decimal("-4000.00")).xml())
    assert (found.opening, found.closing) == (Decimal(-4000), Decimal(1550))


@pytest.mark.parametrize("amount", ["3000.00", "-900.00"])
def test_what_was_taken_back_is_on_the_side_of_what_it_takes_back(amount: str) -> None:
    took = Booking(date(2026, 8, 5), -Decimal(amount), "Somebody", reverses=True)
    [entry] = read(Account((Month(AUGUST, (took,)),)).xml()).entries
    assert (entry.incoming, entry.amount, entry.party) == (Decimal(amount) > 0, -abs(Decimal(amount)), "Somebody")


def test_the_days_are_those_of_the_balances_where_no_others_are_said() -> None:
    text = employed(count=1).xml().decode()
    start, end = text.index("<FrToDt>"), text.index("</FrToDt>") + len("</FrToDt>")
    found = read((text[:start] + text[end:]).encode())
    assert (found.from_date, found.to_date) == (AUGUST, date(2026, 8, 31))


def test_midnight_is_the_end_of_the_day_before() -> None:
    content = changed("2026-08-31T23:59:59</ToDtTm>", "2026-09-01T00:00:00</ToDtTm>", employed(count=1).xml())
    assert read(content).to_date == date(2026, 8, 31)


def test_a_gathered_entry_is_taken_apart_where_its_parts_come_to_it() -> None:
    both = (
        '<NtryDtls><TxDtls><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>One</Nm>'
        '</Pty></Dbtr></RltdPties></TxDtls><TxDtls><Amt Ccy="EUR">2000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Purp>'
        "<Cd>SALA</Cd></Purp></TxDtls></NtryDtls>"
    )
    text = Account((Month(AUGUST, (salary(date(2026, 8, 28)),)),)).xml().decode()
    start, end = text.index("<NtryDtls>"), text.index("</NtryDtls>") + len("</NtryDtls>")
    gathered = text[:start] + both + text[end:]
    assert [(each.amount, each.party, each.purpose) for each in read(gathered.encode()).entries] == [
        (Decimal(1000), "One", ""), (Decimal(2000), "", "SALA"),
    ]  # fmt: skip
    other = gathered.replace('Ccy="EUR">1000.00', 'Ccy="EUR">999.00')
    assert [(each.amount, each.party) for each in read(other.encode()).entries] == [(Decimal(3000), "")]


def test_sums_that_do_not_add_up_are_refused() -> None:
    content = employed(closing_off_by=Decimal("0.01")).xml()
    assert fault(content) == StatementFault(
        "Stmt", line_of(content, "<Stmt>"),
        "does not add up: opening balance and entries do not come to the closing balance",
    )  # fmt: skip


def test_statements_that_do_not_follow_on_one_another_are_refused() -> None:
    content = employed(gaps=(Decimal(0), Decimal(10))).xml()
    found = fault(content)
    assert (found.element, found.line) == ("Stmt", line_of(content, "<Stmt>", 1))
    assert "another balance" in found.problem
    twice = Account((Month(AUGUST), Month(date(2026, 8, 15), last=date(2026, 9, 30))))
    assert fault(twice.xml()).problem == "covers days that another one covers"


def test_two_accounts_in_a_file_are_refused() -> None:
    text, other = employed(count=1).xml().decode(), employed(date(2026, 9, 1), 1, iban="DE02120300000000202051")
    second = other.xml().decode()
    part = second[second.index("<Stmt>") : second.index("</BkToCstmrStmt>")]
    content = text.replace("</BkToCstmrStmt>", part + "</BkToCstmrStmt>").encode()
    assert "another account" in fault(content).problem
    owner = employed(date(2026, 9, 1), 1, owner="Charles Babbage", opening=Decimal(3050)).xml().decode()
    part = owner[owner.index("<Stmt>") : owner.index("</BkToCstmrStmt>")]
    assert "another owner" in fault(text.replace("</BkToCstmrStmt>", part + "</BkToCstmrStmt>").encode()).problem


def test_amounts_in_several_currencies_are_refused() -> None:
    pounds = replace(salary(date(2026, 8, 28)), currency="GBP")
    found = fault(Account((Month(AUGUST, (pounds,)),)).xml())
    assert found.element == "Amt"
    assert found.problem == "must be in EUR, the currency of the account"
    assert fault(changed("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>")).problem == "is in several currencies"
    assert read(employed(currency="USD").xml()).currency == "USD"


@pytest.mark.parametrize("content", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_a_file_that_declares_anything_is_refused_before_it_is_parsed(content: bytes) -> None:
    assert fault(content) == StatementFault("Document", 2, "declares a document type or an entity")


@pytest.mark.parametrize(
    "content, line, problem",
    [
        (b"", 1, "cannot be read as XML"),
        (b"%PDF-1.7", 1, "cannot be read as XML"),
        (b"<Document>\n<a>", 2, "cannot be read as XML"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><Document/>", 1, "must be in UTF-8"),
        ("<Document>\n\xfc</Document>".encode("latin-1"), 2, "is not in UTF-8"),
        ("<Document/>".encode("utf-16"), 1, "is not in UTF-8"),
        (b"<Document>\n&unknown;</Document>", 2, "cannot be read as XML"),
    ],
)
def test_what_is_no_xml_in_utf_8_is_refused(content: bytes, line: int, problem: str) -> None:
    assert fault(content) == StatementFault("Document", line, problem)


def test_other_messages_and_versions_are_refused_by_what_is_read() -> None:
    found = fault(changed(SPACE + "08", SPACE + "13"))
    assert (found.element, found.line) == ("Document", 2)
    assert SPACE + "02" in found.problem
    assert fault(b"<html xmlns='http://www.w3.org/1999/xhtml'/>").element == "html"


def test_an_element_of_another_namespace_is_refused_where_it_stands() -> None:
    content = changed("<RmtInf>", '<SplmtryData><Envlp><x:any xmlns:x="urn:x"/></Envlp></SplmtryData><RmtInf>')
    found = fault(content)
    assert (found.element, found.line) == ("any", line_of(content, "x:any"))
    assert found.problem == "is of another namespace than the message"


def test_a_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_xml, "MOST_ELEMENTS", 50)
    assert "more than 50 elements" in fault(employed().xml()).problem
    monkeypatch.setattr(statement_xml, "MOST_BYTES", 100)
    assert fault(employed().xml()).problem == "is larger than 100 bytes"
    assert fault(b"<Document>" + b"<a>" * 300 + b"</a>" * 300 + b"</Document>").problem


@pytest.mark.parametrize(
    "old, new, element, problem",
    [
        ("<IBAN>", "<BBAN>", "Document", "cannot be read as XML"),
        (f"<IBAN>{IBAN}</IBAN>", "<Othr><Id>12</Id></Othr>", "Acct", "lacks Id/IBAN"),
        (f"<IBAN>{IBAN}", "<IBAN>DE89370400440532013001", "IBAN", "has wrong check digits"),
        ("<Cd>OPBD</Cd>", "<Cd>ITBD</Cd>", "Stmt", "lacks a balance OPBD or PRCD"),
        ("<Cd>CLAV</Cd>", "<Cd>CLBD</Cd>", "Bal", "is the second CLBD of its statement"),
        ("<Id>S-1</Id>", "", "Stmt", "lacks Id"),
        ("<Id>S-1</Id>", "<Id>S-1</Id><Id>S-2</Id>", "Id", "is there twice"),
        ("<Id>S-1</Id>", "<Id> </Id>", "Id", "is empty"),
        ("<Id>S-1</Id>", "<Id><Id>S-1</Id></Id>", "Id", "must be a text"),
        (">900.00<", ">-900.00<", "Amt", "must be an amount: at most 18 digits, five of them decimals, and no sign"),
        (">900.00<", ">9e2<", "Amt", "must be an amount: at most 18 digits, five of them decimals, and no sign"),
        (">900.00<", ">NaN<", "Amt", "must be an amount: at most 18 digits, five of them decimals, and no sign"),
        (">900.00<", ">900.005<", "Amt", "has more decimals than EUR has"),
        ('Ccy="EUR">1200.00', 'Ccy="XXX">1200.00', "Amt", "must name a currency of ISO 4217 that has a minor unit"),
        ("<CdtDbtInd>CRDT", "<CdtDbtInd>CREDIT", "CdtDbtInd", "must be CRDT or DBIT"),
        ("<Sts><Cd>BOOK", "<Sts><Cd>DONE", "Sts", "must be BOOK, PDNG, INFO or FUTR"),
        (f"{BOOKED}<Dt>2026-08-03", f"{BOOKED}<Dt>2026-02-30", "Dt", "must be a date of the calendar"),
        (f"{BOOKED}<Dt>2026-08-03", f"{BOOKED}<Dt>2026-07-31", "BookgDt", OUTSIDE_PERIOD),
        ("<ToDtTm>2026-08-31T23:59:59", "<ToDtTm>0001-01-01T00:00:00", "ToDtTm", OUTSIDE_YEARS),
        ("<FrDtTm>2026-08-01", "<FrDtTm>0001-01-01", "FrDtTm", OUTSIDE_YEARS),
        ("<ToDtTm>2026-08-31", "<ToDtTm>9999-12-31", "ToDtTm", OUTSIDE_YEARS),
        ("<FrDtTm>2026-08-01", "<FrDtTm>1999-08-01", "BkToCstmrStmt", "covers more than 1098 days"),
        (f"{BOOKED}<Dt>2026-08-03</Dt></BookgDt>", "", "Ntry", "lacks BookgDt"),
        ("<FrDtTm>2026-08-01", "<FrDtTm>2026-09-01", "FrToDt", "ends before it begins"),
    ],
)  # fmt: skip
def test_what_is_missing_twice_there_or_wrong_is_named(old: str, new: str, element: str, problem: str) -> None:
    content = changed(old, new)
    found = fault(content)
    assert (found.element, found.problem) == (element, problem)
    assert 1 <= found.line <= content.count(b"\n") + 1


@pytest.mark.parametrize("page, whole", [(("1", "true"), True), (("1", "false"), False), (("2", "true"), False)])
def test_one_page_of_several_is_no_statement(page: tuple[str, str], whole: bool) -> None:
    header = f"<MsgPgntn><PgNb>{page[0]}</PgNb><LastPgInd>{page[1]}</LastPgInd></MsgPgntn>"
    content = employed(header=header).xml()
    if whole:
        assert read(content).statement_numbers
    else:
        assert "one page of several" in fault(content).problem


def test_what_is_said_of_a_fault_never_repeats_what_is_in_the_file() -> None:
    """What is refused is recorded, and may be anybody's."""
    for old in ("Ada Lovelace", IBAN, "3000.00", "2026-08-28", "SALA", "BOOK", "EUR"):
        content = changed(old, "S3CRET-9")
        found = StatementFault("", 1, "")
        try:
            read(content)
        except RefusedStatement as refused:
            found = refused.fault
        assert "S3CRET-9" not in found.problem + found.element


def test_an_account_in_several_months_is_whole() -> None:
    every = (salary(date(2026, 1, 28)),)
    found = read(Account(months(date(2026, 1, 1), 12, every=every)).xml())
    assert len(found.entries) == 12
    assert found.closing == found.opening + 12 * Decimal(3000)
