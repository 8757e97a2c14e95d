"""Amounts, rates, dates and addresses are written in one way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel import Locale
from pycountry import countries

from services.lending import Frequency
from services.papers import LANGUAGES, formats


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


@pytest.mark.parametrize(
    "language, money, rate, day",
    [
        ("en", "15,000.50 EUR", "7.25 %", "5 Jun 2030"),
        ("de", "15.000,50 EUR", "7,25 %", "05.06.2030"),
        ("fr", "15\u202f000,50 EUR", "7,25 %", "5 juin 2030"),
        ("es", "15.000,50 EUR", "7,25 %", "5 jun 2030"),
        ("ar", "15,000.50 EUR", "7.25 %", "5 يونيو 2030"),
    ],
)
def test_each_language_writes_them_as_it_does(language: str, money: str, rate: str, day: str) -> None:
    assert formats.money(Decimal("15000.5"), "EUR", language) == money
    assert formats.percent(Decimal("7.25"), language) == rate
    assert formats.day(date(2030, 6, 5), language) == day


def test_a_time_has_its_offset() -> None:
    assert formats.moment(datetime(2030, 6, 5, 12, 0, 0, 7, tzinfo=UTC)) == "5 Jun 2030, 12:00:00 +0000"


def test_a_time_is_read_in_its_order_in_a_line_from_right_to_left() -> None:
    """Without isolation the offset is read as 0000+."""
    written = formats.moment(datetime(2030, 6, 5, 12, tzinfo=UTC), "ar")
    assert written == "5 يونيو 2030، \u206612:00:00 +0000\u2069"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_has_the_name_that_the_language_has_for_it(language: str) -> None:
    """Every code, on a paper of every language; English is what it is as a text, as for machines."""
    names = Locale.parse("en_GB" if language == "en" else language).territories
    for each in countries:
        *_, line = formats.address("A 1", "1", "B", each.alpha_2)
        assert formats.written(line, language, {}) == names[each.alpha_2]
        assert formats.plain(line) == str(line) == formats.written(line, "en", {})
    assert formats.written(formats.address("", "", "", "DE"), language, {}) == [names["DE"]]


@pytest.mark.parametrize(
    "text, language, isolates",
    [
        ("Ada Lovelace", "en", False), ("محمد", "en", True), ("דוד", "de", True), ("5.00 EUR", "fr", False),
        ("Ada Lovelace", "ar", True), ("محمد", "ar", True), ("", "ar", False),
    ],
)  # fmt: skip
def test_what_is_read_in_another_direction_is_kept_together(text: str, language: str, isolates: bool) -> None:
    assert formats.isolated(text, language) == (f"\u2068{text}\u2069" if isolates else text)


def test_values_are_written_for_people_and_for_machines() -> None:
    values: dict[formats.Value, tuple[str, object]] = {
        formats.Amount(Decimal("5.10"), "EUR"): ("5,10 EUR", {"amount": "5.10", "currency": "EUR"}),
        formats.Amount(Decimal("5.10"), "EUR", bare=True): ("5,10", {"amount": "5.10", "currency": "EUR"}),
        formats.Percent(Decimal("7.5")): ("7,5 %", "7.5"),
        formats.Word.of(Frequency.HALF_YEARLY): ("halbjährlich", "Frequency.HALF_YEARLY"),
        date(2030, 6, 5): ("05.06.2030", "2030-06-05"),
        48: ("48", 48),
        "Ada": ("Ada", "Ada"),
    }
    words = {"Frequency.HALF_YEARLY": "halbjährlich"}
    for value, (text, machine) in values.items():
        assert (formats.written(value, "de", words), formats.plain(value)) == (text, machine)
    everything = tuple(values)
    assert formats.written(everything, "de", words) == [text for text, _ in values.values()]
    assert formats.plain(everything) == [machine for _, machine in values.values()]


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
