"""The account: what opens it, how its payout goes on and ends, and what the ledger changes in it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.activation.cancellation import CancelledBy
from services.activation.disbursement import Disbursement, DisbursementFailure, DisbursementStatus
from services.activation.events import (
    DisbursementCompleted,
    DisbursementFailed,
    DisbursementInitiated,
    LoanActivated,
    LoanCancelled,
    RepaymentScheduleCreated,
)
from services.activation.model import MAX_TRIES, Account, AccountStatus
from services.activation.signature import KycApproval, Signature
from services.lending import LoanTerms
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money
from services.runtime.stores.json_codec import from_plain, to_plain
from tests.fakes.clock import NOON

TERMS = LoanTerms(Decimal("1200"), "EUR", Decimal("6"), 12, fee=Decimal("20"))
APPROVED = KycApproval("a1", 2)
LATER = NOON + timedelta(seconds=1)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def signature(terms_hash: str = "") -> Signature:
    return Signature("a1", "c1", TERMS, terms_hash or TERMS.hash(), NOON)


def active() -> Account:
    account = Account.open("l1", "d1", signature(), APPROVED, "PERSONAL", NOON)
    account.events.clear()
    return account


def failed() -> Account:
    account = active()
    account.bank_refused(DisbursementFailure.REFUSED, NOON)
    account.events.clear()
    return account


def disbursed() -> Account:
    account = active()
    account.bank_took("ref", NOON)
    account.events.clear()
    return account


def closed() -> Account:
    account = disbursed()
    account.close(euros("1250"), NOON)
    return account


def test_opening_reports_the_account_the_schedule_and_the_payout() -> None:
    account = Account.open("l1", "d1", signature(), APPROVED, "PERSONAL", NOON)
    activated, schedule, initiated = account.events
    assert isinstance(activated, LoanActivated)
    assert (activated.terms_hash, activated.start_date) == (TERMS.hash(), NOON.date())
    assert isinstance(schedule, RepaymentScheduleCreated)
    assert len(schedule.instalments) == 12
    assert sum(row.principal for row in schedule.instalments) == Decimal("1200")
    assert schedule.instalments[0].due_date == date(2030, 7, 15)
    assert initiated == DisbursementInitiated("a1", "l1", "c1", "d1", euros("1200"), 1)
    assert (account.status, account.principal_balance) == (AccountStatus.ACTIVE, euros("1200"))
    assert account.approved_kyc_version == 2
    assert activated.cost.total_paid == sum(row.total for row in schedule.instalments)


def test_terms_must_be_those_that_were_signed() -> None:
    signature().check()
    with pytest.raises(InvalidArgument, match="signed hash"):
        signature("0" * 64).check()


def test_the_bank_takes_the_money() -> None:
    account = active()
    account.bank_took("ref", LATER)
    assert (account.status, account.next_try_time) == (AccountStatus.DISBURSED, None)
    assert account.disbursement.complete_time == LATER
    assert account.events == [DisbursementCompleted("a1", "l1", "c1", "d1", euros("1200"), "ref", NOON.date())]


def test_a_loan_that_is_paid_out_days_later_bears_no_interest_for_them() -> None:
    account = active()
    first, later = account.instalments[0], NOON + timedelta(days=20)
    account.bank_took("ref", later)
    assert account.start_date == later.date()
    assert account.instalments[0].due_date == date(2030, 8, 5)
    assert account.instalments[0].total == first.total
    assert account.events[-1].start_date == later.date()


def test_a_refusal_fails_the_payout_and_the_next_attempt_is_a_new_order() -> None:
    account = active()
    first = account.disbursement.order_key
    account.bank_refused(DisbursementFailure.ACCOUNT_INVALID, LATER)
    assert account.status is AccountStatus.ACTIVE
    assert account.events == [
        DisbursementFailed("a1", "l1", "c1", "d1", euros("1200"), 1, DisbursementFailure.ACCOUNT_INVALID)
    ]
    account.pay_out_again(LATER)
    assert account.events[-1] == DisbursementInitiated("a1", "l1", "c1", "d1", euros("1200"), 2)
    assert (account.disbursement.failure, account.next_try_time) == (None, LATER)
    assert account.disbursement.order_key != first


def test_an_absent_bank_is_asked_ever_more_rarely_and_at_last_given_up_under_the_same_key() -> None:
    account, pauses = active(), []
    for _ in range(MAX_TRIES - 1):
        account.bank_away(NOON)
        assert account.next_try_time is not None
        pauses.append((account.next_try_time - NOON).seconds)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert account.events == []
    key = account.disbursement.order_key
    account.bank_away(NOON)
    assert account.disbursement.failure is DisbursementFailure.BANK_UNREACHABLE
    account.pay_out_again(LATER)
    assert (account.disbursement.order_key, account.disbursement.attempts) == (key, 2)
    assert account.disbursement.tries == 0


def test_a_payout_that_the_absent_bank_failed_rests_ever_longer_and_begins_anew() -> None:
    account, rests = active(), []
    for attempt in range(1, 10):
        for _ in range(MAX_TRIES):
            account.bank_away(NOON)
        assert account.disbursement.attempts == attempt
        assert account.next_try_time is not None
        rests.append((account.next_try_time - NOON) / timedelta(minutes=1))
        account.pay_out_again(NOON)
    assert rests == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    account.bank_refused(DisbursementFailure.REFUSED, NOON)
    assert account.next_try_time is None


@pytest.mark.parametrize("failure", [DisbursementFailure.DETAILS_CHANGED, DisbursementFailure.ACCOUNT_INVALID])
def test_an_order_held_back_fails_the_payout_under_the_same_key_for_the_bank_may_have_had_it(
    failure: DisbursementFailure,
) -> None:
    account = active()
    key = account.disbursement.order_key
    account.hold_back(failure, LATER)
    assert (account.status, account.next_try_time) == (AccountStatus.ACTIVE, None)
    assert account.events == [DisbursementFailed("a1", "l1", "c1", "d1", euros("1200"), 1, failure)]
    account.confirm_payee(3, 3, LATER)
    assert account.events[1:] == [DisbursementInitiated("a1", "l1", "c1", "d1", euros("1200"), 2)]
    assert (account.approved_kyc_version, account.next_try_time) == (3, LATER)
    assert account.disbursement.order_key == key


@pytest.mark.parametrize(("checked", "present"), [(2, 3), (4, 3)])
def test_details_that_were_not_checked_are_not_confirmed(checked: int, present: int) -> None:
    account = failed()
    before = account.disbursement
    with pytest.raises(FailedPrecondition) as refused:
        account.confirm_payee(checked, present, LATER)
    assert (refused.value.reason, refused.value.metadata) == ("DETAILS_CHANGED", {"kyc_version": "3"})
    assert (account.disbursement, account.approved_kyc_version, account.events) == (before, 2, [])


def test_money_that_was_sent_is_not_confirmed_once_more() -> None:
    account = disbursed()
    account.confirm_payee(9, 3, LATER)
    assert (account.approved_kyc_version, account.update_time, account.events) == (2, NOON, [])


def test_the_account_follows_the_ledger_to_its_end() -> None:
    account = disbursed()
    account.follow_ledger(euros("1100"), euros("110"), LATER)
    assert (account.principal_balance, account.total_paid) == (euros("1100"), euros("110"))
    account.close(euros("1250"), LATER)
    assert (account.status, account.close_time) == (AccountStatus.CLOSED, LATER)
    assert (account.principal_balance, account.total_paid) == (euros("0"), euros("1250"))


def sent() -> Account:
    account = active()
    account.send(2, NOON)
    return account


def cancelled() -> Account:
    account = active()
    account.cancel(CancelledBy.CUSTOMER, NOON)
    account.events.clear()
    return account


def being_cancelled() -> Account:
    account = sent()
    account.cancel(CancelledBy.STAFF, NOON)
    return account


def test_a_loan_whose_order_was_not_sent_is_cancelled_at_once() -> None:
    account = active()
    account.cancel(CancelledBy.CUSTOMER, LATER)
    assert account.events == [LoanCancelled("a1", "l1", "c1", euros("1200"), CancelledBy.CUSTOMER, LATER)]
    assert (account.status, account.principal_balance) == (AccountStatus.CANCELLED, euros("0"))
    assert (account.disbursement.status, account.next_try_time) == (DisbursementStatus.CANCELLED, None)


def test_one_whose_order_may_be_at_the_bank_waits_for_its_word_whatever_that_takes() -> None:
    account = being_cancelled()
    for _ in range(3 * MAX_TRIES):
        account.bank_away(LATER)
        assert account.next_try_time is not None
    assert (account.status, account.events) == (AccountStatus.ACTIVE, [])
    account.given_up("d1/0", None, LATER)
    assert account.status is AccountStatus.CANCELLED
    assert [type(event) for event in account.events] == [LoanCancelled]


def test_an_order_that_was_paid_before_it_was_cancelled_is_paid() -> None:
    account = being_cancelled()
    account.given_up("d1/0", "ref", LATER)
    assert (account.status, account.cancellation) == (AccountStatus.DISBURSED, None)
    assert [type(event) for event in account.events] == [DisbursementCompleted]


def test_a_refusal_of_an_order_that_is_not_wanted_any_more_ends_the_loan() -> None:
    account = being_cancelled()
    account.answered("d1/0", "", DisbursementFailure.REFUSED, LATER)
    assert [type(event) for event in account.events] == [LoanCancelled]


def test_an_answer_that_comes_twice_counts_once_and_one_that_contradicts_is_kept() -> None:
    account = sent()
    for _ in range(2):
        account.answered("d1/0", "ref", None, LATER)
    assert (len(account.events), account.disbursement.disputed_reference) == (1, "")
    account.answered("d1/0", "", DisbursementFailure.REFUSED, LATER)
    account.answered("d1/0", "other", None, LATER)
    assert (len(account.events), account.disbursement.bank_reference) == (1, "ref")
    assert account.disbursement.disputed_reference == "other"
    gone = cancelled()
    gone.answered("d1/0", "late", None, LATER)
    assert (gone.status, gone.events, gone.disbursement.disputed_reference) == (AccountStatus.CANCELLED, [], "late")


def test_an_order_that_may_be_paid_is_not_followed_by_one_on_other_details() -> None:
    account = sent()
    account.confirm_payee(3, 3, LATER)
    with pytest.raises(FailedPrecondition):
        account.send(3, LATER)
    account.given_up("d1/0", None, LATER)
    account.send(3, LATER)
    assert (account.disbursement.order_key, account.disbursement.sent_version) == ("d1/1", 3)


def test_a_payout_from_before_it_was_kept_whether_its_order_was_sent_is_in_doubt() -> None:
    old = {"disbursement_id": "d1", "status": "INITIATED", "amount": to_plain(euros("1")), "attempts": 1,
           "initiate_time": NOON.isoformat()}  # fmt: skip
    assert from_plain(Disbursement, old).in_doubt


@pytest.mark.parametrize("made", [active, failed, sent, cancelled, being_cancelled])
def test_what_was_never_paid_out_is_neither_repaid_nor_closed(made: Callable[[], Account]) -> None:
    account = made()
    before = account.status, account.principal_balance, account.next_try_time
    account.follow_ledger(euros("0"), euros("1250"), LATER)
    account.close(euros("1250"), LATER)
    account.reopen(LATER)
    assert (account.status, account.principal_balance, account.next_try_time) == before


Move = Callable[[Account], None]
MOVES: dict[str, Move] = {
    "pay out again": lambda account: account.pay_out_again(LATER),
    "confirm payee": lambda account: account.confirm_payee(3, 3, LATER),
    "hold back": lambda account: account.hold_back(DisbursementFailure.DETAILS_CHANGED, LATER),
    "take": lambda account: account.bank_took("other", LATER),
    "refuse": lambda account: account.bank_refused(DisbursementFailure.REFUSED, LATER),
    "away": lambda account: account.bank_away(LATER),
    "send": lambda account: account.send(2, LATER),
    "cancel": lambda account: account.cancel(CancelledBy.STAFF, LATER),
}
INITIATED, COMPLETED, FAILED = DisbursementStatus.INITIATED, DisbursementStatus.COMPLETED, DisbursementStatus.FAILED
CANCELLED = DisbursementStatus.CANCELLED
OUTCOMES: list[tuple[Callable[[], Account], str, DisbursementStatus | None]] = [
    (active, "pay out again", INITIATED),
    (active, "confirm payee", INITIATED),
    (active, "hold back", FAILED),
    (active, "take", COMPLETED),
    (active, "refuse", FAILED),
    (active, "away", INITIATED),
    (failed, "pay out again", INITIATED),
    (failed, "confirm payee", INITIATED),
    (failed, "hold back", None),
    (failed, "take", None),
    (failed, "refuse", None),
    (failed, "away", None),
    (disbursed, "pay out again", COMPLETED),
    (disbursed, "confirm payee", COMPLETED),
    (disbursed, "hold back", None),
    (disbursed, "take", None),
    (disbursed, "refuse", None),
    (disbursed, "away", None),
    (closed, "pay out again", None),
    (closed, "confirm payee", None),
    (closed, "hold back", None),
    (closed, "take", None),
    (closed, "refuse", None),
    (closed, "away", None),
    (active, "send", INITIATED),
    (active, "cancel", CANCELLED),
    (sent, "take", COMPLETED),
    (sent, "refuse", FAILED),
    (sent, "away", INITIATED),
    (sent, "send", INITIATED),
    (sent, "cancel", INITIATED),
    (failed, "send", None),
    (failed, "cancel", CANCELLED),
    (disbursed, "send", None),
    (disbursed, "cancel", None),
    (closed, "send", None),
    (closed, "cancel", None),
    (being_cancelled, "pay out again", None),
    (being_cancelled, "confirm payee", None),
    (being_cancelled, "take", COMPLETED),
    (being_cancelled, "refuse", CANCELLED),
    (being_cancelled, "away", INITIATED),
    (being_cancelled, "send", None),
    (being_cancelled, "cancel", INITIATED),
    (cancelled, "pay out again", None),
    (cancelled, "confirm payee", None),
    (cancelled, "hold back", None),
    (cancelled, "take", None),
    (cancelled, "refuse", None),
    (cancelled, "away", None),
    (cancelled, "send", None),
    (cancelled, "cancel", CANCELLED),
]


@pytest.mark.parametrize(("made", "move", "outcome"), OUTCOMES)
def test_every_move_in_every_status(made: Callable[[], Account], move: str, outcome: DisbursementStatus | None) -> None:
    account = made()
    before = account.disbursement
    if outcome is None:
        with pytest.raises(FailedPrecondition):
            MOVES[move](account)
        assert (account.disbursement, account.events) == (before, [])
    else:
        MOVES[move](account)
        assert account.disbursement.status is outcome
