"""Each condition of the agreement is executed against ledger, status machine and services: what is promised happens."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from io import BytesIO
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.activation.cancellation import CancelledBy
from services.activation.disbursement import DisbursementFailure
from services.activation.model import Account as PayoutAccount
from services.activation.payouts import Payouts
from services.activation.ports import BankAnswer
from services.agreement.clauses import CLAUSES, Promise, worded
from services.agreement.documents import Documents
from services.agreement.handlers import CODE_LIFE
from services.agreement.model import Agreement
from services.agreement.pdf import ORIGINAL
from services.agreement.ports import Party
from services.agreement.signature_pages import Origin
from services.agreement.signers import Signing
from services.application.status import MOVES, TERMINAL_STATUSES, Action, ApplicationStatus
from services.lending import Frequency, Method, loan_schedule
from services.lending.daycount import DayCount
from services.lending.facility import facilities, facility
from services.lending.rules import LateFee, Rules
from services.lending.transactions import Effect, Transaction
from services.papers import lender_of
from services.papers import tariffs as wording
from services.repayment.loan_account import LoanStatus
from services.runtime.errors import Error, FailedPrecondition
from tests.factories.loans import open_loan
from tests.fakes.bucket import MemoryBucket, sealed_files
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.payees import IBAN, FakeBank, FakeOwners, FakePayees
from tests.fakes.readers import text_of
from tests.fakes.scanner import FakeScanner
from tests.unit.clauses.witnesses import PAYOUT, account, payout_account, terms

S = ApplicationStatus
F = TypeVar("F", bound=Callable[..., None])
shapes = st.fixed_dictionaries(
    {
        "method": st.sampled_from(Method),
        "day_count": st.sampled_from(DayCount),
        "principal": st.integers(500, 50_000).map(Decimal),
        "annual_rate_percent": st.sampled_from(["0", "3.5", "9.9", "24"]).map(Decimal),
        "fee": st.sampled_from(["0", "50"]).map(Decimal),
    }
)
tariffs = st.builds(
    LateFee,
    st.integers(0, 50).map(Decimal),
    st.integers(0, 20).map(Decimal),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(1, 60).map(Decimal)),
)


def executes(*promises: Promise) -> Callable[[F], F]:
    """Says which clauses a test executes."""

    def named(test: F) -> F:
        test.executes = promises  # type: ignore[attr-defined]  # read by test_agreed
        return test

    return named


def day(days: int) -> date:
    return PAYOUT + timedelta(days=days)


@executes(Promise.INTEREST_UNTIL_REPAID)
@settings(max_examples=150)
@given(shapes, st.integers(0, 500), st.lists(st.tuples(st.integers(1, 999), st.sampled_from(Effect)), max_size=4))
def test_early_repayment_costs_the_interest_until_that_day_only(
    shape: Mapping[str, Any], days: int, parts: list[tuple[int, Effect]]
) -> None:
    ledger = account(**shape)
    whole = left = ledger.quote(day(days)).total
    for number, (share, effect) in enumerate(parts):
        part = (left * share / 1000).quantize(Decimal("0.01"), ROUND_DOWN)
        if 0 < part < left:
            ledger, left = ledger.post(Transaction.payment(f"p{number}", day(days), part, effect)), left - part
    ledger = ledger.post(Transaction.payment("rest", day(days), left))
    paid = ledger.paid(date.max)
    assert ledger.is_settled(date.max) and paid.total == whole
    assert (paid.principal, paid.fee, paid.penalty) == (shape["principal"], shape["fee"], Decimal(0))
    # Not a cent of it is for a day after: later days cost at least as much, and the day of the payout costs nothing.
    assert paid.interest <= account(**shape).quote(day(days + 1)).parts.interest
    assert paid.interest == 0 or days > 0


@executes(Promise.INTEREST_UNTIL_REPAID)
@given(shapes, st.integers(1, 300), st.integers(1, 400))
def test_what_was_repaid_bears_no_interest_after(shape: Mapping[str, Any], early: int, wait: int) -> None:
    settled = account(**shape)
    settled = settled.post(Transaction.payment("p", day(early), settled.quote(day(early)).total))
    assert settled.quote(day(early + wait)).total == 0 == settled.unpaid_total(day(early + wait))


@executes(Promise.INTEREST_FROM_PAYOUT, Promise.DUE_DATES_FROM_PAYOUT)
@given(st.integers(0, 90), st.sampled_from(Frequency), shapes)
def test_interest_and_due_dates_count_from_the_payout(
    wait: int, frequency: Frequency, shape: Mapping[str, Any]
) -> None:
    opened = payout_account()
    opened.send(1, NOON)
    opened.bank_took("ref", NOON + timedelta(days=wait))
    paid_out = NOON.date() + timedelta(days=wait)
    assert opened.start_date == paid_out
    assert opened.instalments == loan_schedule(opened.terms, paid_out).rows
    agreed = terms(**{**shape, "frequency": frequency})
    loan = open_loan(agreed, NOON.date())
    loan.status = LoanStatus.PENDING
    loan.disburse(paid_out)
    assert loan.account.quote(paid_out).parts.interest == 0
    every, unit = frequency.period
    for row in loan.schedule.rows:
        if unit.name == "WEEK":
            assert row.due_date == paid_out + timedelta(weeks=every * row.number)
        else:
            months = paid_out.year * 12 + paid_out.month - 1 + every * row.number
            assert (row.due_date.year, row.due_date.month - 1) == divmod(months, 12)
            assert row.due_date.day == paid_out.day or (row.due_date + timedelta(days=1)).day == 1


@executes(Promise.LATE_FEE_BY_TARIFF)
@given(st.one_of(st.none(), tariffs), shapes, st.integers(0, 120))
def test_a_late_fee_is_the_printed_tariff_once_for_an_instalment(
    rule: LateFee | None, shape: Mapping[str, Any], days: int
) -> None:
    ledger = account(Rules(late_fee=rule), **shape)
    fees = ledger.late_fees(day(days))
    assert len({fee.instalment for fee in fees}) == len(fees)
    printed = wording.late_fee(rule, "EUR", "en")
    if rule is None:
        assert not fees and "no late fee" in printed
        return
    rows = {row.number: row for row in ledger.schedule.rows}
    for fee in fees:
        row = rows[fee.instalment]
        assert fee.value_date == row.due_date + timedelta(days=rule.grace_days + 1) <= day(days)
        assert rule.cap is None or (fee.amount <= rule.cap and f"{rule.cap:,.2f} EUR" in printed)
        most = rule.flat + row.total * rule.percent_of_overdue / 100 + Decimal("0.01")
        assert 0 < fee.amount <= most
    for value in (rule.flat and f"{rule.flat:,.2f} EUR", rule.percent_of_overdue and f"{rule.percent_of_overdue} %"):
        assert not value or value in printed
    assert not rule.grace_days or f"more than {rule.grace_days} days late" in printed


@executes(Promise.LATE_FEE_BY_TARIFF)
@pytest.mark.parametrize("code", facilities())
def test_what_is_paid_in_time_bears_no_fee_in_any_facility(code: str) -> None:
    rules = facilities()[code].rules
    ledger = account(rules, principal=Decimal(5000))
    first = ledger.schedule.rows[0]
    paid = ledger.post(Transaction.payment("p", first.due_date, first.total))
    late = (rules.late_fee.grace_days if rules.late_fee else 0) + 1
    assert not paid.late_fees(first.due_date + timedelta(days=late))
    assert bool(ledger.late_fees(first.due_date + timedelta(days=late))) is (rules.late_fee is not None)


@executes(Promise.WITHDRAWAL_UNTIL_PAYOUT)
@pytest.mark.parametrize("status", S, ids=lambda status: status.name)
def test_a_borrower_can_get_out_in_every_status_until_the_payout(status: ApplicationStatus) -> None:
    ways_out = {action for action in (Action.WITHDRAW, Action.CANCEL) if status in MOVES[action].allowed_from}
    # An offer's end closes the application by itself.
    over = status in TERMINAL_STATUSES or status in (S.DISBURSED, S.OFFER_DECLINED, S.OFFER_EXPIRED)
    assert bool(ways_out) is not over
    assert all(MOVES[way].to in TERMINAL_STATUSES for way in ways_out)


@executes(Promise.WITHDRAWAL_UNTIL_PAYOUT)
@given(st.lists(st.sampled_from(["send", "refused", "away", "held", "again"]), max_size=6))
def test_a_loan_whose_money_was_not_sent_can_be_cancelled_and_owes_nothing(steps: list[str]) -> None:
    loan = payout_account()
    acts: dict[str, Callable[[], object]] = {
        "send": lambda: loan.send(1, NOON),
        "refused": lambda: loan.bank_refused(DisbursementFailure.REFUSED, NOON),
        "away": lambda: loan.bank_away(NOON),
        "held": lambda: loan.hold_back(DisbursementFailure.ACCOUNT_INVALID, NOON),
        "again": lambda: loan.pay_out_again(NOON),
    }
    for step in steps:
        try:
            acts[step]()
        except Error:
            continue
    loan.cancel(CancelledBy.CUSTOMER, NOON)
    if loan.status.name != "CANCELLED":
        # An order may be at the bank: it is cancelled once the bank says that it will not pay it.
        loan.given_up(loan.disbursement.order_key, None, NOON)
    assert loan.status.name == "CANCELLED" and loan.principal_balance.amount == 0


@dataclass
class Shelf:
    """services.activation.store.UnitOfWork with one account, in memory."""

    account: PayoutAccount
    accounts: Any = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = self

    def get(self, loan_id: str) -> PayoutAccount:
        return self.account

    def commit(self, why: str = "") -> None:
        """Nothing to keep."""


@executes(Promise.PAYOUT_TO_NAMED_ACCOUNT)
@given(st.lists(st.sampled_from(["change", "refuse", "away", "advance", "again"]), max_size=8))
def test_money_goes_to_the_account_that_kyc_approved_and_to_no_other(steps: list[str]) -> None:
    shelf, payees, bank = Shelf(payout_account()), FakePayees(), FakeBank()
    unit: Any = nullcontext(shelf)
    signed = shelf.account.customer_id, shelf.account.terms_hash
    owners = FakeOwners(status="ACTIVE", standings={shelf.account.application_id: signed})
    payouts = Payouts(lambda: unit, FakeClock(), payees, owners, bank)
    for step in [*steps, "advance"]:
        bank.away = step == "away"
        bank.answer = BankAnswer(failure=DisbursementFailure.REFUSED) if step == "refuse" else BankAnswer("bank-1")
        if step == "change":
            payees.change("GB33BUKB20201555555555")
        elif step == "again":
            try:
                shelf.account.pay_out_again(NOON)
            except Error:
                continue
        else:
            try:
                payouts.advance(shelf.account)
            except Error:
                continue
    assert {iban for _, iban, _ in bank.orders} <= {IBAN}
    assert len(bank.paid) <= 1


@executes(Promise.PAYOUT_TO_NAMED_ACCOUNT)
def test_nothing_is_paid_out_before_the_signature() -> None:
    before = {status for status, move in ((s, MOVES[Action.ACTIVATE]) for s in S) if status in move.allowed_from}
    assert before == {S.AGREEMENT_SIGNED} and MOVES[Action.DISBURSE].allowed_from == {S.ACTIVE}


@executes(Promise.SIGNATURE_BY_HASH)
@settings(max_examples=25)
@given(st.data())
def test_one_changed_byte_is_found_before_and_after_the_signature(data: st.DataObject) -> None:
    bucket, agreed = MemoryBucket(), terms(tenure_months=3)
    documents = Documents(sealed_files(bucket), FakeScanner(), lender_of())
    contract = documents.contract("a1", "c1", Party("Ada", ()), agreed, agreed.hash(), facility("PERSONAL"), NOON)
    signing = Signing("salt", "ab" * 32, NOON + CODE_LIFE, shown=contract.to_show)
    agreement = Agreement("a1", "c1", contract=contract, signing=signing)
    signed = documents.signed(agreement, "c1", "Ada", Origin(), NOON)
    whole = PdfReader(BytesIO(b"".join(documents.stream(signed))))
    assert hashlib.sha256(whole.attachments[ORIGINAL][0]).hexdigest() == contract.pdf.sha256
    file = data.draw(st.sampled_from([contract.pdf, signed]))
    at, bit = data.draw(st.integers(0, len(bucket.stored[file.key]) - 1)), data.draw(st.integers(0, 7))
    assert documents.hash_now(file) == file.sha256
    content = bytearray(bucket.stored[file.key])
    content[at] ^= 1 << bit
    bucket.stored[file.key] = bytes(content)
    assert documents.hash_now(file) != file.sha256
    if file is contract.pdf:
        with pytest.raises(FailedPrecondition, check=lambda refused: refused.reason == "AGREEMENT_TAMPERED"):
            documents.signed(agreement, "c1", "Ada", Origin(), NOON)


@pytest.mark.parametrize("code, language", [*((code, "en") for code in facilities()), ("PERSONAL", "de")])
def test_the_pdf_says_every_clause_with_the_facility_s_tariff(code: str, language: str) -> None:
    kind = facilities()[code]
    agreed = terms(tenure_months=3)
    documents = Documents(sealed_files(MemoryBucket()), FakeScanner(), lender_of())
    party = Party("Ada", (), language)
    pdf = documents.contract("a1", "c1", party, agreed, agreed.hash(), kind, NOON).pdf
    said = " ".join(text_of(b"".join(documents.stream(pdf))).split())
    for number, clause in enumerate(CLAUSES, 1):
        title, text = worded(clause, kind.late_fee, "EUR", language)
        assert f"{number}. {title}. {text}" in said
