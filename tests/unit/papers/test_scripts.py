"""In which scripts papers are printed is written down, and what is not printed is refused by letter and fonts."""

import pytest

from services.papers import Unprintable, unprintable
from services.papers.fonts import FAMILIES
from tests.factories.documents import document
from tests.unit.papers.scripts import PAGE, letters_of, page


def test_the_page_says_what_the_fonts_have() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.unit.papers.scripts"


PRINTED = ["Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Devanagari", "Thai", "Han", "Hangul"]


@pytest.mark.parametrize("name", PRINTED)
def test_the_scripts_of_the_packaged_fonts_are_printed(name: str) -> None:
    assert f"| {name} | no font" not in PAGE.read_text(encoding="utf-8")
    assert unprintable(letters_of(name)[:20]) == ""


@pytest.mark.parametrize("name", ["Georgian", "Khmer", "Tamil", "Ethiopic"])
def test_a_name_in_a_script_without_a_font_is_refused_by_its_letters_and_the_fonts(name: str) -> None:
    letters = letters_of(name)[:2]
    assert unprintable(letters) == letters
    paper = document("payoff-v1", "en")
    with pytest.raises(Unprintable) as refused:
        type(paper)(paper.form, paper.reference, paper.made, {**paper.values, "borrower": f"Anna {letters}"}).pdf()
    assert refused.value.characters == letters
    for said in (*FAMILIES.values(), f"U+{ord(letters[0]):04X}", name.upper()):
        assert said in str(refused.value)
