"""What each rule that a clause promises does, as figures: the same rule gives the same figures, however it is written.

A figure that changes here means that the lender would do something else than agreements say that were signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from services.activation.cancellation import CancelledBy
from services.activation.disbursement import DisbursementFailure
from services.activation.model import Account as PayoutAccount
from services.activation.signature import KycApproval, Signature
from services.agreement.clauses import Promise
from services.agreement.contract import Contract, StoredFile
from services.agreement.handlers import CODE_LIFE
from services.agreement.model import Agreement
from services.agreement.signers import CODE_ATTEMPTS, AgreementStatus, Attempt, Signing
from services.application.status import MOVES, Action
from services.lending import Frequency, LoanTerms, Method, loan_cost, loan_schedule
from services.lending.daycount import DayCount
from services.lending.ledger import Account
from services.lending.rules import LateFee, Rules
from services.lending.transactions import Effect, Transaction
from services.papers import formats, tariffs
from services.runtime.errors import Error
from tests.fakes.clock import NOON

PAYOUT = date(2026, 1, 31)
DAYS = (0, 1, 27, 28, 45, 100, 400)
FEES = (
    LateFee(Decimal(5), Decimal(1), 5, Decimal(25)),
    LateFee(Decimal(12), Decimal(0), 0, None),
    LateFee(Decimal(0), Decimal(10), 30, Decimal(8)),
    None,
)


def terms(**changes: Any) -> LoanTerms:
    """5,000 EUR at 9.9 % over 12 months, unless said otherwise."""
    usual: dict[str, Any] = {"principal": Decimal(5000), "annual_rate_percent": Decimal("9.9"), "tenure_months": 12}
    return LoanTerms(currency="EUR", **{**usual, **changes})


def account(rules: Rules | None = None, **changes: Any) -> Account:
    """A loan's ledger, paid out on PAYOUT."""
    return Account(loan_schedule(terms(**changes), PAYOUT), (), rules or Rules())


def payout_account() -> PayoutAccount:
    """An account opened at noon whose payout has begun, on the customer's details of version 1."""
    agreed = terms()
    signed = Signature("a1", "c1", agreed, agreed.hash(), NOON)
    return PayoutAccount.open("l1", "d1", signed, KycApproval("a1", 1), "PERSONAL", NOON)


def euros(amount: Decimal) -> str:
    """An amount as documents write it."""
    return formats.amount(amount, "EUR")


def due_dates_from_payout() -> Any:
    """Due dates of each frequency, for payouts on days that many months do not have."""
    starts = (date(2026, 1, 31), date(2028, 2, 29), date(2026, 6, 15))
    return {
        f"{frequency.name} from {start}": [row.due_date.isoformat() for row in rows][:5]
        for frequency, start in product(Frequency, starts)
        for rows in [loan_schedule(terms(frequency=frequency), start).rows]
    }


def payout_to_named_account() -> Any:
    """What becomes of an order on each version of the customer's details, the approved one being 1."""
    return {str(version): _refusal(lambda: payout_account().send(version, NOON)) for version in (0, 1, 2)}  # noqa: B023


def interest_from_payout() -> Any:
    """The first day of a loan by the day on which the bank takes the order, and the interest of its first days."""
    starts = {}
    for days in (0, 3, 40):
        opened = payout_account()
        opened.send(1, NOON)
        opened.bank_took("ref", NOON + timedelta(days=days))
        starts[str(days)] = (opened.start_date - NOON.date()).days
    return {"starts": starts, "interest": [euros(account().quote(_day(days)).parts.interest) for days in (0, 1, 2)]}


def interest_until_repaid() -> Any:
    """What paying a loan back costs on a day: at once, and after a payment on an earlier day."""
    found = {}
    for method, count, day in product(Method, (DayCount.PERIOD, DayCount.ACT_365F), DAYS):
        ledger = account(method=method, day_count=count)
        costs = [euros(ledger.quote(_day(day)).total)]
        for effect in Effect:
            if day:
                paid = ledger.post(Transaction.payment("p", _day(day // 2), Decimal("489.35"), effect))
                costs.append(euros(paid.quote(_day(day)).total))
        found[f"{method.name} {count.name} {day}"] = costs
    return found


def late_fee_by_tariff() -> Any:
    """Each tariff in words, and the fees of the first instalments without a payment."""
    return {
        tariffs.late_fee(fee, "EUR", "en"): [
            (entry.value_date.isoformat(), euros(entry.amount), entry.instalment)
            for entry in account(Rules(late_fee=fee)).late_fees(_day(130))
        ]
        for fee in FEES
    }


def withdrawal_until_payout() -> Any:
    """From which statuses an application is withdrawn or its loan cancelled, and what a cancelled payout comes to."""
    moves = {each.name: sorted(s.name for s in MOVES[each].allowed_from) for each in (Action.WITHDRAW, Action.CANCEL)}
    refused, sent = payout_account(), payout_account()
    refused.bank_refused(DisbursementFailure.REFUSED, NOON)
    sent.send(1, NOON)
    sent.bank_took("ref", NOON)
    cancelled = {
        name: _refusal(lambda: each.cancel(CancelledBy.CUSTOMER, NOON)) or each.status.name  # noqa: B023
        for name, each in {"opened": payout_account(), "refused by the bank": refused, "paid out": sent}.items()
    }
    return {"moves": moves, "accounts": cancelled}


def signature_by_hash() -> Any:
    """What a code opens, and how long; what a signature is bound to."""
    agreed, file = terms(), StoredFile("pdf", "ab" * 32, 10)
    contract = Contract(agreed, agreed.hash(), loan_cost(agreed, PAYOUT), "v0", file, NOON)

    def signing() -> Agreement:
        made = Agreement("a1", "c1", AgreementStatus.SIGNING, contract=contract)
        made.signing = Signing("salt", "right", NOON + CODE_LIFE, shown=contract.to_show)
        return made

    right, wrong = Attempt(lambda _: True, contract.to_show), Attempt(lambda _: False, contract.to_show)
    signed = signing()
    signed.sign("c1", right, StoredFile("signed", "cd" * 32, 10), NOON)
    return {
        "code": [CODE_ATTEMPTS, CODE_LIFE.total_seconds()],
        "wrong": _refusal(lambda: signing().sign("c1", wrong, file, NOON)),
        "late": _refusal(lambda: signing().sign("c1", right, file, NOON + CODE_LIFE)),
        "bound to": {each.sha256: each.key for each in signed.files},
        "again": _refusal(lambda: signed.sign("c1", right, file, NOON)),
        "terms": {name: str(value) for name, value in asdict(signed.made.terms).items() if name == "principal"},
    }


WITNESSES: Mapping[Promise, Callable[[], Any]] = {
    Promise.DUE_DATES_FROM_PAYOUT: due_dates_from_payout,
    Promise.PAYOUT_TO_NAMED_ACCOUNT: payout_to_named_account,
    Promise.INTEREST_FROM_PAYOUT: interest_from_payout,
    Promise.INTEREST_UNTIL_REPAID: interest_until_repaid,
    Promise.LATE_FEE_BY_TARIFF: late_fee_by_tariff,
    Promise.WITHDRAWAL_UNTIL_PAYOUT: withdrawal_until_payout,
    Promise.SIGNATURE_BY_HASH: signature_by_hash,
}


def _day(days: int) -> date:
    return PAYOUT + timedelta(days=days)


def _refusal(act: Callable[[], object]) -> str:
    """The reason of its refusal; empty when it is done."""
    try:
        act()
    except Error as refused:
        return refused.reason
    return ""
