"""Names against the sanctions list."""

from datetime import UTC, datetime

import pytest

from services.kyc.model import ScreeningResult
from services.kyc.sanctions import current_list, likeness, normal_words

NOW = datetime(2030, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "name, words",
    [
        ("Müller, JOSÉ", ("jose", "muller")),
        ("Øystein  Kaldvåg", ("kaldvag", "oystein")),
        ("al-Dhahirani Qasim", ("al", "dhahirani", "qasim")),
        ("Straßgruber", ("strassgruber",)),
        ("--", ()),
    ],
)
def test_normal_words(name: str, words: tuple[str, ...]) -> None:
    assert normal_words(name) == words


@pytest.mark.parametrize(
    "name, number",
    [
        ("Grigor Malkhovets", "LF-0001"),
        ("MALKHOVETS GRIGOR", "LF-0001"),
        ("Grigor Malkovets", "LF-0001"),
        ("Григор Малховец", "LF-0001"),
        ("Mirela Strajescu Tomovic", "LF-0002"),
        ("Oystein Kaldvag", "LF-0003"),
        ("Jose Huertas del Risco", "LF-0004"),
        ("Dr. Ordan Vexley", "LF-0006"),
        ("Lucja Brzezowska", "LF-0007"),
        ("Wilhelmine Strassgruber", "LF-0010"),
    ],
)
def test_somebody_on_the_list_is_found(name: str, number: str) -> None:
    found = current_list().screen(name, NOW)
    assert found.result is ScreeningResult.MATCHED
    assert found.matched_entries == (number,)
    assert 88 <= found.score <= 100
    assert found.list_version == current_list().version


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Gri\u200bgor Mal\u00adkho\u2060vets", id="zero width space, soft hyphen, word joiner"),
        pytest.param("G\u3164rigor Malkho\uffa0vets", id="fillers"),
        pytest.param("Grig\u043er M\u0430lkh\u043ev\u0435ts", id="Cyrillic letters"),
        pytest.param("GR\u0399G\u039fR \u039c\u0391LKH\u039fVETS", id="Greek letters"),
        pytest.param("\U0001d50a\U0001d52f\U0001d526\U0001d524\U0001d52c\U0001d52f \U0001d510alkhovets", id="Fraktur"),
    ],
)
def test_what_looks_like_somebody_on_the_list_is_he(name: str) -> None:
    found = current_list().screen(name, NOW)
    assert (found.matched_entries, found.score) == (("LF-0001",), 100)


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "Grigor Petrov", "Ordan", "Maria Garcia", "José García Huertas", "Wilhelmine Gruber", "Li Wei"],
)
def test_somebody_else_is_clear(name: str) -> None:
    found = current_list().screen(name, NOW)
    assert (found.result, found.matched_entries) == (ScreeningResult.CLEAR, ())
    assert found.score < 88


def test_a_name_without_letters_cannot_be_cleared() -> None:
    found = current_list().screen("--", NOW)
    assert (found.result, found.matched_entries, found.score) == (ScreeningResult.MATCHED, (), 0)


def test_likeness_does_not_depend_on_the_order() -> None:
    one, other = normal_words("Ana Maria Lopez"), normal_words("Lopez Ana")
    assert likeness(one, other) == likeness(other, one) == 95
    assert likeness(one, one) == 100
