"""The use cases of the activation service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from services.activation.cancellation import CancelledBy
from services.activation.model import Account
from services.activation.openings import Openings
from services.activation.payouts import Payouts
from services.activation.ports import Customers
from services.activation.signature import KycApproval, Signature
from services.activation.store import UnitOfWork
from services.lending.cost import LoanCost, loan_cost
from services.lending.errors import LendingError
from services.lending.schedule import Instalment, loan_schedule
from services.lending.terms import LoanTerms
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import CallerKind, caller
from services.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable
from services.runtime.events.inbox import NotYet
from services.runtime.money import Money

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Simulate:
    """Somebody asks what a loan would cost; without a date, one that begins today."""

    terms: LoanTerms
    start_date: date | None


@dataclass(frozen=True)
class Simulation:
    """What a loan would cost."""

    currency: str
    cost: LoanCost
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    customers: Customers
    openings: Openings
    payouts: Payouts

    def read_ahead(self, application_ids: Collection[str], loan_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.kyc_approvals.read_ahead(application_ids)
            uow.signatures.read_ahead(application_ids)
            uow.accounts.read_ahead(loan_ids)
            uow.commit()

    def on_kyc_approved(self, approval: KycApproval) -> None:
        """Keeps on which details of the customer the money may be sent."""
        with self.begin() as uow:
            if uow.kyc_approvals.find(approval.application_id) is None:
                uow.kyc_approvals.add(approval)
                uow.commit()

    def on_signed(self, signature: Signature) -> None:
        """Keeps what an event says was signed, and has the account be opened if those whose facts it needs agree.

        Errors: NotYet when KYC's approval has not arrived: the two are on topics of different services.
        """
        signature.check()
        with self.begin() as uow:
            if uow.kyc_approvals.find(signature.application_id) is None:
                raise NotYet("what KYC approved is not known yet")
            if uow.signatures.find(signature.application_id) is None:
                signature.due(self.clock.now())
                uow.signatures.add(signature)
            elif uow.accounts.of_application(signature.application_id) is None:
                uow.signatures.get(signature.application_id).replace(signature, self.clock.now())
            uow.commit()

    def on_withdrawal_requested(self, application_id: str) -> None:
        """Cancels the loan of an application whose customer, as its owner confirms, does not want it any more.

        Errors: NotYet as long as its account is not open.
        """
        if not self.openings.owners.withdrawal_requested(application_id):
            log.error("withdrawal_not_confirmed", application_id=application_id)
            return
        with self.begin() as uow:
            account = uow.accounts.of_application(application_id)
        if account is None:
            raise NotYet("the account is not open yet")
        try:
            self.payouts.change(account.loan_id, lambda each: each.cancel(CancelledBy.CUSTOMER, self.clock.now()))
        except FailedPrecondition:
            log.info("withdrawal_too_late", application_id=application_id)

    def open_next(self) -> bool:
        """Opens the account that is due next, if it may be; False when none is."""
        return self.openings.next()

    def trigger(self, application_id: str) -> Account:
        """Opens the account of a signed agreement, unless it is open."""
        return self.openings.open(application_id)

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it."""
        with self.begin() as uow:
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def read(self, loan_id: str) -> Account:
        """Reads one account."""
        with self.begin() as uow:
            return uow.accounts.read(loan_id)

    def owner_of(self, loan_id: str) -> str:
        """Names the customer whose loan it is."""
        return self.read(loan_id).customer_id

    def disburse(self, loan_id: str) -> Account:
        """Gives a payout that failed or is stuck to the bank now; errors.Unavailable leaves it under way."""

        def again(account: Account) -> None:
            account.pay_out_again(self.clock.now())
            account.claim(self.clock.now())

        account = self.payouts.change(loan_id, again)
        return account if account.next_try_time is None else self.payouts.advance(account)

    def confirm_payee(self, loan_id: str, kyc_version: int) -> Account:
        """Sends the money on the customer's present details, if they are of the version that the officer checked."""
        self._check_decider(loan_id)
        present = self.customers.payee(self.read(loan_id).customer_id).kyc_version

        def confirm(account: Account) -> None:
            account.confirm_payee(kyc_version, present, self.clock.now())
            account.claim(self.clock.now())

        account = self.payouts.change(loan_id, confirm)
        return account if account.next_try_time is None else self.payouts.advance(account)

    def cancel(self, loan_id: str, reason: str) -> Account:
        """Cancels a loan; as long as it is not sure that the bank pays nothing, that is left for later."""
        by = CancelledBy.CUSTOMER if caller().kind is CallerKind.END_USER else CancelledBy.STAFF
        if by is CancelledBy.STAFF and not reason.strip():
            raise InvalidArgument.field("reason", "must say why the loan is cancelled")
        if by is CancelledBy.STAFF:
            self._check_decider(loan_id)
        account = self.payouts.change(loan_id, lambda each: each.cancel(by, self.clock.now()), reason)
        if account.cancellation is None or account.next_try_time is None:
            return account
        try:
            return self.payouts.advance(account)
        except Unavailable:
            return self.read(loan_id)

    def pay_out_next(self) -> bool:
        """Gives the next payout that is due to the bank; False when none is."""
        return self.payouts.next()

    def follow_ledger(self, loan_id: str, principal_balance: Money, total_paid: Money) -> None:
        """Takes over what the ledger says after a payment was posted or taken back."""
        with self.begin() as uow:
            uow.accounts.get(loan_id).follow_ledger(principal_balance, total_paid, self.clock.now())
            uow.commit()

    def close(self, loan_id: str, total_paid: Money) -> None:
        """Closes the account of a loan that is fully repaid."""
        with self.begin() as uow:
            uow.accounts.get(loan_id).close(total_paid, self.clock.now())
            uow.commit()

    def reopen(self, loan_id: str) -> None:
        """Opens the account of a repaid loan again, for a payment bounced."""
        with self.begin() as uow:
            uow.accounts.get(loan_id).reopen(self.clock.now())
            uow.commit()

    def simulate(self, command: Simulate) -> Simulation:
        """Computes what a loan would cost; nothing is stored. InvalidArgument when such a loan is impossible."""
        start = command.start_date or self.clock.today()
        try:
            schedule = loan_schedule(command.terms, start)
            return Simulation(schedule.currency, loan_cost(command.terms, start), schedule.rows)
        except LendingError as refused:
            raise (refused if refused.field_name == "start_date" else refused.within("terms")) from refused

    def _check_decider(self, loan_id: str) -> None:
        """Asks whether the caller, a member of staff, is not bound by the loan."""
        self.openings.owners.check_decider(self.read(loan_id).application_id, caller().holder)
