"""The loan account as activation keeps it: terms, schedule, balance, and the payout with its attempts."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from services.activation.disbursement import Disbursement, DisbursementFailure, DisbursementStatus
from services.lending.cost import LoanCost, loan_cost
from services.lending.schedule import Instalment, loan_schedule
from services.lending.terms import LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

# A bank that is away is asked again after 1, 2, 4 … seconds, at most this many, so often.
_LONGEST_PAUSE = timedelta(seconds=60)
MAX_TRIES = 10
# Then the payout has failed, and a new attempt begins by itself: after this long, each time after twice as long.
_FIRST_REST, _LONGEST_REST = timedelta(minutes=15), timedelta(days=1)
SCHEDULE_VERSION = 1


class AccountStatus(Enum):
    """Where an account stands."""

    ACTIVE = auto()
    DISBURSED = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class LoanActivated:
    """The account is open."""

    application_id: str
    loan_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    start_date: date
    cost: LoanCost
    facility_type: str


@dataclass(frozen=True)
class RepaymentScheduleCreated:
    """The instalments are fixed."""

    application_id: str
    loan_id: str
    customer_id: str
    schedule_version: int
    terms: LoanTerms
    terms_hash: str
    start_date: date
    instalments: tuple[Instalment, ...]
    facility_type: str


@dataclass(frozen=True)
class DisbursementInitiated:
    """An order to the bank is on its way."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    attempt: int


@dataclass(frozen=True)
class DisbursementCompleted:
    """The bank took the order."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    bank_reference: str
    start_date: date


@dataclass(frozen=True)
class DisbursementFailed:
    """The bank did not take the order, could not be reached for long, or must not be asked."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    attempt: int
    failure: DisbursementFailure


@dataclass
class Signature(Aggregate):
    """A signed agreement, kept so that an account that could not be opened at once can be opened later."""

    application_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    sign_time: datetime

    def check(self) -> None:
        """InvalidArgument IMPOSSIBLE_TERMS when the terms are not those of the hash."""
        if self.terms.hash() != self.terms_hash:
            raise InvalidArgument("the terms are not those of the signed hash", reason="IMPOSSIBLE_TERMS")


@dataclass
class KycApproval(Aggregate):
    """What KYC approved for an application: the customer's name and details of this version."""

    application_id: str
    kyc_version: int


@dataclass
class Account(Aggregate):
    """A loan account; its schedule follows from terms and start date and is not stored twice.

    `approved_kyc_version` is the version of the customer's name and details on which the money may be sent; 0 is none.
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

    @classmethod
    def open(
        cls, loan_id: str, disbursement_id: str, signed: Signature, approved: KycApproval, facility_type: str,
        at: datetime,
    ) -> "Account":  # fmt: skip
        """Opens the account of a signed agreement today, and has the payout begin."""
        terms = signed.terms
        principal = Money(terms.principal, terms.currency)
        payout = Disbursement(disbursement_id, DisbursementStatus.INITIATED, principal, 1, at)
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
    def cost(self) -> LoanCost:
        """What the loan costs over its whole life."""
        return loan_cost(self.terms, self.start_date)

    def pay_out_again(self, at: datetime) -> None:
        """Begins a failed payout anew; one under way or completed stays as it is."""
        if self.status is AccountStatus.CLOSED:
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
        """There is no account, or name or account are no longer those approved: the order does not go out.

        It is no refusal of the bank. An earlier sending of the order may have reached it, so the key stays.
        """
        self._under_way()
        self._fail(failure, at)

    def bank_took(self, reference: str, at: datetime) -> None:
        """The bank took the order: the money is on its way, and only from this day on interest runs."""
        payout = self._under_way()
        self.disbursement = replace(
            payout, status=DisbursementStatus.COMPLETED, bank_reference=reference, complete_time=at
        )
        self.status, self.update_time, self.next_try_time = AccountStatus.DISBURSED, at, None
        self.start_date = at.date()
        self._emit(
            DisbursementCompleted(*self._ids(), payout.disbursement_id, payout.amount, reference, self.start_date)
        )

    def bank_refused(self, failure: DisbursementFailure, at: datetime) -> None:
        """The bank did not take the order; the account stays ACTIVE, for somebody to see to it and try again."""
        self.disbursement = replace(self._under_way(), refusals=self.disbursement.refusals + 1)
        self._fail(failure, at)

    def bank_away(self, at: datetime) -> None:
        """The bank could not be asked: tries again later under the same key. The payout fails at last, and rests."""
        tries = self._under_way().tries + 1
        if tries >= MAX_TRIES:
            self._fail(DisbursementFailure.BANK_UNREACHABLE, at)
            # Nothing but the bank's return is needed, and nobody else would notice that.
            self.next_try_time = at + min(_FIRST_REST * 2 ** min(self.disbursement.attempts - 1, 16), _LONGEST_REST)
            return
        self.disbursement = replace(self.disbursement, tries=tries)
        self.next_try_time = at + min(timedelta(seconds=2 ** (tries - 1)), _LONGEST_PAUSE)

    def follow_ledger(self, principal_balance: Money, total_paid: Money, at: datetime) -> None:
        """Takes over what the ledger says after a payment was posted or taken back."""
        self.principal_balance, self.total_paid, self.update_time = principal_balance, total_paid, at

    def close(self, total_paid: Money, at: datetime) -> None:
        """Fully repaid."""
        self.status, self.close_time = AccountStatus.CLOSED, at
        self.follow_ledger(Money.zero(total_paid.currency), total_paid, at)

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

    def _fail(self, failure: DisbursementFailure, at: datetime) -> None:
        payout = self.disbursement = replace(self.disbursement, status=DisbursementStatus.FAILED, failure=failure)
        self.update_time, self.next_try_time = at, None
        self._emit(DisbursementFailed(*self._ids(), payout.disbursement_id, payout.amount, payout.attempts, failure))
