"""The loan from whose agreement a borrower may withdraw after the payout; pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

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

    def standing(self, given: Given, now: datetime) -> Standing:
        """Whether it can be withdrawn from now or was, and what is owed; FailedPrecondition before the payout.

        The day of `now` is the one that counts, and that of UTC the ledger's.
        """
        today = now.astimezone(UTC).date()
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
            state = WithdrawalState.POSSIBLE if self.status is LoanStatus.OPEN and now.date() <= last else over
        found = Standing(self.loan_id, state, given.right.law, last)
        if state is not WithdrawalState.POSSIBLE:
            return found
        entry = self._entry(given, now.date(), today)
        return replace(found, **vars(self._owed(self.account.post(entry), max(today, self.start_date))))

    def _withdraw(self, given: Given, notice: Notice) -> None:
        """Posts a notice that is in time, as of the day on which it was sent."""
        self._require(LoanStatus.OPEN)
        last = given.check(self.terms, notice.day)
        entry = self._entry(given, notice.day, notice.declare_time.date())
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

    def _settle_withdrawal(self, close_date: date) -> None:
        """Says what it came to, when the loan is closed after one."""
        if (done := self.withdrawal) is not None:
            paid = self.account.paid(EVER)
            ids = self.application_id, self.loan_id, self.customer_id
            came_to = self.money(paid.principal), self.money(paid.interest), self.total_paid, self.refund
            last, declared, start, language = (
                self._last_paid,
                done.declare_time,
                self.start_date,
                self.required_language,
            )
            self._emit(LoanWithdrawalSettled(*ids, *came_to, last, declared, start, close_date, language))

    @property
    def refund(self) -> Money:
        """What was paid beyond all that is owed, which a withdrawal alone can leave."""
        return self.money(self.account.credit(EVER))

    @property
    def _last_paid(self) -> date:
        payments = [entry.value_date for entry in effective(self.transactions) if entry.kind is Kind.PAYMENT]
        return max(payments, default=self.start_date)

    def _entry(self, given: Given, day: date, today: date) -> Transaction:
        """The entry of a notice sent on a day, which may be ahead of the ledger's `today` by a time zone.

        It stands not before the money was there, nor before what was paid since. That is also what waits to be
        verified: it counts the same whether that comes before the notice or after.
        """
        paid = (payment.value_date for payment in self.waiting())
        since = max(min(day, today), self.start_date, self._last_paid, *paid)
        left = (given.due_date(max(day, self.start_date), self.terms) - since).days
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
