"""What people write: names in every script come through, invisible characters do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kinds.errors import NotOfKind
from services.kinds.texts import line, lines, person_name

# As they are written, and as they are kept.
NAMES = [
    ("Ada Lovelace", "Ada Lovelace"),
    ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
    ("Дмитрий Шостакович", "Дмитрий Шостакович"),
    ("Σοφία Κόρη", "Σοφία Κόρη"),
    ("فاطمه علی\u200cرضا", "فاطمه علی\u200cرضا"),
    ("ශ්\u200dරී ජයසිංහ", "ශ්\u200dරී ජයසිංහ"),
    ("शर्मा", "शर्मा"),
    ("สมชาย ใจดี", "สมชาย ใจดี"),
    ("山田\u3000太郎", "山田 太郎"),
    ("\u1100\u1161\u11a8", "각"),
    ("דוד בן־גוריון", "דוד בן־גוריון"),
    ("Nguyễn Thị Minh", "Nguyễn Thị Minh"),
    ("D’Arcy-O'Neil, Jr.", "D’Arcy-O'Neil, Jr."),
    ("Maria\u00a0 (Mia)  Weber", "Maria (Mia) Weber"),
    ("Henry VIII 2nd", "Henry VIII 2nd"),
]
UNSEEN = [*map(chr, range(0x200B, 0x2010)), *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
UNSEEN += ["\u2060", "\ufeff", "\u00ad", "\u061c", "\u034f", "\u115f", "\u3164", "\uffa0", "\U000e0041", "\u180e"]
CONTROLS = ["\0", "\a", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ue000", "\U000f0000", "\ufffe", "\u0378"]


@pytest.mark.parametrize(("written", "kept"), NAMES)
def test_names_of_every_script_are_kept_composed(written: str, kept: str) -> None:
    assert person_name(written) == kept


@pytest.mark.parametrize("each", [*UNSEEN, *CONTROLS, "\n", "\t", "\r"])
def test_nothing_unseen_stands_in_a_name(each: str) -> None:
    for name in (each * 2, f"Ada{each}Lovelace", f"{each}Ada", f"Ada{each}", f"Ada {each} Lovelace"):
        with pytest.raises(NotOfKind):
            person_name(name)


@pytest.mark.parametrize("each", [*UNSEEN, *CONTROLS])
def test_nothing_unseen_stands_in_a_text(each: str) -> None:
    for text in (each, f"a{each}b"):
        with pytest.raises(NotOfKind):
            line(text)
        with pytest.raises(NotOfKind):
            lines(text)


@pytest.mark.parametrize(
    "name",
    [
        "\u00a0\u00a0",
        "\u3000",
        "  ",
        "..",
        "-",
        "12",
        "\u0301\u0302",
        " \u0301Ada",
        "Zal\u0300\u0301\u0302\u0303\u0304go",
    ],
)
def test_without_a_letter_or_with_a_mark_on_nothing_it_is_no_name(name: str) -> None:
    with pytest.raises(NotOfKind):
        person_name(name)


@pytest.mark.parametrize(
    "name", ["<b>Ada</b>", "Ada; DROP", "Ada=1", "{{ada}}", "Ada 👩", "Ada @home", "\u2800\u2800a"]
)
def test_signs_that_no_name_has_are_refused(name: str) -> None:
    with pytest.raises(NotOfKind):
        person_name(name)


def test_lines_keep_their_ends_and_a_line_has_none() -> None:
    assert lines("first\r\nsecond\rthird\n\tfourth") == "first\nsecond\nthird\n\tfourth"
    for end in ("\n", "\r", "\t", "\v", "\f"):
        with pytest.raises(NotOfKind):
            line(f"a{end}b")


@pytest.mark.parametrize("text", ["\u00a0", " \u2003 ", "\u0301"])
def test_a_text_has_something_to_be_seen(text: str) -> None:
    for kind in (line, lines):
        with pytest.raises(NotOfKind):
            kind(text)


@pytest.mark.parametrize("text", ["Café ❤\ufe0f", "👩\u200d🍳", "100 % – “ok” <x>", "می\u200cخواهم"])
def test_what_shapes_its_neighbours_stays(text: str) -> None:
    assert line(text) == lines(text) == text


@given(st.text(max_size=12))
def test_what_passes_is_normal_and_passes_again(text: str) -> None:
    for kind in (person_name, line, lines):
        try:
            kept = kind(text)
        except NotOfKind:
            continue
        assert kind(kept) == kept == unicodedata.normalize("NFC", kept)
        assert not {unicodedata.category(each) for each in kept} & {"Co", "Cs", "Cn", "Zl", "Zp"}
