"""Objects of any dataclass of a model, generated from its type hints, within what the lending types accept."""

import collections.abc
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from services.lending import LoanTerms, Method
from services.lending.rules import Allocation, Component, LateFee, Overpayment, Rules
from services.lending.terms import Frequency
from services.runtime.money import Money

# Anything but what no database keeps: NUL and halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
_MILLISECONDS = st.integers(0, 4 * 10**12).map(lambda n: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n))
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**31), 2**31 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(-(10**9), 10**9, places=4),
    date: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    # No finer: a date of BSON has no microseconds.
    datetime: _MILLISECONDS,
    bytes: st.binary(max_size=12),
    Money: st.builds(Money, _CENTS, st.sampled_from(["EUR", "USD"])),
    LateFee: st.builds(LateFee, _CENTS, st.decimals(0, 100, places=2), st.integers(0, 365), st.none() | _CENTS),
    Rules: st.builds(
        Rules,
        st.permutations(list(Component)).map(tuple),
        st.sampled_from(Allocation),
        st.sampled_from(Overpayment),
        st.none() | st.deferred(lambda: anything(LateFee)),
    ),
    LoanTerms: st.builds(
        LoanTerms,
        # Such that an instalment amortises at every rate and tenure.
        _CENTS.map(lambda amount: amount + 10_000),
        st.just("EUR"),
        st.decimals(0, 5, places=4),
        st.integers(1, 10).map(lambda years: years * 12),
        st.sampled_from(Frequency),
        st.sampled_from(Method),
        _CENTS,
    ),
}


def anything(hint: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a type; of a dataclass those whose fields are anything, but for those `given`."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([st.none() if each is types.NoneType else anything(each) for each in arguments])
    if origin is not None:
        return _CONTAINERS[origin](*arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if not is_dataclass(hint):
        raise TypeError(f"tests/factories/anything.py makes no {hint}: add a strategy for it")
    hints = typing.get_type_hints(hint)
    # Events and version are the unit of work's.
    names = [each.name for each in fields(hint) if each.init and each.name not in ("events", "version")]
    return st.builds(hint, **{name: given[name] if name in given else anything(hints[name]) for name in names})  # type: ignore[arg-type]


def _tuple(*arguments: Any) -> st.SearchStrategy[Any]:
    if arguments[-1] is Ellipsis:
        return st.lists(anything(arguments[0]), max_size=2).map(tuple)
    return st.tuples(*map(anything, arguments))


def _dict(key: Any, value: Any) -> st.SearchStrategy[Any]:
    return st.dictionaries(anything(key), anything(value), max_size=2)


_CONTAINERS: dict[Any, Callable[..., st.SearchStrategy[Any]]] = {
    tuple: _tuple,
    list: lambda kind: st.lists(anything(kind), max_size=2),
    set: lambda kind: st.sets(anything(kind), max_size=2),
    frozenset: lambda kind: st.frozensets(anything(kind), max_size=2),
    dict: _dict,
    collections.abc.Mapping: _dict,
    collections.abc.Sequence: lambda kind: st.lists(anything(kind), max_size=2),
}
