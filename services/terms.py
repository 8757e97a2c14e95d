"""Terms, cost and schedule of a loan as the contract's shared messages (types/v1) and back; pure."""

from collections.abc import Sequence
from decimal import Decimal

from loanflow.types.v1 import money_pb2, schedule_pb2, terms_pb2
from services.lending.cost import LoanCost
from services.lending.errors import LendingError
from services.lending.schedule import Instalment
from services.lending.terms import LoanTerms
from services.runtime.messages import In, Out
from services.runtime.money import Money

# Conventions that terms may leave unset.
_USUAL = ("frequency", "method", "day_count", "rounding", "business_day_convention")
_COST_AMOUNTS = ("instalment", "total_interest", "total_cost", "total_paid")
_ROW_AMOUNTS = ("principal", "interest", "fee", "total", "balance")
_MONEY_IN = In(money_pb2.Money, Money)
_MONEY_OUT = Out(Money, money_pb2.Money)
_TERMS_IN = In(terms_pb2.LoanTerms, LoanTerms, given={"principal", "currency", "fee"}, usual=_USUAL)
_TERMS_OUT = Out(LoanTerms, terms_pb2.LoanTerms, given={"principal": Money, "fee": Money})
_COST_IN = In(schedule_pb2.LoanCost, LoanCost, given=_COST_AMOUNTS)
_COST_OUT = Out(LoanCost, schedule_pb2.LoanCost, given=dict.fromkeys(_COST_AMOUNTS, Money))
_ROW_IN = In(schedule_pb2.Instalment, Instalment, given=_ROW_AMOUNTS)
_ROW_OUT = Out(Instalment, schedule_pb2.Instalment, given=dict.fromkeys(_ROW_AMOUNTS, Money))


def to_money(message: money_pb2.Money) -> Money:
    """The amount of a message."""
    return _MONEY_IN(message)


def from_money(amount: Money) -> money_pb2.Money:
    """The message of an amount."""
    return _MONEY_OUT(amount)


def to_terms(message: terms_pb2.LoanTerms) -> LoanTerms:
    """The terms of a message that has passed the contract's rules; LendingError for impossible ones."""
    currency = message.principal.currency
    fee = Decimal(0)
    if message.HasField("fee"):
        if message.fee.currency != currency:
            raise LendingError("fee.currency", "is not the principal's", currency, reason="WRONG_CURRENCY")
        fee = Decimal(message.fee.amount)
    principal = Decimal(message.principal.amount)
    return _TERMS_IN(message, principal=principal, currency=currency, fee=fee)


def unset(message: terms_pb2.LoanTerms) -> frozenset[str]:
    """What an offer leaves to the facility: those of `frequency`, `method` and `fee` that the message does not say."""
    said = {"frequency": message.frequency, "method": message.method, "fee": message.HasField("fee")}
    return frozenset(name for name, value in said.items() if not value)


def from_terms(terms: LoanTerms) -> terms_pb2.LoanTerms:
    """The message of terms."""
    amounts = {name: Money(getattr(terms, name), terms.currency) for name in ("principal", "fee")}
    return _TERMS_OUT(terms, **amounts)


def to_cost(message: schedule_pb2.LoanCost) -> LoanCost:
    """The cost of a message; all its amounts are in one currency, that of the terms it belongs to."""
    amounts = {name: Decimal(getattr(message, name).amount) for name in _COST_AMOUNTS}
    return _COST_IN(message, **amounts)


def from_cost(cost: LoanCost, currency: str) -> schedule_pb2.LoanCost:
    """The message of a cost in that currency."""
    amounts = {name: Money(getattr(cost, name), currency) for name in _COST_AMOUNTS}
    return _COST_OUT(cost, **amounts)


def from_instalments(rows: Sequence[Instalment], currency: str) -> list[schedule_pb2.Instalment]:
    """The messages of a schedule's rows in that currency."""
    return [_ROW_OUT(row, **{name: Money(getattr(row, name), currency) for name in _ROW_AMOUNTS}) for row in rows]


def to_instalments(messages: Sequence[schedule_pb2.Instalment]) -> tuple[Instalment, ...]:
    """The rows of messages; all their amounts are in one currency."""
    return tuple(
        _ROW_IN(each, **{name: Decimal(getattr(each, name).amount) for name in _ROW_AMOUNTS}) for each in messages
    )
