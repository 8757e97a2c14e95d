"""The activation service as a ledger sees it: it confirms every account, unless given another."""

from services.repayment.ports import LoanAccount


class AnyText(str):
    """A text that is equal to every other: the fake confirms what an event says of it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class FakeLoanAccounts:
    """services.repayment.ports.Accounts; `instead` has what is really so, by loan, None for no account."""

    def __init__(self) -> None:
        self.instead: dict[str, LoanAccount | None] = {}

    def account(self, loan_id: str) -> LoanAccount | None:
        anything = AnyText()
        usual = LoanAccount("DISBURSED", anything, anything, anything)
        return self.instead.get(loan_id, usual)
