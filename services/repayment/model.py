"""The loan with its payments and its ledger: one aggregate, so that two payments at once are posted one by one.

Beside it the daily run of a business date over all loans.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from services.lending.transactions import Transaction
from services.repayment import transfers
from services.repayment.events import (
    LoanFullyRepaid,
    LoanReopened,
    PaymentReceived,
    PaymentRejected,
    PaymentReversed,
    PaymentSuperseded,
    PaymentVerified,
    PaymentWithdrawn,
)
from services.repayment.loan_account import EVER, LoanStatus
from services.repayment.payment import Payment, PaymentStatus, Proof, RejectionReason, ReversalReason
from services.repayment.withdrawable import WithdrawableLoan
from services.repayment.withdrawal import Given, Notice
from services.runtime.aggregate import Aggregate
from services.runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument, PermissionDenied
from services.runtime.money import Money


@dataclass
class Loan(WithdrawableLoan):
    """A loan and what may be done with it. It is closed with the last payment, and opened again when that bounces."""

    def disburse(self, day: date | None) -> None:
        """The money was sent: it can be paid back, and interest runs from that day (None: from the start) on."""
        if self.status is LoanStatus.PENDING:
            self.status, self.start_date = LoanStatus.OPEN, day or self.start_date
            self.__dict__.pop("schedule", None)

    def cancel(self, at: datetime) -> None:
        """It was cancelled before its money was sent, so nothing is or will be owed; a loan with its money stays."""
        if self.status is LoanStatus.PENDING:
            self.status, self.close_time = LoanStatus.CANCELLED, at

    def record(self, made: Payment) -> None:
        """Takes a payment that the customer says to have made; see RecordPayment for what is refused.

        Payments that wait are claims and count for nothing, so they block no other: which of them is verified first
        counts, and what is then too much is refused or superseded.
        """
        self._require(LoanStatus.OPEN)
        if made.amount.currency != self.terms.currency:
            raise InvalidArgument.field("amount.currency", f"must be {self.terms.currency}", reason="WRONG_CURRENCY")
        today = made.receive_time.date()
        if not self.start_date <= made.value_date <= today:
            days = f"from {self.start_date} to {today}"
            raise InvalidArgument.field("value_date", f"must be {days}", reason="IMPOSSIBLE_DATE")
        if first := transfers.recorded_before(made, self.payments.values()):
            text = f"this transfer is recorded already, as payment {first.payment_id}"
            raise AlreadyExists(text, reason="DUPLICATE_PAYMENT", metadata={"payment_id": first.payment_id})
        self._post(_posting(made))
        self.payments[made.payment_id] = made
        self._emit(PaymentReceived(*self._ids(made)))

    def check_waiting(self, payment_id: str) -> None:
        """Refuses a payment that is decided."""
        self._in_status(payment_id, PaymentStatus.RECEIVED)

    def prove(self, payment_id: str, proof: Proof) -> None:
        """Attaches the receipt of a payment that waits, in place of an earlier one."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        self.payments[payment_id] = replace(payment, proof=proof)

    def judge_proof(self, payment_id: str, object_key: str, clean: bool, at: datetime) -> None:
        """Ends the quarantine of a receipt: with a virus the payment is rejected; its transfer may be recorded anew.

        A payment that was decided meanwhile stays so, with its receipt or without. When another receipt is there by
        now, nothing changes.
        """
        payment = self.payment(payment_id)
        proof = payment.proof
        if proof is None or proof.object_key != object_key:
            return
        judged = replace(payment, proof=replace(proof, scanned=True) if clean else None)
        if not clean and payment.status is PaymentStatus.RECEIVED:
            judged = judged.rejected("", RejectionReason.INFECTED, "", at)
            self._emit(PaymentRejected(*self._ids(payment), "", RejectionReason.INFECTED))
        self.payments[payment_id] = judged

    def withdraw(self, payment_id: str, at: datetime) -> None:
        """Takes a payment back that is not decided on: its payer was wrong, and the transfer may be recorded anew."""
        payment = self._end(payment_id, PaymentStatus.WITHDRAWN, at)
        self._emit(PaymentWithdrawn(*self._ids(payment)))

    def declare_withdrawal(self, given: Given, notice: Notice) -> None:
        """Withdraws from the agreement, once: closed at once when what was paid is all that is owed then."""
        if self.withdrawal is not None:
            return
        self._withdraw(given, notice)
        if self.account.is_settled(EVER):
            self._close(notice.declare_time)

    def accept(self, payment_id: str, decided_by: str, at: datetime) -> None:
        """Accepts a payment's proof and posts it as of its value date; with the last one the loan is closed."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        self._require(LoanStatus.OPEN)
        if payment.proof is None:
            raise FailedPrecondition("the payment has no proof to accept", reason="PROOF_MISSING")
        payment.proof.check_scanned()
        after = self._post(_posting(payment))
        self.transactions.append(after.transactions[-1])
        self.payments[payment_id] = payment.verified(decided_by, at)
        balance = self.principal_balance, self.total_paid
        self._emit(PaymentVerified(*self._ids(payment), decided_by, self.allocations[payment_id], *balance))
        if after.is_settled(EVER):
            self._close(at)

    def reject(
        self,
        payment_id: str,
        reason: str,
        decided_by: str,
        at: datetime,
        public: RejectionReason = RejectionReason.OTHER,
    ) -> None:
        """Does not accept a payment's proof; it never counted. `reason` is for the file, `public` for the customer."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        if not reason.strip():
            raise InvalidArgument.field("reason", "is required for a rejection")
        self.payments[payment_id] = payment.rejected(reason, public, decided_by, at)
        self._emit(PaymentRejected(*self._ids(payment), decided_by, public))

    def reverse(
        self,
        payment_id: str,
        reason: str,
        reversed_by: str,
        at: datetime,
        public: ReversalReason = ReversalReason.OTHER,
    ) -> None:
        """Takes a verified payment back; everything after it is computed again, and what is owed again is chased again.

        A direct debit may come back long after it closed the loan, and opens it again. `public` is for the customer.
        """
        payment = self._in_status(payment_id, PaymentStatus.VERIFIED)
        self._require(LoanStatus.OPEN, LoanStatus.CLOSED)
        if reversed_by == payment.decided_by:
            raise PermissionDenied("another person must do this than who verified the payment", reason="MAKER_CHECKER")
        settled = self._settled()
        entry = Transaction.reversal(f"{payment_id}/reversal", at.date(), _posting(payment), reason)
        self.transactions.append(self._post(entry).transactions[-1])
        self.payments[payment_id] = payment.reversed(reason, public, reversed_by, at)
        reopens = self.status is LoanStatus.CLOSED and not self.account.is_settled(EVER)
        balance = self.principal_balance, self.total_paid
        # That its instalments go on, as the notice of a loan that is open again says, is not so after a withdrawal.
        told = reopens and self.withdrawal is None
        self._emit(PaymentReversed(*self._ids(payment), reversed_by, public, *balance, told))
        self._dun_again(settled)
        if reopens:
            self._reopen(self.payments[payment_id], at)

    def waive(self, instalment: int, reason: str, waived_by: str, at: datetime) -> Money:
        """Gives up what is unpaid of an instalment's late fee; how much that is."""
        self._require(LoanStatus.OPEN)
        charged = next((state for state in self._unpaid() if state.number == instalment), None)
        amount = charged.unpaid.penalty if charged else Decimal(0)
        if not amount:
            text = f"instalment {instalment} has no unpaid late fee"
            raise FailedPrecondition(text, reason="WRONG_STATUS", metadata={"instalment": str(instalment)})
        # Not before the fee, whose date is a business date and may be ahead of the clock.
        day = max([at.date(), *(entry.value_date for entry in self.transactions if entry.instalment == instalment)])
        entry = Transaction.waiver(f"waiver/{len(self.transactions) + 1}", day, amount, instalment, reason)
        self.transactions.append(self._post(entry).transactions[-1])
        if self.account.is_settled(EVER):
            self._close(at)
        return self.money(amount)

    def close(self, at: datetime) -> None:
        """Closes a loan on which nothing is owed, unless it is closed."""
        owed = self.money(self.account.unpaid_total(EVER))
        if owed:
            public = {"balance": str(owed.amount)}
            raise FailedPrecondition(f"{owed} is still owed", reason="BALANCE_OUTSTANDING", metadata=public)
        if self.status is not LoanStatus.CLOSED:
            self._close(at)

    def _close(self, at: datetime) -> None:
        for payment in self.waiting():
            self._end(payment.payment_id, PaymentStatus.SUPERSEDED, at)
            self._emit(PaymentSuperseded(*self._ids(payment)))
        self.status, self.close_time, self.closures = LoanStatus.CLOSED, at, self.closures + 1
        self._settle_withdrawal(at.date())
        ids, withdrawn = (self.application_id, self.loan_id, self.customer_id), self.withdrawal is not None
        lent = self.money(self.terms.principal), self.start_date, at.date()
        paid = self.total_paid, self._last_paid, self.closures
        self._emit(LoanFullyRepaid(*ids, *paid, *lent, withdrawn, self.required_language))

    def _reopen(self, bounced: Payment, at: datetime) -> None:
        self.status, self.close_time = LoanStatus.OPEN, None
        due = self.money(self.account.due(at.date()).total)
        owed = self.principal_balance, due, self.closures
        withdrawn = self.withdrawal is not None
        self._emit(LoanReopened(*self._ids(bounced), *owed, bounced.reversal_reason, withdrawn))

    def _end(self, payment_id: str, status: PaymentStatus, at: datetime) -> Payment:
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        self.payments[payment_id] = replace(payment, status=status, end_time=at)
        return payment

    def _in_status(self, payment_id: str, status: PaymentStatus) -> Payment:
        payment = self.payment(payment_id)
        if payment.status is not status:
            raise FailedPrecondition.wrong_status("payment", payment.status, [status])
        return payment

    def _ids(self, payment: Payment) -> tuple[str, str, str, str, Money, date]:
        loan = self.application_id, self.loan_id, self.customer_id
        return *loan, payment.payment_id, payment.amount, payment.value_date


@dataclass
class DailyRun(Aggregate):
    """A run. `failed` are the loans that it could not work on; they are left out until it is run again."""

    business_date: date
    start_time: datetime
    complete_time: datetime | None = None
    failed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every loan is done, but for those that failed."""
        return self.complete_time is not None

    def resume(self) -> None:
        """Goes on; a complete run whose failures may be mended tries those again."""
        if self.complete and self.failed:
            self.complete_time, self.failed = None, ()

    def give_up(self, loan_id: str) -> None:
        """Leaves a loan out that could not be worked on."""
        if loan_id not in self.failed:
            self.failed = (*self.failed, loan_id)

    def finish(self, at: datetime) -> None:
        """Every loan is done."""
        self.complete_time = self.complete_time or at


def _posting(payment: Payment) -> Transaction:
    return Transaction.payment(payment.payment_id, payment.value_date, payment.amount.amount, payment.effect)
