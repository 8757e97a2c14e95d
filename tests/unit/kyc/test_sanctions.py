"""Customers against the sanctions list."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.identifiers import DetailAgreement as A
from services.kyc.sanctions import SanctionsList, current_list, judged
from services.kyc.screening import Entry, HitOutcome, Screening, ScreeningResult, Subject

NOW = datetime(2030, 1, 2, tzinfo=UTC)


def screened(name: str) -> Screening:
    return current_list().screen(Subject(name), NOW)


@pytest.mark.parametrize(
    "name, number",
    [
        ("Grigor Malkhovets", "LF-0001"),
        ("MALKHOVETS GRIGOR", "LF-0001"),
        ("Grigor Malkovets", "LF-0001"),
        ("Gri-gor Mal-kho-vets", "LF-0001"),
        ("Mal kho vets, Gri gor", "LF-0001"),
        ("GrigorMalkhovets", "LF-0001"),
        ("G. Malkhovets", "LF-0001"),
        ("Григор Малховец", "LF-0001"),
        ("Mirela Strajescu Tomovic", "LF-0002"),
        ("Oystein Kaldvag", "LF-0003"),
        ("Jose Huertas del Risco", "LF-0004"),
        ("Kassem al Zahirani", "LF-0005"),
        ("قاسم الظهيراني", "LF-0005"),
        ("Dr. Ordan Vexley", "LF-0006"),
        ("Lucja Brzezowska", "LF-0007"),
        ("Цэндийн Батмөнхболд", "LF-0008"),
        ("Bat Munkh Bold Tsendiin", "LF-0008"),
        ("Wilhelmine Strassgruber", "LF-0010"),
        ("Red Heron Shipping Ltd", "LF-0011"),
    ],
)
def test_somebody_on_the_list_is_found(name: str, number: str) -> None:
    found = screened(name)
    assert found.result is ScreeningResult.MATCHED
    assert found.matched_entries == (number,)
    assert found.hits[0].score == found.score >= 82
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
    found = screened(name)
    assert (found.matched_entries, found.score) == (("LF-0001",), 100)


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "Grigor Petrov", "Anna Malkhovets", "Ordan", "Malkhovets", "Maria Garcia", "José García Huertas",
     "Wilhelmine Gruber", "Li Wei"],
)  # fmt: skip
def test_somebody_else_is_clear(name: str) -> None:
    found = screened(name)
    assert (found.result, found.matched_entries, found.hits) == (ScreeningResult.CLEAR, (), ())


# Marks, fillers, tags, and what turns the direction of writing: none of them shows.
UNSEEN = [chr(code) for code in (
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
    *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xE0061,
)]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(UNSEEN), st.integers(0, 17)), max_size=12))
def test_what_nobody_sees_hides_nobody(marks: list[tuple[str, int]]) -> None:
    text = "Grigor Malkhovets"
    for mark, place in marks:
        text = text[:place] + mark + text[place:]
    found = screened(text)
    assert (found.matched_entries, found.score) == (("LF-0001",), 100), ascii(text)


@pytest.mark.parametrize("name", ["--", "\u200b\u202e", "J. B.", "B", "a b c", "\ufdfa" * 200])
def test_a_name_that_is_comparable_with_none_cannot_be_cleared(name: str) -> None:
    found = screened(name)
    assert (found.result, found.matched_entries, found.score) == (ScreeningResult.MATCHED, (), 0)


def test_a_hit_says_which_parts_are_alike() -> None:
    (hit,) = screened("Malkovets G.").hits
    assert hit.listed_name == "Grigor Malkhovets"
    assert {(part.given, part.listed) for part in hit.parts} == {("malkovets", "malhovets"), ("g", "grigor")}
    assert all(part.score for part in hit.parts)


LISTED = SanctionsList("1", (Entry("E-1", ("Grigor Malkhovets",), ("1961-04-03",), ("RU",)),))


@pytest.mark.parametrize(
    "birth_date, country, outcome",
    [
        ("", "", HitOutcome.POSSIBLE),
        ("", "RU", HitOutcome.POSSIBLE),
        ("1961-04-03", "RU", HitOutcome.CONFIRMED),
        ("1961-04-03", "", HitOutcome.CONFIRMED),
        ("1961-04-03", "FR", HitOutcome.POSSIBLE),
        ("1961-03-04", "RU", HitOutcome.POSSIBLE),
        ("1984-10-11", "RU", HitOutcome.RULED_OUT),
    ],
)
def test_birth_date_and_country_confirm_or_rule_out(birth_date: str, country: str, outcome: HitOutcome) -> None:
    found = LISTED.screen(Subject("Grigor Malkhovets", birth_date, (country,)), NOW)
    assert [hit.outcome for hit in found.hits] == [outcome]
    assert found.matched_entries == (() if outcome is HitOutcome.RULED_OUT else ("E-1",))
    clear = outcome is HitOutcome.RULED_OUT
    assert found.result is (ScreeningResult.CLEAR if clear else ScreeningResult.MATCHED)


@given(st.integers(0, 100), st.sampled_from(A))
def test_a_name_alone_never_confirms(score: int, country: A) -> None:
    for date in (A.UNKNOWN, A.NEAR, A.DIFFERENT):
        assert judged(score, date, country) is not HitOutcome.CONFIRMED


@pytest.mark.parametrize("text", ["Malkhovets Tsendiin Ke-i-ta-la Grigor", "Ke i ta la Malkhovets Grigor Tsendiin"])
def test_pieces_that_look_like_particles_hide_nobody(text: str) -> None:
    listed = SanctionsList("1", (Entry("E-1", ("Grigor Malkhovets Tsendiin Keitala",)),))
    assert listed.screen(Subject(text), NOW).matched_entries == ("E-1",)


@pytest.mark.parametrize(
    "listed, text",
    [
        ("Grigor Aleksandrovich Malkhovets", "Gri-gor Mal-kho-vets"),
        ("Grigor Aleksandrovich Malkhovets", "Grigor Mal-khovets"),
        ("Grigor Aleksandrovich Malkhovets", "GrigorMalkhovets"),
        ("Grigor Aleksandrovich Malkhovets", "MalkhovetsGrigor"),
        ("Grigor Aleksandrovich Malkhovets", "Gri-gor Alek-sandro-vich Mal-kho-vets"),
        ("GrigorMalkhovets", "Grigor Aleksandrovich Malkhovets"),
        ("Grigor Malkhovets", "G r i g o r M a l k h o v e t s"),
        ("Grigor Malkhovets", "G-r-i-g-o-r Malkho-v-e-t-s"),
        ("Osama bin Laden", "Usama Binladin"),
        ("Osama Binladin", "Usama bin Laden"),
        ("Jan van den Berg", "Jan Vandenberg"),
        ("Juan de la Cruz", "Juan Delacruz"),
        ("Omar Abu Bakr", "Omar Abubakr"),
        ("Saleh Al Ali", "Saleh Alali"),
    ],
)
def test_other_cuts_of_a_name_hide_nobody(listed: str, text: str) -> None:
    found = SanctionsList("1", (Entry("E-1", (listed,), ("1961-04-03",), ("RU",)),))
    assert found.screen(Subject(text, "1961-04-03", ("RU",)), NOW).matched_entries == ("E-1",)


@pytest.mark.parametrize(
    "listed, text",
    [
        ("Grigor Malkhovets", "Mal-khovets"),
        ("Grigor Malkhovets", "Mal-khovets Tsendiin"),
        ("Saleh Al Mazrui", "Saleh Al Harbi"),
        ("Juan de la Cruz", "Juan de la Fuente"),
        ("Osama bin Laden", "Osama bin Zayed"),
        ("John Ronald Reuel Tolkien", "J R R Malkhovets"),
    ],
)
def test_a_part_in_common_makes_no_match_however_it_is_cut(listed: str, text: str) -> None:
    found = SanctionsList("1", (Entry("E-1", (listed,), ("1961-04-03",), ("RU",)),))
    assert found.screen(Subject(text, "1961-04-03", ("RU",)), NOW).result is ScreeningResult.CLEAR


WORDS = ["Grigor", "Aleksandrovich", "Malkhovets", "Keitala"]


@given(st.permutations(WORDS), st.sampled_from(WORDS), st.lists(st.sampled_from(["", " ", "-"]), min_size=60))
def test_cuts_hide_nobody_when_a_part_is_missing_and_others_are_joined(
    words: list[str], missing: str, between: list[str]
) -> None:
    """Every syllable may stand apart, and words may not."""
    syllables = {"Grigor": "Gri gor", "Aleksandrovich": "Alek sandro vich", "Malkhovets": "Mal kho vets"}
    kept = [word for word in words if word != missing]
    pieces = [piece for word in kept for piece in syllables.get(word, "Kei tala").split()]
    text = "".join(piece + gap for piece, gap in zip(pieces, between, strict=False))
    listed = SanctionsList("1", (Entry("E-1", (" ".join(words),), ("1961-04-03",)),))
    assert listed.screen(Subject(text, "1961-04-03"), NOW).matched_entries == ("E-1",)


@given(st.permutations(["Grigor", "Malkhovets", "Tsendiin", "Keitala"]), st.sets(st.integers(1, 28), max_size=3))
def test_order_and_splits_hide_nobody(words: list[str], cuts: set[int]) -> None:
    listed = SanctionsList("1", (Entry("E-1", ("Grigor Malkhovets Tsendiin Keitala",)),))
    text = "".join(letter + ("-" if place in cuts else "") for place, letter in enumerate(" ".join(words)))
    assert listed.screen(Subject(text), NOW).matched_entries == ("E-1",)


@pytest.mark.parametrize(
    ("listed", "given"),
    [
        ("Khaled al-Libi", "Kh-al-ed al-Libi"),
        ("Othman Walid al-Tamimi", "Ot-hm-an al-Tamimi"),
        ("Hassan Maryam al-Tamimi", "Ha-ss-an al-Tamimi"),
        ("Hassan Saeed Nasser al-Husseini", "Ha-ss-an Sa-eed Na sser al-Husseini"),
        ("Yousef Zainab Hassan Khoury", "Yo us ef Ha-ss-an Kh ou ry"),
        ("Fatima Othman al-Sudani", "Fa-ti-ma Ot-hm-an al-Sudani"),
        ("Giuliana Donatella Meucci", "Giul-iana Me uc ci"),
        ("Michael Anton Schuster", "Mic-hael S-chuster"),
    ],
)
def test_a_cut_within_a_sound_hides_nobody(listed: str, given: str) -> None:
    found = SanctionsList("1", (Entry("1", (listed,)),)).screen(Subject(given), NOW)
    assert (found.matched_entries, found.score >= 90) == (("1",), True), found.score


def test_a_particle_that_a_name_has_more_is_no_missing_part() -> None:
    against = SanctionsList("1", (Entry("1", ("Khaled Mustafa Hussein Libi",)),))
    assert against.screen(Subject("Kh-al-ed Mus-ta-fa Hus-se-in al-Libi"), NOW).score == 100
