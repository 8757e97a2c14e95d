"""The form in which names are compared."""

import pytest

from services.kyc.names import Name, folded, readings, skeleton


@pytest.mark.parametrize(
    "text, name",
    [
        ("Müller, JOSÉ", ("muler", "iose")),
        ("Øystein  Kaldvåg", ("oistein", "kaldvag")),
        ("Dr. Qasim al-Dhahirani", ("kasim", "dahirani")),
        ("Straßgruber", ("strasgruber",)),
        ("J. Malkhovets", ("j", "malhovets")),
        ("张晓明", ("jang", "ksiao", "ming")),
        ("Ben Ali", ("ben", "ali")),
        ("Red Heron Shipping LLC", ("red", "heron", "shiping")),
    ],
)
def test_a_name_has_one_form(text: str, name: Name) -> None:
    (found,) = readings(text)
    assert tuple(map(folded, found)) == name


@pytest.mark.parametrize(
    "texts",
    [
        ("Хрущева", "Khrushcheva", "Khruschtschewa"),
        ("Цэндийн", "Tsendiin", "Tsendiyn"),
        ("Yusuf", "Youssuf", "Юсуф", "Iusuf"),
        ("Жанна", "Zhanna", "Djanna"),
        ("Khalid", "Halid", "Khaalid"),
        ("Seong Yeong", "Sung Young"),
    ],
)
def test_one_sound_has_one_spelling(texts: tuple[str, ...]) -> None:
    assert len({tuple(map(folded, readings(text)[0])) for text in texts}) == 1


def test_a_word_of_lookalikes_is_read_both_ways() -> None:
    assert readings("Сосо") == (("soso",), ("coco",))


def test_a_name_without_letters_has_no_reading() -> None:
    assert readings("--") == readings("\u3164\u200b") == ()


def test_vowels_are_no_part_of_the_skeleton() -> None:
    assert {skeleton(folded(readings(name)[0][0])) for name in ("Mohammed", "Muhammad", "Mohamed")} == {"mhmd"}
