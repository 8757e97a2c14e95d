"""The use cases of the repayment service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.lending.calendar import ONE_DAY
from services.lending.transactions import Effect
from services.repayment import quotes
from services.repayment.commands import (
    Decide,
    Disburse,
    OpenLedger,
    Period,
    QuotePayoff,
    Record,
    Recorded,
    Reverse,
    Waive,
)
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.payment import Payment, PaymentStatus, Proof
from services.repayment.ports import Accounts, Applications, Files
from services.repayment.product import right_of, rules_of
from services.repayment.quotes import Outstanding, PaidYear, Payoff
from services.repayment.statement import Statement, statement
from services.repayment.store import UnitOfWork
from services.repayment.withdrawal import Given, Standing, WithdrawalRight
from services.retention import expiry_after
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.errors import InvalidArgument, NotFound
from services.runtime.files.scanning import Scanner
from services.runtime.files.storing import quarantined
from services.runtime.files.uploads import Upload
from services.runtime.money import Money
from services.runtime.stores.paging import Page, PageResult

log = structlog.get_logger(__name__)
RECEIPTS = frozenset({"application/pdf", "image/png", "image/jpeg"})
RECEIPT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    files: Files
    scanner: Scanner
    accounts: Accounts
    applications: Applications
    right_of: Callable[[str], WithdrawalRight] = right_of

    def read_ahead(self, loan_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.loans.read_ahead(loan_ids)
            uow.commit()

    def open_ledger(self, command: OpenLedger) -> None:
        """Opens the ledger of a loan whose account its owner confirms, unless it is open."""
        loan = Loan(
            command.loan_id, command.application_id, command.customer_id, LoanStatus.PENDING, command.terms,
            command.start_date, self.clock.now(), rules_of(command.facility_type),
            withdrawal_right=self.right_of(command.facility_type) if command.facility_type else None,
        )  # fmt: skip
        loan.check_schedule(command.instalments, command.terms_hash)
        with self.begin() as uow:
            if uow.loans.find(command.loan_id) is not None:
                return
            account = self.accounts.account(command.loan_id)
            if account is None or (account.customer_id, account.terms_hash) != (loan.customer_id, command.terms_hash):
                log.error("account_not_confirmed", loan_id=command.loan_id)
                return
            uow.loans.add(loan)
            uow.commit()

    def disburse(self, command: Disburse) -> None:
        """Lets the loan be paid back, for its money was sent, as the owner of its account confirms."""
        account, day = self.accounts.account(command.loan_id), command.start_date
        if account is None or not account.has_money or (day and account.start_date != day.isoformat()):
            log.error("payout_not_confirmed", loan_id=command.loan_id)
            return
        with self.begin() as uow:
            uow.loans.get(command.loan_id).disburse(command.start_date)
            uow.commit()

    def cancel(self, loan_id: str) -> None:
        """Ends a loan whose money will not be sent, as the owner of its account confirms."""
        account = self.accounts.account(loan_id)
        if account is None or account.status != "CANCELLED":
            log.error("cancellation_not_confirmed", loan_id=loan_id)
            return
        with self.begin() as uow:
            uow.loans.get(loan_id).cancel(self.clock.now())
            uow.commit()

    def record(self, command: Record) -> Recorded:
        """Records a payment."""
        now, key = self.clock.now(), context.current().idempotency_key
        made = Payment(
            ids.new_id(), PaymentStatus.RECEIVED, command.amount, command.value_date or now.date(), command.reference,
            key, now, command.effect or Effect.NEXT_INSTALMENTS,
        )  # fmt: skip
        with self.begin() as uow:
            loan = uow.loans.get(command.loan_id)
            loan.record(made)
            uow.commit()
        return self._recorded(loan, made)

    def upload_proof(self, payment_id: str, upload: Upload) -> Recorded:
        """Stores a receipt and attaches it to its payment; an earlier file stays, for the audit trail names it."""
        loan = self._loan_of(payment_id)
        loan.check_waiting(payment_id)
        key = f"payments/{payment_id}/{ids.new_id()}"
        with quarantined(self.files, self.scanner, key, loan.customer_id, upload) as scanned:
            proof = Proof(key, upload.content_type, upload.sha256, upload.size, self.clock.now(), scanned)
            return self._attach(payment_id, proof)

    def receipt(self, payment_id: str) -> tuple[Proof, Iterator[bytes]]:
        """The receipt of a payment and its content in chunks; DataLoss when it is not what came."""
        found = self._loan_of(payment_id).payment(payment_id).proof
        if found is None:
            raise NotFound(f"payment {payment_id} has no receipt", metadata={"payment_id": payment_id})
        found.check_scanned()
        return found, self.files.stream(found.object_key, found.sha256)

    def _attach(self, payment_id: str, proof: Proof) -> Recorded:
        with self.begin() as uow:
            loan = uow.loans.get(uow.loans.of_payment(payment_id))
            loan.prove(payment_id, proof)
            uow.commit()
        return self._recorded(loan, loan.payment(payment_id))

    def withdraw(self, payment_id: str) -> Recorded:
        """Takes back a payment that waits."""
        with self.begin() as uow:
            loan = uow.loans.get(uow.loans.of_payment(payment_id))
            loan.withdraw(payment_id, self.clock.now())
            uow.commit()
        return self._recorded(loan, loan.payment(payment_id))

    def decide(self, command: Decide) -> Recorded:
        """Accepts a payment and posts it, or rejects it."""
        loan_id, now = self._loan_id(command.payment_id), self.clock.now()
        who = self._decider(loan_id)
        with self.begin() as uow:
            loan = uow.loans.get(loan_id)
            if command.approve:
                loan.accept(command.payment_id, who, now)
            else:
                loan.reject(command.payment_id, command.reason, who, now, command.rejection_reason)
            uow.commit(why=command.reason)
        return self._recorded(loan, loan.payment(command.payment_id))

    def reverse(self, command: Reverse) -> Recorded:
        """Takes a verified payment back."""
        loan_id, now = self._loan_id(command.payment_id), self.clock.now()
        who = self._decider(loan_id)
        with self.begin() as uow:
            loan = uow.loans.get(loan_id)
            loan.reverse(command.payment_id, command.reason, who, now, command.reversal_reason)
            uow.commit(why=command.reason)
        return self._recorded(loan, loan.payment(command.payment_id))

    def waive(self, command: Waive) -> Money:
        """Gives up the late fee of an instalment; how much that is."""
        who, now = self._decider(command.loan_id), self.clock.now()
        with self.begin() as uow:
            loan = uow.loans.get(command.loan_id)
            amount = loan.waive(command.instalment_number, command.reason, who, now)
            uow.commit(why=command.reason)
        return amount

    def close(self, loan_id: str) -> Loan:
        """Closes a loan on which nothing is owed, unless it is closed."""
        with self.begin() as uow:
            loan = uow.loans.get(loan_id)
            loan.close(self.clock.now())
            uow.commit()
        return loan

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it."""
        with self.begin() as uow:
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def read(self, loan_id: str) -> Loan:
        """Reads one loan."""
        with self.begin() as uow:
            return uow.loans.read(loan_id)

    def owner_of(self, loan_id: str) -> str:
        """Names the customer whose loan it is."""
        with self.begin() as uow:
            return uow.loans.owner(loan_id)

    def payer_of(self, payment_id: str) -> str:
        """Names the customer whose payment it is."""
        with self.begin() as uow:
            return uow.loans.owner(uow.loans.of_payment(payment_id))

    def payments(self, loan_id: str, page: Page) -> PageResult[Recorded]:
        """Lists the payments of a loan, newest first."""
        name, loan = f"payments:{loan_id}", self.read(loan_id)
        number = {payment_id: number for number, payment_id in enumerate(loan.payments, 1)}
        (before,) = page.after(name, [int]) or (len(number) + 1,)
        older = [each for each in loan.payments.values() if number[each.payment_id] < int(str(before))]
        found = self._all_recorded(loan, older[: -page.size - 2 : -1])
        return PageResult.cut(found, page, name, lambda recorded: (number[recorded.payment.payment_id],))

    def outstanding(self, loan_id: str) -> Outstanding:
        """Says what is owed today."""
        return quotes.outstanding(self.read(loan_id), self.clock.today())

    def payoff(self, command: QuotePayoff) -> Payoff:
        """Says what closes a loan on a day."""
        today = self.clock.today()
        day = command.date or today
        if day < today:
            raise InvalidArgument.field("date", f"must be {today} or later", reason="IMPOSSIBLE_DATE")
        return quotes.payoff(self.read(command.loan_id), day)

    def declared(self, loan_id: str) -> Standing:
        """Says what a withdrawal came to by today; of a loan without one, that it gives none."""
        loan = self.read(loan_id)
        return loan.standing(Given(WithdrawalRight("", 0, 0)), self.clock.now())

    def year(self, loan_id: str, year: int) -> PaidYear:
        """Says what was paid in a calendar year."""
        return quotes.paid_in(self.read(loan_id), year)

    def statement(self, command: Period) -> Statement:
        """Says what happened in a period; what lies ahead has not happened."""
        loan, today = self.read(command.loan_id), self.clock.today()
        first, last = command.from_date or loan.start_date, command.to_date or today
        if last < first:
            raise InvalidArgument.field("to_date", f"must be {first} or later", reason="IMPOSSIBLE_DATE")
        # The ledger takes the loan's first day for that of the payout; before the payout not even that has happened.
        until = min(last, today) if loan.has_money else loan.start_date - ONE_DAY
        return replace(statement(loan.account, first, until), to_date=last)

    def _decider(self, loan_id: str) -> str:
        """The caller, who decides on a loan by which they are not bound: the application service is asked."""
        who = context.caller().holder
        with self.begin() as uow:
            application_id = uow.loans.application_of(loan_id)
        self.applications.check_decider(application_id, who)
        return who

    def _loan_id(self, payment_id: str) -> str:
        with self.begin() as uow:
            return uow.loans.of_payment(payment_id)

    def _loan_of(self, payment_id: str) -> Loan:
        with self.begin() as uow:
            return uow.loans.read(uow.loans.of_payment(payment_id))

    def _recorded(self, loan: Loan, payment: Payment) -> Recorded:
        return self._all_recorded(loan, [payment])[0]

    def _all_recorded(self, loan: Loan, payments: Sequence[Payment]) -> list[Recorded]:
        used = loan.allocations
        return [Recorded(loan, each, used.get(each.payment_id)) for each in payments]
