"""Payouts on their way to the bank. No transaction is open, and no row locked, while somebody else is asked.

A process that takes a payout up has a lease on it (in the row), and writes down that an order is about to be sent
before sending it. A crash, or a lease that ran out, is made good by the order's key: the bank pays it once, however
often it is sent, and whatever two replicas write of its answer is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from services.activation import leave
from services.activation.disbursement import DisbursementFailure, DisbursementStatus
from services.activation.model import Account
from services.activation.ports import Bank, BankAnswer, Customers, Owners, Payee, Standing
from services.activation.store import UnitOfWork
from services.lending.errors import LendingError
from services.runtime.clock import Clock
from services.runtime.errors import FailedPrecondition, Unavailable

log = structlog.get_logger(__name__)
_FAILED = Counter("loanflow_payouts_failed", "Payouts that failed, for somebody to see to.", ["failure"])
_DISPUTED = Counter("loanflow_payouts_disputed", "Payments of the bank that it had said it would not make.")


@dataclass(frozen=True)
class Payouts:
    """What brings payouts on."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    customers: Customers
    owners: Owners
    bank: Bank

    def next(self) -> bool:
        """Takes up the payout that is due longest and brings it on; False when none is due."""
        with self.begin() as uow:
            account = uow.accounts.next_payout(self.clock.now())
            if account is None:
                return False
            account.claim(self.clock.now())
            uow.commit()
        try:
            self.advance(account)
        except Exception as failure:
            # Whatever it was, the payouts behind this one must not wait for it.
            log.warning("payout_postponed", loan_id=account.loan_id, exc_info=failure)
        return True

    def advance(self, account: Account) -> Account:
        """Brings a payout that was taken up to the next thing that is sure; what is not leaves it for later.

        Errors: Unavailable when it is not known yet what became of it, or whether it may be sent.
        """
        try:
            return self._advance(account)
        except Exception:
            self.change(account.loan_id, self._later)
            raise

    def change(self, loan_id: str, change: Callable[[Account], None], why: str = "") -> Account:
        """Makes one change to an account."""
        with self.begin() as uow:
            account = uow.accounts.get(loan_id)
            before = account.disbursement
            change(account)
            uow.commit(why=why)
        if account.disbursement != before:
            _tell(account)
        return account

    def _advance(self, account: Account) -> Account:
        if account.cancellation is not None:
            return self._take_back(account)
        payee = self.customers.payee(account.customer_id)
        obstacle = self._obstacle(account, payee)
        # An order that may be at the bank is never followed by another before it is sure that it will not be paid.
        if account.disbursement.in_doubt and (obstacle or account.disbursement.sent_version != payee.kyc_version):
            account = self._take_back(account)
        if account.disbursement.status is not DisbursementStatus.INITIATED:
            return account
        if obstacle is not None:
            return self.change(account.loan_id, lambda each: each.hold_back(obstacle, self.clock.now()))
        return self._send(account, payee)

    def _obstacle(self, account: Account, payee: Payee) -> DisbursementFailure | None:
        if not payee.iban:
            return DisbursementFailure.ACCOUNT_INVALID
        if payee.kyc_version != account.approved_kyc_version:
            return DisbursementFailure.DETAILS_CHANGED
        signed = account.customer_id, account.terms, account.terms_hash
        try:
            standing = self.owners.standing(account.application_id)
            leave.check_payout(standing, *signed, account.loan_id)
        except (FailedPrecondition, LendingError) as refused:
            if isinstance(refused, FailedPrecondition) and leave.is_early(refused):
                raise Unavailable("the application does not know yet that the account is open") from refused
            log.error("payout_not_allowed", loan_id=account.loan_id, reason=refused.reason, cause=str(refused))
            return DisbursementFailure.NOT_ALLOWED
        return DisbursementFailure.DETAILS_CHANGED if self._somebody_changed(account, standing) else None

    def _somebody_changed(self, account: Account, standing: Standing) -> bool:
        """Whether somebody who is bound beside the customer has other details than those that KYC verified."""
        versions = standing.party_versions
        changed = sorted(each for each in versions if self.customers.payee(each).kyc_version != versions[each])
        if changed:
            log.error("party_details_changed", loan_id=account.loan_id, customer_ids=changed)
        return bool(changed)

    def _send(self, account: Account, payee: Payee) -> Account:
        sent_before = account.disbursement.in_doubt
        account = self.change(account.loan_id, lambda each: each.send(payee.kyc_version, self.clock.now()))
        payout = account.disbursement
        key, text = payout.order_key, f"Loan {account.loan_id}"
        answer = self.bank.order(key, payee.iban, payout.amount, text)
        # It may refuse the repetition of an order that it took: that nothing is paid is sure when it says so.
        if sent_before and answer.failure is not None and (paid := self.bank.cancel(key)):
            answer = BankAnswer(reference=paid)
        return self.change(
            account.loan_id, lambda each: each.answered(key, answer.reference, answer.failure, self.clock.now())
        )

    def _take_back(self, account: Account) -> Account:
        key = account.disbursement.order_key
        reference = self.bank.cancel(key)
        return self.change(account.loan_id, lambda each: each.given_up(key, reference, self.clock.now()))

    def _later(self, account: Account) -> None:
        if account.next_try_time is not None:
            account.bank_away(self.clock.now())


def _tell(account: Account) -> None:
    """What somebody has to see: a payout that failed, and a bank that does not keep its word."""
    payout = account.disbursement
    if payout.status is DisbursementStatus.FAILED and payout.failure is not None:
        _FAILED.labels(payout.failure.name).inc()
        log.error("payout_failed", loan_id=account.loan_id, failure=payout.failure.name, attempt=payout.attempts)
    if payout.disputed_reference:
        _DISPUTED.inc()
        log.error("bank_paid_what_it_had_given_up", loan_id=account.loan_id, reference=payout.disputed_reference)
