"""The loan account as activation keeps it: terms, schedule, balance, and the payout with its attempts."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from services.activation.cancellation import Cancellation, CancelledBy
from services.activation.disbursement import NOT_SENT, Disbursement, DisbursementFailure, DisbursementStatus
from services.activation.events import (
    DisbursementCompleted,
    DisbursementFailed,
    DisbursementInitiated,
    LoanActivated,
    LoanCancelled,
    RepaymentScheduleCreated,
)
from services.activation.signature import KycApproval, Signature
from services.lending.cost import LoanCost, loan_cost
from services.lending.schedule import Instalment, loan_schedule
from services.lending.terms import LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money

# A bank that is away is asked again after 1, 2, 4 … seconds, at most this many, so often.
_LONGEST_PAUSE = timedelta(seconds=60)
MAX_TRIES = 10
# Then the payout has failed, and a new attempt begins by itself: after this long, each time after twice as long.
_FIRST_REST, _LONGEST_REST = timedelta(minutes=15), timedelta(days=1)
# Who takes a payout up has it for so long; longer than all calls that it takes may last together.
LEASE = timedelta(minutes=2)
SCHEDULE_VERSION = 1


class AccountStatus(Enum):
    """Where an account stands."""

    ACTIVE = auto()
    DISBURSED = auto()
    CLOSED = auto()
    CANCELLED = auto()


@dataclass
class Account(Aggregate):
    """A loan account; its schedule follows from terms and start date and is not stored twice.

    `approved_kyc_version` is the version of the customer's name and details on which the money may be sent; 0 is none.
    A `cancellation` is wanted, and done once it is sure that the bank will not pay; none is left when it had paid.
    """

    loan_id: str
    application_id: str
    customer_id: str
    status: AccountStatus
    terms: LoanTerms
    terms_hash: str
    start_date: date
    principal_balance: Money
    total_paid: Money
    disbursement: Disbursement
    activate_time: datetime
    update_time: datetime
    next_try_time: datetime | None
    """When the bank is to be asked; None while it need not be."""
    close_time: datetime | None = None
    facility_type: str = ""
    approved_kyc_version: int = 0
    cancellation: Cancellation | None = None

    @classmethod
    def open(
        cls, loan_id: str, disbursement_id: str, signed: Signature, approved: KycApproval, facility_type: str,
        at: datetime,
    ) -> "Account":  # fmt: skip
        """Opens the account of a signed agreement today, and has the payout begin."""
        terms = signed.terms
        principal = Money(terms.principal, terms.currency)
        payout = Disbursement(disbursement_id, DisbursementStatus.INITIATED, principal, 1, at, sent_version=NOT_SENT)
        account = cls(
            loan_id, signed.application_id, signed.customer_id, AccountStatus.ACTIVE, terms, signed.terms_hash,
            at.date(), principal, Money.zero(terms.currency), payout, at, at, at, facility_type=facility_type,
            approved_kyc_version=approved.kyc_version,
        )  # fmt: skip
        ids = (signed.application_id, loan_id, signed.customer_id)
        start = account.start_date
        account._emit(LoanActivated(*ids, terms, signed.terms_hash, start, loan_cost(terms, start), facility_type))
        rows = account.instalments
        account._emit(
            RepaymentScheduleCreated(*ids, SCHEDULE_VERSION, terms, signed.terms_hash, start, rows, facility_type)
        )
        account._emit(account._initiated())
        return account

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """The rows of the schedule."""
        return loan_schedule(self.terms, self.start_date).rows

    @property
    def has_money(self) -> bool:
        """Whether the money was ever sent."""
        return self.status in (AccountStatus.DISBURSED, AccountStatus.CLOSED)

    @property
    def cost(self) -> LoanCost:
        """What the loan costs over its whole term."""
        return loan_cost(self.terms, self.start_date)

    def claim(self, at: datetime) -> None:
        """Takes the payout up for a while, alone; one that failed and has rested begins anew."""
        if self.cancellation is None:
            self.pay_out_again(at)
        if self.next_try_time is not None:
            self.next_try_time = at + LEASE

    def pay_out_again(self, at: datetime) -> None:
        """Begins a failed payout anew; one under way or completed stays as it is."""
        if self.cancellation is not None or self.status not in (AccountStatus.ACTIVE, AccountStatus.DISBURSED):
            allowed = [AccountStatus.ACTIVE, AccountStatus.DISBURSED]
            raise FailedPrecondition.wrong_status("account", self.status, allowed)
        payout = self.disbursement
        if payout.status is not DisbursementStatus.FAILED:
            return
        self.disbursement = replace(
            payout, status=DisbursementStatus.INITIATED, attempts=payout.attempts + 1, tries=0, failure=None
        )
        self.next_try_time = self.update_time = at
        self._emit(self._initiated())

    def confirm_payee(self, checked: int, present: int, at: datetime) -> None:
        """Sends the money on the details that somebody checked, if they are the present ones; what was sent stays.

        Errors: FailedPrecondition DETAILS_CHANGED when the versions differ.
        """
        if self.disbursement.status is not DisbursementStatus.COMPLETED:
            if checked != present:
                raise FailedPrecondition(
                    f"the customer's details are of version {present}, not {checked}",
                    reason="DETAILS_CHANGED",
                    metadata={"kyc_version": str(present)},
                )
            self.approved_kyc_version, self.update_time = checked, at
        self.pay_out_again(at)

    def hold_back(self, failure: DisbursementFailure, at: datetime) -> None:
        """The order may not go out, or not on the customer's present details.

        It is no refusal of the bank. An earlier sending of the order may have reached it, so the key stays.
        """
        self._under_way()
        self._fail(failure, at)

    def send(self, kyc_version: int, at: datetime) -> None:
        """The order is about to go to the bank, on the customer's details of this version.

        Errors: FailedPrecondition DETAILS_CHANGED when they are not the approved ones, or the present order may be at
        the bank with others, of which it has to say first that they are not paid; WRONG_STATUS when it is cancelled.
        """
        payout = self._under_way()
        if self.cancellation is not None:
            raise FailedPrecondition.wrong_status("account", "being cancelled", [AccountStatus.ACTIVE])
        if kyc_version != self.approved_kyc_version or payout.sent_version not in (NOT_SENT, kyc_version):
            raise FailedPrecondition("the details are not those of the order", reason="DETAILS_CHANGED")
        self.disbursement, self.next_try_time = payout.sent(kyc_version), at + LEASE

    def answered(self, order_key: str, reference: str, failure: DisbursementFailure | None, at: datetime) -> None:
        """The bank's answer to an order: its reference, or why it will not be paid. Repeated, it counts once."""
        if self._is_settled(order_key, reference):
            return
        if failure is None:
            self.bank_took(reference, at)
        else:
            self.bank_refused(failure, at)

    def given_up(self, order_key: str, reference: str | None, at: datetime) -> None:
        """The bank's answer to the cancellation of an order: never paid, or the reference of what it paid before."""
        if self._is_settled(order_key, reference or ""):
            return
        if reference is not None:
            self.bank_took(reference, at)
            return
        self.disbursement, self.update_time = self._unsettled().never_paid(), at
        if self.cancellation is not None:
            self._end(at)

    def bank_took(self, reference: str, at: datetime) -> None:
        """The bank took the order: the money is on its way, and only from this day on interest runs."""
        payout = self._unsettled()
        self.disbursement = replace(
            payout, status=DisbursementStatus.COMPLETED, bank_reference=reference, complete_time=at, failure=None
        )
        self.status, self.update_time, self.next_try_time = AccountStatus.DISBURSED, at, None
        # It comes too late: the money is there, and goes back by being repaid.
        self.cancellation = None
        self.start_date = at.date()
        self._emit(
            DisbursementCompleted(*self._ids(), payout.disbursement_id, payout.amount, reference, self.start_date)
        )

    def bank_refused(self, failure: DisbursementFailure, at: datetime) -> None:
        """The bank will not pay the order; the account stays ACTIVE, for somebody to see to it, unless it is cancelled.

        Then there is nothing left to wait for.
        """
        self.disbursement = self._unsettled().never_paid()
        if self.cancellation is None:
            self._fail(failure, at)
        else:
            self._end(at)

    def bank_away(self, at: datetime) -> None:
        """Nothing is known yet: asks again later under the same key. The payout fails at last, and rests."""
        if self.cancellation is not None and self.status is AccountStatus.ACTIVE:
            self._ask_later(self.disbursement.tries + 1, at)
            return
        tries = self._under_way().tries + 1
        if tries >= MAX_TRIES:
            self._fail(DisbursementFailure.BANK_UNREACHABLE, at)
            # Nothing but the bank's return is needed, and nothing else would show that.
            self.next_try_time = at + min(_FIRST_REST * 2 ** min(self.disbursement.attempts - 1, 16), _LONGEST_REST)
            return
        self._ask_later(tries, at)

    def cancel(self, cancelled_by: CancelledBy, at: datetime) -> None:
        """Has the money not sent any more: at once or, while an order may be at the bank, once it is sure of that.

        Again it changes nothing. Errors: FailedPrecondition WRONG_STATUS when the money was sent.
        """
        if self.status is AccountStatus.CANCELLED or self.cancellation is not None:
            return
        if self.status is not AccountStatus.ACTIVE:
            raise FailedPrecondition.wrong_status("account", self.status, [AccountStatus.ACTIVE])
        self.cancellation = Cancellation(cancelled_by, at)
        self.update_time, self.next_try_time = at, at
        self.disbursement = replace(self.disbursement, tries=0)
        if not self.disbursement.in_doubt:
            self._end(at)

    def follow_ledger(self, principal_balance: Money, total_paid: Money, at: datetime) -> None:
        """Takes over what the ledger says after a payment was posted or taken back; not before there was money."""
        if not self.has_money:
            return
        self.principal_balance, self.total_paid, self.update_time = principal_balance, total_paid, at

    def close(self, total_paid: Money, at: datetime) -> None:
        """Fully repaid; what was never paid out cannot be."""
        if self.has_money:
            self.status, self.close_time = AccountStatus.CLOSED, at
            self.follow_ledger(Money.zero(total_paid.currency), total_paid, at)

    def reopen(self, at: datetime) -> None:
        """A payment bounced after the loan was repaid; the balance came with its reversal."""
        if self.status is AccountStatus.CLOSED:
            self.status, self.close_time, self.update_time = AccountStatus.DISBURSED, None, at

    def _ids(self) -> tuple[str, str, str]:
        return self.application_id, self.loan_id, self.customer_id

    def _initiated(self) -> DisbursementInitiated:
        payout = self.disbursement
        return DisbursementInitiated(*self._ids(), payout.disbursement_id, payout.amount, payout.attempts)

    def _under_way(self) -> Disbursement:
        if self.disbursement.status is not DisbursementStatus.INITIATED:
            allowed = [DisbursementStatus.INITIATED]
            raise FailedPrecondition.wrong_status("disbursement", self.disbursement.status, allowed)
        return self.disbursement

    def _unsettled(self) -> Disbursement:
        """The payout whose order the bank may decide on: also one that was given up because the bank was silent."""
        return self.disbursement if self.disbursement.in_doubt else self._under_way()

    def _is_settled(self, order_key: str, reference: str) -> bool:
        """Whether it is known already what became of the order; what contradicts that is kept for somebody to see."""
        payout = self.disbursement
        if payout.order_key == order_key and not payout.is_final:
            return False
        if reference and reference != payout.bank_reference:
            self.disbursement = replace(payout, disputed_reference=reference)
        return True

    def _ask_later(self, tries: int, at: datetime) -> None:
        self.disbursement = replace(self.disbursement, tries=tries)
        self.next_try_time = at + min(timedelta(seconds=2 ** min(tries - 1, 16)), _LONGEST_PAUSE)

    def _fail(self, failure: DisbursementFailure, at: datetime) -> None:
        payout = self.disbursement = replace(self.disbursement, status=DisbursementStatus.FAILED, failure=failure)
        self.update_time, self.next_try_time = at, None
        self._emit(DisbursementFailed(*self._ids(), payout.disbursement_id, payout.amount, payout.attempts, failure))

    def _end(self, at: datetime) -> None:
        """Reverses the account: nothing is owed, and nothing is or will be paid."""
        assert self.cancellation is not None
        self.status, self.close_time, self.update_time, self.next_try_time = AccountStatus.CANCELLED, at, at, None
        self.principal_balance = Money.zero(self.terms.currency)
        self.disbursement = replace(self.disbursement, status=DisbursementStatus.CANCELLED)
        by, amount = self.cancellation.cancelled_by, self.disbursement.amount
        self._emit(LoanCancelled(*self._ids(), amount, by, at))
