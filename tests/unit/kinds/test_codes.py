"""Codes and numbers, held against the tables and check digits of their standards."""

import re
from decimal import Decimal

import iso4217
import pycountry
import pytest
from stdnum import numdb
from stdnum.iso7064 import mod_97_10

from services.currencies import DECIMALS
from services.kinds.codes import civil_date, country, currency, iban, language, national_id, time_zone
from services.kinds.errors import NotOfKind
from services.lending.errors import LendingError
from services.lending.rounding import minor_units, unit_of
from services.runtime.money import minor_unit

_PART = re.compile(r"([1-9][0-9]*)!([nac])")
# The registry of ISO 13616: the structure of what follows the check digits, by country.
STRUCTURES = {code: info["bban"] for code in sorted({each.alpha_2 for each in pycountry.countries} | {"XK"})
              if (info := numdb.get("iban").info(code + "00")[0][1])}  # fmt: skip


def made(code: str, filling: int = 0) -> str:
    """An IBAN of a country with right check digits."""
    letter = {"n": str(filling % 10), "a": "ABCDEFGHIJ"[filling % 10], "c": str(filling % 10)}
    body = "".join(letter[kind] * int(length) for length, kind in _PART.findall(STRUCTURES[code]))
    return f"{code}{mod_97_10.calc_check_digits(body + code)}{body}"


def refused(text: str) -> bool:
    try:
        iban(text)
    except NotOfKind:
        return True
    return False


@pytest.mark.parametrize("code", STRUCTURES)
def test_ibans_of_every_country_of_the_registry(code: str) -> None:
    right = made(code, 7)
    grouped = " ".join(right[start : start + 4] for start in range(0, len(right), 4))
    assert iban(right) == iban(right.lower()) == iban(grouped) == iban(grouped.replace(" ", "\u00a0")) == right
    digits = int(right[2:4])
    wrong = [f"{code}{each:02d}{right[4:]}" for each in range(100) if each != digits]
    assert all(map(refused, wrong))
    assert refused(right + "0") and refused(right[:-1])
    # Right check digits do not make another length right.
    longer = right[4:] + "0"
    assert refused(f"{code}{mod_97_10.calc_check_digits(longer + code)}{longer}")


def test_check_digits_that_the_standard_never_makes_are_refused() -> None:
    for remainder, right in (("00", "97"), ("01", "98"), ("99", "02")):
        found = next(each for n in range(1000) if (each := _german(n))[2:4] == right)
        assert iban(found) == found
        assert refused(f"DE{remainder}{found[4:]}"), "it has the same remainder modulo 97"


def _german(number: int) -> str:
    body = f"370400440532{number:06d}"
    return f"DE{mod_97_10.calc_check_digits(body + 'DE')}{body}"


@pytest.mark.parametrize(
    "text",
    ["AT32010000000173363", "XX0812345678901", "DE89370400440532013001", "DE893704004405320130O0",
     "EU12345678901234567", "DE８９370400440532013000", "89370400440532013000", "DE",
     "DE89\u200b370400440532013000", "GB82west1234569876543ß"],
)  # fmt: skip
def test_what_is_no_iban(text: str) -> None:
    assert refused(text)


def test_one_table_says_what_money_is_and_how_many_decimals_it_has() -> None:
    for code, entry in iso4217.raw_table.items():
        decimals = str(entry["CcyMnrUnts"])
        if decimals.isdecimal():
            assert (currency(str(code)), DECIMALS[str(code)]) == (code, int(decimals))
            assert minor_units(str(code)) == int(decimals)
            assert unit_of(str(code)) == minor_unit(str(code)) == Decimal(1).scaleb(-int(decimals))
    assert [DECIMALS[each] for each in ("UYI", "JPY", "EUR", "KWD", "CLF")] == [0, 0, 2, 3, 4]


@pytest.mark.parametrize(
    "code",
    ["ZZZ", "XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XSU", "XUA", "XBA", "DEM", "eur", "Eur", "EU", "EURO",
     "978", "ЕUR"],
)  # fmt: skip
def test_what_is_no_money(code: str) -> None:
    with pytest.raises(NotOfKind):
        currency(code)
    with pytest.raises(LendingError, match="currency"):
        minor_units(code)
    with pytest.raises(ValueError, match="currency"):
        minor_unit(code)


def test_countries_are_those_of_the_standard() -> None:
    codes = {first + second for first in map(chr, range(65, 91)) for second in map(chr, range(65, 91))}
    known = {each.alpha_2 for each in pycountry.countries}
    for code in codes:
        if code in known:
            assert country(code) == code
        else:
            with pytest.raises(NotOfKind):
                country(code)
    assert {"DE", "GB", "AX"} <= known
    assert not {"UK", "EU", "XK", "AA", "ZZ", "QM", "AN", "AC"} & known


@pytest.mark.parametrize("code", ["de", "De", "D", "DEU", "D1", "ДЕ", "276"])
def test_what_is_written_otherwise_is_no_country(code: str) -> None:
    with pytest.raises(NotOfKind):
        country(code)


@pytest.mark.parametrize("text", ["2026-02-30", "2025-02-29", "0000-01-01", "2026-13-01", "2026-00-10", "2026-04-31"])
def test_dates_of_no_calendar(text: str) -> None:
    with pytest.raises(NotOfKind) as error:
        civil_date(text)
    assert error.value.reason == "IMPOSSIBLE_DATE"


@pytest.mark.parametrize(
    ("of_country", "right", "wrong"),
    [
        ("ES", "12345678Z", "12345678A"), ("ES", "X1234567L", "X1234567M"), ("PL", "44051401359", "44051401358"),
        ("IT", "RSSMRA85T10A562S", "RSSMRA85T10A562T"), ("SE", "811218-9876", "811218-9875"),
        ("NL", "111222333", "111222334"), ("FI", "131052-308T", "131052-308U"), ("BE", "85073003328", "85073003329"),
        ("RO", "1630615123457", "1630615123458"), ("TR", "17291716060", "17291716061"),
        ("HR", "33392005961", "33392005962"), ("EE", "36805280109", "36805280108"), ("BG", "7523169263", "7523169264"),
        ("ZA", "7503305044089", "7503305044088"), ("CN", "11010519491231002X", "110105194912310021"),
        ("BR", "390.533.447-05".replace(".", "").replace("-", ""), "39053344706"),
    ],
)  # fmt: skip
def test_personal_numbers_have_right_check_digits(of_country: str, right: str, wrong: str) -> None:
    assert national_id(right, of_country) == national_id(f" {right.lower()} ", of_country) == right
    with pytest.raises(NotOfKind):
        national_id(wrong, of_country)


@pytest.mark.parametrize(
    ("of_country", "number"),
    [("DE", "L01X00T47"), ("PL", "ABA300000"), ("ES", "AAA123456"), ("CZ", "123456789"), ("US", "123456789"),
     ("", "AB-1234")],
)  # fmt: skip
def test_numbers_of_documents_are_taken_as_they_are(of_country: str, number: str) -> None:
    assert national_id(number, of_country) == number


@pytest.mark.parametrize("number", ["----", "A-1-2", "-- --"])
def test_a_number_has_letters_or_digits(number: str) -> None:
    with pytest.raises(NotOfKind):
        national_id(number, "DE")


def test_languages_are_those_of_iso_639_1_in_small_letters() -> None:
    assert [language(each) for each in ("de", "DE", "ar", "Fr", "zu")] == ["de", "de", "ar", "fr", "zu"]
    for wrong in ("", "d", "de-AT", "deu", "xx", "d e", "zh-Hant", "root"):
        with pytest.raises(NotOfKind):
            language(wrong)


def test_time_zones_are_those_of_the_iana_database() -> None:
    assert [time_zone(each) for each in ("Europe/Dublin", "UTC")] == ["Europe/Dublin", "UTC"]
    for wrong in ("europe/dublin", "Europe/Nowhere", "+01:00", "../UTC", "/etc/passwd", "posix"):
        with pytest.raises(NotOfKind):
            time_zone(wrong)
