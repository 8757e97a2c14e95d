"""Amounts, rates, dates and addresses are written in one way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.lending import Frequency
from services.papers import formats


@pytest.mark.parametrize(
    "value, currency, written",
    [
        ("15000", "EUR", "15,000.00 EUR"),
        ("-123.28", "EUR", "-123.28 EUR"),
        ("1500000", "JPY", "1,500,000 JPY"),
        ("0", "KWD", "0.000 KWD"),
    ],
)
def test_an_amount_has_its_currency_s_decimals(value: str, currency: str, written: str) -> None:
    assert formats.money(Decimal(value), currency) == written
    assert formats.amount(Decimal(value), currency) == written.removesuffix(f" {currency}")


def test_rates_days_times_and_names() -> None:
    assert formats.percent(Decimal("7.25")) == "7.25 %"
    assert formats.day(date(2030, 6, 5)) == "2030-06-05"
    assert formats.moment(datetime(2030, 6, 5, 12, 0, 0, 7, tzinfo=UTC)) == "2030-06-05T12:00:00+00:00"
    assert formats.words(Frequency.HALF_YEARLY) == "half yearly"


@pytest.mark.parametrize(
    "parts, lines",
    [
        (("A 1", "10115", "Berlin", "DE"), ("A 1", "10115 Berlin", "Germany")),
        (("A 1", "", "Dublin", "IE"), ("A 1", "Dublin", "Ireland")),
        (("", "", "", ""), ()),
        (("A 1", "1", "B", "ZZ"), ("A 1", "1 B", "ZZ")),
    ],
)
def test_an_address_is_read_line_by_line(parts: tuple[str, str, str, str], lines: tuple[str, ...]) -> None:
    assert formats.address(*parts) == lines
