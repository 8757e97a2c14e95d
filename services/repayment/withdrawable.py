"""The loan from whose agreement a borrower may withdraw after the payout; pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.lending.ledger import Account
from services.lending.transactions import Kind, Transaction, effective
from services.repayment.dunning import DunnedLoan
from services.repayment.events import LoanWithdrawalDeclared, LoanWithdrawalPartyInformed, LoanWithdrawalSettled
from services.repayment.loan_account import EVER, LoanStatus
from services.repayment.withdrawal import ENTRY, Given, Notice, Owed, Standing, Withdrawal, WithdrawalState
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money


@dataclass
class WithdrawableLoan(DunnedLoan):
    """A loan whose instalments give way to one amount when a borrower withdraws: once, and for all borrowers."""

    def standing(self, given: Given, today: date) -> Standing:
        """Whether it can be withdrawn from today or was, and what is owed; FailedPrecondition before the payout."""
        if not self.has_money:
            raise FailedPrecondition.wrong_status("loan", self.status, [LoanStatus.OPEN, LoanStatus.CLOSED])
        if (done := self.withdrawal) is not None:
            closed = self.status is LoanStatus.CLOSED
            owed = self._owed(self.account, max(self._last_paid if closed else today, done.start_date))
            state = WithdrawalState.SETTLED if closed else WithdrawalState.DECLARED
            said = done.law, done.last_date, done.declare_time, done.declared_by
            return Standing(self.loan_id, state, *said, **vars(owed))
        last, state = given.last_date(self.terms), WithdrawalState.NOT_GIVEN
        if last is not None:
            over = WithdrawalState.REPAID if self.status is LoanStatus.CLOSED else WithdrawalState.OVER
            state = WithdrawalState.POSSIBLE if self.status is LoanStatus.OPEN and today <= last else over
        found = Standing(self.loan_id, state, given.right.law, last)
        if state is not WithdrawalState.POSSIBLE:
            return found
        day = max(today, self.start_date)
        return replace(found, **vars(self._owed(self.account.post(self._entry(given, day)), day)))

    def _withdraw(self, given: Given, notice: Notice) -> None:
        """Posts a notice that is in time, as of the day on which it was sent."""
        self._require(LoanStatus.OPEN)
        last = given.check(self.terms, notice.day)
        entry = self._entry(given, notice.day)
        self.transactions.append(self.account.post(entry).transactions[-1])
        day, due = entry.value_date, entry.value_date + timedelta(days=entry.count)
        said = given.right.law, last, notice.declared_by, notice.declare_time, notice.day
        self.withdrawal = Withdrawal(*said, day, due)
        owed = self._owed(self.account, day)
        figures = notice.declare_time, owed.principal, owed.interest, owed.total, owed.per_diem, due
        receipt = LoanWithdrawalPartyInformed(
            self.application_id, self.loan_id, self.customer_id, *figures, owed.released, owed.refund
        )
        self._emit(LoanWithdrawalDeclared(**vars(receipt), total_paid=self.total_paid, declared_by=notice.declared_by))
        for borrower in given.co_borrowers:
            self._emit(replace(receipt, customer_id=borrower))

    def _settle_withdrawal(self) -> None:
        """Says what it came to, when the loan is closed after one."""
        if self.withdrawal is not None:
            paid = self.account.paid(EVER)
            ids = self.application_id, self.loan_id, self.customer_id
            came_to = self.money(paid.principal), self.money(paid.interest), self.total_paid, self.refund
            self._emit(LoanWithdrawalSettled(*ids, *came_to, self._last_paid))

    @property
    def refund(self) -> Money:
        """What was paid beyond all that is owed, which a withdrawal alone can leave."""
        return self.money(self.account.credit(EVER))

    @property
    def _last_paid(self) -> date:
        payments = [entry.value_date for entry in effective(self.transactions) if entry.kind is Kind.PAYMENT]
        return max(payments, default=self.start_date)

    def _entry(self, given: Given, day: date) -> Transaction:
        """The entry of a notice sent on a day: not before the money was there, nor before what was paid since."""
        sent = max(day, self.start_date)
        since = max(sent, self._last_paid)
        left = (sent - since).days + given.right.repay_days
        return Transaction.withdrawal(ENTRY, since, max(left, 1))

    def _owed(self, account: Account, day: date) -> Owed:
        """What is owed on a day by an account with its withdrawal, and what the one without it would have asked for."""
        entry = next(each for each in account.transactions if each.kind is Kind.WITHDRAWAL)
        agreed = replace(account, transactions=tuple(each for each in account.transactions if each is not entry))
        fees = sum((row.fee for row in self.schedule.rows), self.terms.fee * 0)
        quote, money = account.quote(day), self.money
        return Owed(
            as_of_date=day,
            principal=money(quote.parts.principal),
            interest=money(quote.parts.interest),
            total=money(quote.total),
            per_diem=money(quote.per_diem),
            released=money(fees + agreed.totals(entry.value_date).penalties),
            refund=money(account.credit(day)),
            due_date=entry.value_date + timedelta(days=entry.count),
        )
