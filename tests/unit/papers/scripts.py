"""Which scripts the papers are printed in: docs/scripts.md, made of the fonts that there are.

usage: python -m tests.unit.papers.scripts
"""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.papers.fonts import FAMILIES
from services.papers.typesetting import prints, unprintable

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scripts.md"
# By the name of Unicode, where its letters are: those of its first block, without what only scholars write.
SCRIPTS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "Latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)), "Greek": ((0x386, 0x3CE),),
    "Cyrillic": ((0x400, 0x45F), (0x490, 0x4FF)), "Arabic": ((0x620, 0x64A), (0x671, 0x6D3)),
    "Hebrew": ((0x5D0, 0x5EA),), "Devanagari": ((0x904, 0x939),), "Thai": ((0xE01, 0xE30),),
    "Han": ((0x4E00, 0x9FA5),), "Hiragana": ((0x3041, 0x3096),), "Katakana": ((0x30A1, 0x30FA),),
    "Hangul": ((0xAC00, 0xD7A3),), "Bopomofo": ((0x3105, 0x312F),),
    "Armenian": ((0x531, 0x556), (0x561, 0x586)), "Bengali": ((0x985, 0x9B9),),
    "Canadian Syllabics": ((0x1401, 0x166C),),
    "Cherokee": ((0x13A0, 0x13F5),), "Ethiopic": ((0x1200, 0x135A),), "Georgian": ((0x10D0, 0x10FA),),
    "Gujarati": ((0xA85, 0xAB9),), "Gurmukhi": ((0xA05, 0xA39),), "Kannada": ((0xC85, 0xCB9),),
    "Khmer": ((0x1780, 0x17B3),), "Lao": ((0xE81, 0xEB0),), "Malayalam": ((0xD05, 0xD39),),
    "Mongolian": ((0x1820, 0x1842),), "Myanmar": ((0x1000, 0x102A),), "N'Ko": ((0x7CA, 0x7EA),),
    "Odia": ((0xB05, 0xB39),),
    "Sinhala": ((0xD85, 0xDC6),), "Syriac": ((0x710, 0x72F),), "Tamil": ((0xB85, 0xBB9),), "Telugu": ((0xC05, 0xC39),),
    "Thaana": ((0x780, 0x7A5),),
    "Tibetan": ((0xF40, 0xF6C),), "Tifinagh": ((0x2D30, 0x2D67),), "Yi": ((0xA000, 0xA48C),),
}  # fmt: skip
# Of scripts of thousands of letters so many are tried, evenly spread.
_TRIED = 240
_HEAD = """# Scripts

In which scripts names and addresses are printed: on papers, and in the letters that go out with mails. Made by
`python -m tests.unit.papers.scripts`, and held by a test against the fonts that are installed.

A letter that no font has is refused where it comes in, with its name and those of the fonts: as a name or an address
(`TEXT_UNPRINTABLE`, `services/customer/printable.py`), in the texts of papers when a service starts
(`services/papers/forms.py`). Whatever got past that, such as a name from before a font was given up, is refused by the
paper and never printed as a box: it is made of no page but the whole text, or not at all
(`services/papers/typesetting.py`). In the page of a mail the reader's device has the fonts, and a text message has
none; a mail whose letter cannot be printed goes out without it, and says so in the log.

A person whose name is in another script gives it in Latin letters, as the machine-readable zone of their passport has
it (ICAO Doc 9303, part 3).

"""


def page() -> str:
    """The page."""
    rows = "".join(f"| {name} | {_told(letters)} | {' · '.join(letters[:6])} |\n" for name, letters in _all())
    order = f"The fonts, in the order in which a letter is looked for: {', '.join(FAMILIES.values())}."
    return f"{_HEAD}{order}\n\n{_TABLE}{rows}"


_TABLE = "| script | printed by | letters such as |\n|---|---|---|\n"


def letters_of(name: str) -> str:
    """The letters of a script that are tried."""
    found = [chr(point) for first, last in SCRIPTS[name] for point in range(first, last + 1)]
    letters = [each for each in found if unicodedata.category(each)[0] == "L"]
    return "".join(letters[:: max(1, len(letters) // _TRIED)])


def _all() -> Iterator[tuple[str, str]]:
    yield from ((name, letters_of(name)) for name in sorted(SCRIPTS))


def _told(letters: str) -> str:
    fonts = [family for family in FAMILIES.values() if prints(letters, [family])]
    if fonts:
        return fonts[0]
    if prints(letters):
        return "several fonts"
    few = letters[:3]
    lacking = unprintable(few)
    return "no font" if len(lacking) == len(few) else "no font has all of its letters"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
