"""Answers questions put as plain JSON objects: a kind and its inputs in, a plain result out."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from services.lending.calendar import Convention, Unit, adjust
from services.lending.cost import schedule_apr_percent, schedule_us_apr_percent
from services.lending.daycount import DayCount, year_fraction
from services.lending.errors import LendingError
from services.lending.plan import FeePayment, FirstPeriod, FlatLevel, Plan
from services.lending.rates import Flow, PaymentInterval, UnitPeriod, eu_apr_percent, eu_interval, us_apr_percent
from services.lending.rounding import Rounding
from services.lending.schedule import Instalment, build, plan_instalment
from services.lending.terms import Method

Inputs = Mapping[str, Any]
# What JSON writes a number like; Decimal would take 1_000, NaN, blanks around it and the digits of other scripts, too.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TWO_DECIMALS = Decimal("0.01")
E = TypeVar("E", bound=Enum)

# The engine's names for inputs, where a plan's field is called otherwise.
_FIELDS = {"start_date": "start", "first_due_date": "first_due", "interest_only_periods": "interest_only"}
_ENUMS: dict[str, type[Enum]] = {
    "unit": Unit,
    "method": Method,
    "day_count": DayCount,
    "rounding": Rounding,
    "flat_level": FlatLevel,
    "first_period": FirstPeriod,
    "convention": Convention,
    "fee_payment": FeePayment,
}
_AMOUNTS = ("principal", "annual_rate_percent", "instalment_multiple", "balloon", "fee")
_PERCENTAGES = ("down_payment_percent", "balloon_percent", "fee_percent")
_PLAIN = {"currency": str, "interest_follows": bool}
_COUNTS = ("instalments", "every", "interest_only_periods")


def answer(kind: object, inputs: object) -> Any:
    """The result of one question; LendingError names the input that is missing, ill-formed or impossible."""
    if not isinstance(kind, str) or kind not in _ANSWERS:
        raise LendingError("kind", _unknown(kind), ", ".join(_ANSWERS))
    if not isinstance(inputs, Mapping):
        raise LendingError("inputs", "must be an object")
    return _ANSWERS[kind](inputs)


def plan_of(inputs: Inputs) -> Plan:
    """The plan that inputs under their published names describe; unknown ones are refused."""
    values: dict[str, Any] = {}
    for name, value in inputs.items():
        field = _FIELDS.get(name, name)
        if name in _ENUMS:
            values[field] = as_enum(inputs, name, _ENUMS[name])
        elif name in _AMOUNTS or name in _PERCENTAGES:
            values[field] = as_decimal(inputs, name)
        elif name in _COUNTS:
            values[field] = as_count(inputs, name)
        elif name in ("start_date", "first_due_date"):
            values[field] = as_date(inputs, name)
        elif name == "holidays":
            values["closed"] = _holidays(inputs)
        elif name in _PLAIN and isinstance(value, _PLAIN[name]):
            values[field] = value
        elif name in _PLAIN:
            raise LendingError(name, "must be true or false" if _PLAIN[name] is bool else "must be text")
        else:
            raise LendingError(name, "is no input of a schedule")
    for required in ("principal", "annual_rate_percent", "instalments"):
        _value(inputs, required)
    # The level instalment of a plan without a start date is that of periods by name.
    values.setdefault("start", date(2000, 1, 1))
    return Plan(**values)


def as_decimal(inputs: Inputs, name: str) -> Decimal:
    """A number such as -12.50 given as a string, or as a JSON number; nothing else that Python would take for one."""
    value = _value(inputs, name)
    text = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise LendingError(name, "must be a decimal number")
    number = Decimal(text)
    return number if number else abs(number)


def as_count(inputs: Inputs, name: str) -> int:
    """A whole number."""
    value = _value(inputs, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise LendingError(name, "must be a whole number")
    return value


def as_whole(inputs: Inputs, name: str) -> int:
    """A whole number in decimal digits, as it stands on a command line."""
    text = _value(inputs, name)
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise LendingError(name, "must be a whole number")
    return int(text)


def as_date(inputs: Inputs, name: str) -> date:
    """An ISO date such as 2026-01-31."""
    value = _value(inputs, name)
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise LendingError(name, "must be a date such as 2026-01-31")


def as_enum(inputs: Inputs, name: str, kind: type[E]) -> E:
    """A member by its name, or by its value where conventions have names no identifier can be."""
    value = _value(inputs, name)
    for member in kind:
        if value in (member.name, member.value):
            return member
    raise LendingError(name, _unknown(value), ", ".join(member.name for member in kind))


def _unknown(value: Any) -> str:
    return f"is unknown: {value[:40]}" if isinstance(value, str) else "must be text"


def _value(inputs: Inputs, name: str) -> Any:
    if name not in inputs:
        raise LendingError(name, "is missing")
    return inputs[name]


def _list(inputs: Inputs, name: str) -> list[Any]:
    value = _value(inputs, name)
    if not isinstance(value, list):
        raise LendingError(name, "must be a list")
    return value


def _holidays(inputs: Inputs) -> frozenset[date]:
    return frozenset(as_date({"holidays": day}, "holidays") for day in _list({"holidays": [], **inputs}, "holidays"))


def _flows(inputs: Inputs, name: str) -> list[Flow]:
    flows = []
    for number, flow in enumerate(_list(inputs, name)):
        place = f"{name}[{number}]"
        if not isinstance(flow, Mapping):
            raise LendingError(place, 'must be {"date", "amount"}')
        named = {f"{place}.{part}": flow[part] for part in ("date", "amount") if part in flow}
        flows.append(Flow(as_date(named, f"{place}.date"), as_decimal(named, f"{place}.amount")))
    return flows


def _schedule(inputs: Inputs) -> list[dict[str, str]]:
    _value(inputs, "start_date")
    return [_row(row) for row in build(plan_of(inputs)).rows]


def _row(row: Instalment) -> dict[str, str]:
    amounts = {"principal": row.principal, "interest": row.interest, "due": row.total, "balance": row.balance}
    return {"date": row.due_date.isoformat(), **{name: str(amount) for name, amount in amounts.items()}}


def _instalment(inputs: Inputs) -> str:
    return str(plan_instalment(plan_of(inputs)))


def _cost(inputs: Inputs) -> dict[str, str]:
    _value(inputs, "start_date")
    plan = plan_of(inputs)
    schedule = build(plan)
    figures = {
        "total_interest": schedule.total_interest,
        "total_paid": schedule.total_paid,
        "total_cost": schedule.total_paid - schedule.paid_out,
        "eu_apr_percent": schedule_apr_percent(schedule, plan.unit).quantize(_TWO_DECIMALS),
        "us_apr_percent": schedule_us_apr_percent(schedule, plan.unit, plan.every),
    }
    return {name: str(figure) for name, figure in figures.items()}


def _apr(inputs: Inputs) -> str:
    advances, payments = _flows(inputs, "advances"), _flows(inputs, "payments")
    method = _value(inputs, "method")
    if method == "US_ACTUARIAL":
        every = as_count(inputs, "every") if "every" in inputs else 1
        return str(us_apr_percent(advances, payments, as_enum(inputs, "unit_period", UnitPeriod), every))
    if method == "EU":
        return str(eu_apr_percent(advances, payments, as_enum(inputs, "frequency", PaymentInterval)))
    raise LendingError("method", _unknown(method), "US_ACTUARIAL, EU")


def _eu_interval(inputs: Inputs) -> str:
    start, end = _dates(inputs)
    return str(eu_interval(start, end, as_enum(inputs, "frequency", PaymentInterval)))


def _year_fraction(inputs: Inputs) -> str:
    start, end = _dates(inputs)
    return str(year_fraction(as_enum(inputs, "day_count", DayCount), start, end))


def _business_day(inputs: Inputs) -> str:
    convention = as_enum(inputs, "convention", Convention)
    return adjust(as_date(inputs, "date"), convention, _holidays(inputs)).isoformat()


def _dates(inputs: Inputs) -> tuple[date, date]:
    start, end = as_date(inputs, "start"), as_date(inputs, "end")
    if end < start:
        raise LendingError("end", "must not be before the start", start.isoformat())
    return start, end


_ANSWERS: dict[str, Callable[[Inputs], Any]] = {
    "schedule": _schedule,
    "instalment": _instalment,
    "cost": _cost,
    "apr": _apr,
    "eu_interval": _eu_interval,
    "year_fraction": _year_fraction,
    "business_day": _business_day,
}
