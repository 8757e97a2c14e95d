"""The use cases of a withdrawal from the agreement: the owners of its facts are asked, the loan decides."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from services.repayment.commands import DeclareWithdrawal
from services.repayment.model import Loan
from services.repayment.ports import Accounts, Agreements, Applications
from services.repayment.store import UnitOfWork
from services.repayment.withdrawal import Given, Notice, Standing, WithdrawalRight
from services.runtime.clock import Clock
from services.runtime.context import CallerKind, caller
from services.runtime.errors import InvalidArgument


@dataclass(frozen=True)
class Withdrawals:
    """What a borrower, or an officer for one, can do; `right_of` says what the law gives loans of a facility type.

    The days of the right are those of `zone`, and its public holidays those of `place`, where the borrowers are; the
    days of the ledger are those of UTC.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    accounts: Accounts
    agreements: Agreements
    applications: Applications
    right_of: Callable[[str], WithdrawalRight]
    zone: tzinfo
    place: str

    def standing(self, loan_id: str) -> Standing:
        """Says whether and until when a loan can be withdrawn from, and what is owed then."""
        loan = self._read(loan_id)
        return loan.standing(self._given(loan), self._now)

    def declare(self, command: DeclareWithdrawal) -> Standing:
        """Withdraws, once; who asks again learns where it stands. No transaction is open while others are asked."""
        notice, found = self._notice(command), self._read(command.loan_id)
        if caller().kind is not CallerKind.END_USER:
            self.applications.check_decider(found.application_id, notice.declared_by)
        given = self._given(found)
        with self.begin() as uow:
            loan = uow.loans.get(command.loan_id)
            loan.declare_withdrawal(given, notice)
            uow.commit(why=command.reason)
        return loan.standing(given, self._now)

    def co_borrowers_of(self, loan_id: str) -> Collection[str]:
        """Who owes a loan beside its customer, as its signed agreement says."""
        loan = self._read(loan_id)
        return self.agreements.signed(loan.application_id).co_borrowers

    @property
    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)

    def _notice(self, command: DeclareWithdrawal) -> Notice:
        now, today = self.clock.now(), self._now.date()
        if caller().kind is CallerKind.END_USER:
            for field in ("notice_date", "reason"):
                if getattr(command, field):
                    raise InvalidArgument.field(field, "is of a notice in writing, which staff record")
            return Notice(caller().owner_id, now, today)
        if not command.reason.strip():
            raise InvalidArgument.field("reason", "must say where the notice in writing is")
        if command.notice_date is None:
            raise InvalidArgument.field("notice_date", "must say when the notice in writing was sent")
        if command.notice_date > today:
            raise InvalidArgument.field("notice_date", f"must be {today} or earlier", reason="IMPOSSIBLE_DATE")
        return Notice(caller().holder, now, command.notice_date)

    def _given(self, loan: Loan) -> Given:
        """The right of a loan; of what was not kept, and of what only the owners of the facts know, they are asked."""
        right = loan.withdrawal_right or self._right_of_account(loan.loan_id)
        if not right.days or loan.withdrawal is not None:
            return Given(right, place=self.place)
        signed = self.agreements.signed(loan.application_id)
        return Given(right, signed.sign_time.astimezone(self.zone), signed.co_borrowers, self.place)

    def _right_of_account(self, loan_id: str) -> WithdrawalRight:
        account = self.accounts.account(loan_id)
        return self.right_of(account.facility_type if account else "")

    def _read(self, loan_id: str) -> Loan:
        with self.begin() as uow:
            return uow.loans.read(loan_id)
