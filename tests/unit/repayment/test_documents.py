"""The documents of a loan as files: totals are those of their rows, in every format, and camt.053 is of its schema."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from services.lending import LoanTerms
from services.lending.transactions import Effect
from services.repayment import camt053, files, letters
from services.repayment.model import Loan
from services.repayment.ports import Party
from services.repayment.quotes import paid_in, payoff
from services.repayment.statement import Statement, statement
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import minor_unit
from tests.factories.loans import PROOF, START, TERMS, TODAY, open_loan, pay, payment
from tests.fakes.clock import NOON
from tests.fakes.readers import data_of, text_of

# As ISO 20022 publishes it.
SCHEMA = etree.XMLSchema(file=str(Path(__file__).with_name("schemas") / "camt.053.001.08.xsd"))
LOAN_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SPACE = {"c": camt053.NAMESPACE}
PAYMENTS = st.lists(st.tuples(st.integers(0, 150), st.integers(1, 400), st.sampled_from(Effect)), max_size=4)


def loan_with(made: list[tuple[int, int, Effect]], *, returned: bool = False, terms: LoanTerms = TERMS) -> Loan:
    loan = open_loan(terms)
    for number, (days, amount, effect) in enumerate(made):
        try:
            loan.record(payment(f"p{number}", loan.money(Decimal(amount)), START + timedelta(days=days), effect))
            loan.prove(f"p{number}", PROOF)
            loan.accept(f"p{number}", "o1", NOON)
        except FailedPrecondition:
            continue  # more than is owed by then
    if returned and loan.transactions:
        loan.reverse(loan.transactions[0].id, "bounced", "o2", NOON)
    return loan


def totals_of(found: Statement) -> dict[str, Decimal]:
    """The statement's totals, from its rows alone."""
    amounts = {name: sum((e.amount for e in found.entries if e.kind.name == name), Decimal(0)) for name in
               ("INTEREST", "PAYMENT", "REVERSAL")}  # fmt: skip
    return {
        "interest_charged": amounts["INTEREST"],
        "total_paid": -amounts["PAYMENT"] - amounts["REVERSAL"],
        "closing_balance": found.opening_balance + sum((e.amount for e in found.entries), Decimal(0)),
    }


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(PAYMENTS, st.booleans(), st.integers(-5, 200), st.integers(0, 250))
def test_every_total_is_that_of_its_rows_in_every_format(
    made: list[tuple[int, int, Effect]], returned: bool, first: int, days: int
) -> None:
    loan, begin = loan_with(made, returned=returned), START + timedelta(days=first)
    found = statement(loan.account, begin, begin + timedelta(days=days))
    totals = totals_of(found)
    for name, total in totals.items():
        assert getattr(found, name) == total, name
    balance = found.opening_balance
    for entry in found.entries:
        balance += entry.amount
        assert entry.balance == balance
    said = json.loads(files.to_json(found, LOAN_ID))
    assert {name: Decimal(said[name]) for name in totals} == totals
    rows = list(csv.DictReader(io.StringIO(files.to_csv(found).decode())))
    assert [Decimal(row["amount"]) for row in rows] == [Decimal(each["amount"]) for each in said["entries"]]
    xml: Any = etree.fromstring(camt053.to_camt053(found, LOAN_ID, NOON, "LoanFlow Lending Ltd"))
    SCHEMA.assertValid(xml)
    assert balances(xml) == (found.opening_balance, found.closing_balance)
    assert signed(xml, "c:BkToCstmrStmt/c:Stmt/c:Ntry") == [entry.amount for entry in found.entries]
    credits, debits = (
        Decimal(xml.findtext(f".//c:{name}/c:Sum", namespaces=SPACE)) for name in ("TtlCdtNtries", "TtlDbtNtries")
    )
    assert found.opening_balance + debits - credits == found.closing_balance


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(PAYMENTS, st.integers(0, 200), st.integers(0, 250), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_every_amount_has_the_decimals_of_its_currency_in_every_format(
    made: list[tuple[int, int, Effect]], first: int, days: int, currency: str
) -> None:
    unit = minor_unit(currency)
    loan, begin = loan_with(made, terms=replace(TERMS, currency=currency)), START + timedelta(days=first)
    found = statement(loan.account, begin, begin + timedelta(days=days))
    said = json.loads(files.to_json(found, LOAN_ID))
    xml: Any = etree.fromstring(camt053.to_camt053(found, LOAN_ID, NOON, "LoanFlow Lending Ltd"))
    SCHEMA.assertValid(xml)
    written = [said[name] for name in ("opening_balance", "closing_balance", "interest_charged", "total_paid",
               "principal_balance", "total_due")]  # fmt: skip
    written += [each[name] for each in said["entries"] for name in ("amount", "balance")]
    written += [each.text for name in ("Amt", "Sum") for each in xml.iter(f"{{{camt053.NAMESPACE}}}{name}")]
    rows = csv.DictReader(io.StringIO(files.to_csv(found).decode()))
    written += [row[name] for row in rows for name in ("amount", "balance")]
    assert [each for each in written if Decimal(each).as_tuple().exponent != unit.as_tuple().exponent] == []


def test_a_balance_of_zero_is_one_of_credit() -> None:
    """As ISO 20022 has it, whatever the sides of the entries are."""
    loan = open_loan()
    pay(loan, "rest", payoff(loan, TODAY).total.amount)
    whole = statement(loan.account, START, TODAY)
    xml: Any = etree.fromstring(camt053.to_camt053(whole, LOAN_ID, NOON, "LoanFlow Lending Ltd"))
    assert not any(balances(xml))
    assert [each.text for each in xml.findall(".//c:Bal/c:CdtDbtInd", SPACE)] == ["CRDT", "CRDT"]
    part = statement(loan.account, START, TODAY - timedelta(days=1))
    xml = etree.fromstring(camt053.to_camt053(part, LOAN_ID, NOON, "LoanFlow Lending Ltd"))
    assert [each.text for each in xml.findall(".//c:Bal/c:CdtDbtInd", SPACE)] == ["CRDT", "DBIT"]


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 400), st.integers(0, 400))
def test_a_paper_of_a_period_that_is_not_over_ends_with_the_day_on_which_it_is_made(first: int, days: int) -> None:
    begin = START + timedelta(days=first)
    asked = replace(statement(open_loan().account, begin, TODAY), to_date=begin + timedelta(days=days))
    found = asked.up_to(TODAY)
    assert found == replace(asked, to_date=max(begin, min(asked.to_date, TODAY)))
    xml: Any = etree.fromstring(camt053.to_camt053(found, LOAN_ID, NOON, "LoanFlow Lending Ltd"))
    SCHEMA.assertValid(xml)
    assert xml.findall(".//c:Bal/c:Dt/c:Dt", SPACE)[-1].text == found.to_date.isoformat()


def signed(xml: Any, path: str) -> list[Decimal]:
    """Amounts with their side: a credit lessens what is owed."""
    sides = {"CRDT": -1, "DBIT": 1}
    return [
        Decimal(each.findtext("c:Amt", namespaces=SPACE)) * sides[each.findtext("c:CdtDbtInd", namespaces=SPACE)]
        for each in xml.findall(path, SPACE)
    ]


def balances(xml: Any) -> tuple[Decimal, ...]:
    return tuple(signed(xml, ".//c:Bal"))


def test_a_wrong_camt_is_found_by_the_schema() -> None:
    found = statement(loan_with([(31, 100, Effect.SHORTER_TERM)]).account, START, TODAY)
    content = camt053.to_camt053(found, LOAN_ID, NOON, "LoanFlow Lending Ltd")
    for before, after in (
        (b"<Cd>OPBD</Cd>", b"<Cd>OPENED</Cd>"),
        (b"<GrpHdr>", b"<GrpHdr><Extra/>"),
        (b"DBIT", b"OWED"),
    ):
        assert before in content
        assert not SCHEMA.validate(etree.fromstring(content.replace(before, after, 1)))


PERIODS = st.tuples(
    st.sampled_from([LOAN_ID, "0f8fad5b-d9cb-469f-b165-70867728950e", "1f8fad5b-d9cb-469f-a165-70867728950e"]),
    st.integers(0, 40), st.integers(0, 40), st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(1)]),
)  # fmt: skip


@settings(suppress_health_check=list(HealthCheck))
@given(st.sets(PERIODS, min_size=2, max_size=8))
def test_a_statement_s_number_is_that_of_its_period_and_a_file_s_its_own(
    asked: set[tuple[str, int, int, timedelta]],
) -> None:
    account, numbers, files_ = open_loan().account, dict[str, tuple[str, int, int]](), set[str]()
    for loan_id, first, days, later in asked:
        found = statement(account, START + timedelta(days=first), START + timedelta(days=first + days))
        xml: Any = etree.fromstring(camt053.to_camt053(found, loan_id, NOON + later, "LoanFlow Lending Ltd"))
        SCHEMA.assertValid(xml)
        period = loan_id, first, days
        assert numbers.setdefault(xml.findtext(".//c:Stmt/c:Id", namespaces=SPACE), period) == period
        files_.add(xml.findtext(".//c:MsgId", namespaces=SPACE))
    assert len(numbers) == len({each[:3] for each in asked}) and len(files_) == len(asked)


def test_a_period_that_is_made_anew_is_another_file_of_the_same_statement() -> None:
    loan, numbers = open_loan(), []
    for each in (0, 1):
        at = NOON + timedelta(seconds=each)
        made = camt053.to_camt053(statement(loan.account, START, TODAY), LOAN_ID, at, "LoanFlow Lending Ltd")
        xml: Any = etree.fromstring(made)
        numbers.append([xml.findtext(f".//c:{name}", namespaces=SPACE) for name in ("MsgId", "Stmt/c:Id")])
        pay(loan, f"dated-back-{each}", "10", START + timedelta(days=3))
    (one, number), (two, again) = numbers
    assert one != two and number == again == f"0f8fad5bd9cb469fa-{START:%Y%m%d}-{TODAY:%Y%m%d}"


LATER = date(START.year + 9, 1, 1)


@pytest.mark.parametrize("today, to_date, is_over", [
    (date(2030, 1, 1), "2030-01-01", False), (date(2030, 12, 31), "2030-12-31", False),
    (date(2031, 1, 1), "2030-12-31", True), (LATER, "2030-12-31", True),
])  # fmt: skip
def test_a_certificate_of_a_year_that_is_not_over_says_so(today: date, to_date: str, is_over: bool) -> None:
    letter = letters.year(paid_in(open_loan(), 2030), today)
    said = json.loads(letter.json())
    assert (said["from_date"], said["to_date"]) == ("2030-01-01", to_date)
    assert said.get("until") == (None if is_over else to_date)
    text = text_of(letter.pdf(files.Sheet(LOAN_ID, Party("", ()), today)))
    assert ("The year is not over" in text, "For your tax return" in text) == (not is_over, is_over)


def test_of_a_year_that_has_not_begun_there_is_no_certificate() -> None:
    with pytest.raises(InvalidArgument, check=lambda refused: refused.reason == "IMPOSSIBLE_DATE") as refused:
        letters.year(paid_in(open_loan(), 2031), date(2030, 12, 31))
    assert [each.field for each in refused.value.violations] == ["year"]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(PAYMENTS)
def test_a_year_s_certificate_adds_up_and_years_join(made: list[tuple[int, int, Effect]]) -> None:
    loan = loan_with(made)
    years = [json.loads(letters.year(paid_in(loan, START.year + number), LATER).json()) for number in range(3)]
    for one in years:
        parts = [
            Decimal(one[name]["amount"]) for name in ("interest_paid", "fee_paid", "penalty_paid", "principal_paid")
        ]
        assert sum(parts) == Decimal(one["total"]["amount"])
    for one, following in pairwise(years):
        assert one["closing_principal"] == following["opening_principal"]
    assert sum(Decimal(one["total"]["amount"]) for one in years) == loan.total_paid.amount


def test_a_pay_off_letter_adds_up_and_says_what_a_day_costs() -> None:
    loan = loan_with([(31, 100, Effect.NEXT_INSTALMENTS)])
    one, later = (json.loads(letters.payoff(payoff(loan, day)).json()) for day in (TODAY, TODAY + timedelta(days=1)))
    parts = sum(Decimal(one[name]["amount"]) for name in ("principal", "interest", "fee", "penalty"))
    assert parts == Decimal(one["total"]["amount"])
    assert parts + Decimal(one["per_diem"]["amount"]) == Decimal(later["total"]["amount"])


def test_a_completion_letter_is_for_a_loan_that_is_repaid_alone() -> None:
    loan = open_loan()
    with pytest.raises(FailedPrecondition, check=lambda refused: refused.reason == "WRONG_STATUS"):
        letters.repaid(loan)
    pay(loan, "rest", payoff(loan, TODAY).total.amount)
    letter = letters.repaid(loan)
    rows = list(csv.DictReader(io.StringIO(letter.csv().decode())))
    assert {"name": "total_paid", "value": f"{loan.total_paid.amount}", "currency": "EUR"} in rows
    assert loan.close_time is not None
    sheet = files.Sheet(LOAN_ID, Party("Jörg Müßig", ("Weg 1",)), date(2031, 1, 1), language="de")
    pdf = letter.pdf(sheet)
    said = text_of(pdf)
    assert "Bestätigung der vollständigen Rückzahlung" in said and "Jörg Müßig" in said and "1.200,00 EUR" in said
    assert data_of(pdf)["values"]["closed"] == loan.close_time.date().isoformat()
    assert replace(sheet, borrower=Party("", ())) and "Borrower" not in text_of(
        letter.pdf(replace(sheet, borrower=Party("", ())))
    )
