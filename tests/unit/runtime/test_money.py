"""Exact amounts."""

from decimal import Decimal

import pytest

from services.runtime.money import Money


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_equal_amounts_are_one_text() -> None:
    assert str(eur("5")) == str(eur("5.00")) == "5.00 EUR"
    assert hash(eur("5")) == hash(eur("5.00"))
    assert str(Money(Decimal("1E+3"), "JPY")) == "1000 JPY"
    assert str(Money.rounded(Decimal("1.2345"), "KWD")) == "1.235 KWD"


def test_arithmetic() -> None:
    assert eur("1.10") + eur("2.20") - eur("0.30") == eur("3.00")
    assert eur("10") * Decimal("0.3333") == 3 * eur("1.11") == eur("3.33")
    assert eur("0.05") / 2 == eur("0.03")
    assert abs(-eur("2")) == eur("2")
    assert not Money.zero("EUR")
    assert sum([eur("1"), eur("2")], Money.zero("EUR")) == eur("3")


def test_order() -> None:
    assert eur("1") < eur("2") <= eur("2") > eur("1") >= eur("1")


@pytest.mark.parametrize("amount", ["1.001", "NaN", "Infinity"])
def test_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError):
        eur(amount)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError):
        eur("1") + Money(Decimal(1), "USD")
    with pytest.raises(ValueError):
        assert eur("1") < Money(Decimal(2), "USD")


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type]
