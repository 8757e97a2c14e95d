"""How authorities write other scripts in Latin letters: each system is a table from letter to letters.

Written for the generator alone: what screening makes of a name is compared with tables that it does not share.
"""

from collections.abc import Mapping

Table = Mapping[str, str]

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


def _table(letters: str, spelled: str) -> Table:
    return dict(zip(letters, (each.strip("_") for each in spelled.split()), strict=True))


# BGN/PCGN as on English lists, the Russian passport (ICAO 9303), scholarly ISO 9, French and German passports.
RUSSIAN: tuple[Table, ...] = (
    _table(_RUSSIAN, "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"),
    _table(_RUSSIAN, "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia"),
    _table(_RUSSIAN, "a b v g d e ë ž z i j k l m n o p r s t u f h c č š šč _ y _ è ju ja"),
    _table(_RUSSIAN, "a b v g d e io j z i i k l m n o p r s t ou f kh ts tch ch chtch _ y _ e iou ia"),
    _table(_RUSSIAN, "a b w g d e jo sch s i i k l m n o p r s t u f ch z tsch sch schtsch _ y _ e ju ja"),
)
UKRAINIAN: tuple[Table, ...] = tuple(
    {**table, **_table("гґєиіїй'’", f"{g} g {ie} y i {yi} {y} _ _")}
    for table, g, ie, yi, y in zip(RUSSIAN[:2], "hh", ("ye", "ie"), ("yi", "i"), "yi", strict=True)
)
BULGARIAN: tuple[Table, ...] = (
    {**RUSSIAN[0], **_table("хъщйь", "h a sht y y")},
    {**RUSSIAN[0], **_table("хъщцьй", "h u sht c j j")},
)
MONGOLIAN: tuple[Table, ...] = (
    {**RUSSIAN[0], **_table("өүхцйы", "u u kh ts i y")},
    {**RUSSIAN[0], **_table("өүхцйы", "o u h ts y y")},
)
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω"
GREEK: tuple[Table, ...] = (
    _table(_GREEK, "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
    _table(_GREEK, "a v g d e z i th i k l m n x o p r s s t i f h ps o"),
)
# Pairs of Greek letters that stand for one sound, written before letter by letter.
_GREEK_PAIRS = {"ου": "ou", "μπ": "b", "ντ": "nt", "γκ": "gk", "γγ": "ng", "αυ": "av", "ευ": "ev"}
_BARE = str.maketrans("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ")


def romanised(word: str, table: Table) -> str:
    """A word in Latin letters, capital first as it was; what the table lacks stays."""
    small = word.lower()
    if table in GREEK:
        small = small.translate(_BARE)
        for pair, letters in _GREEK_PAIRS.items():
            small = small.replace(pair, letters)
    written = "".join(table.get(letter, letter) for letter in small)
    return "-".join(part.capitalize() for part in written.split("-"))


def spellings(word: str, tables: tuple[Table, ...]) -> tuple[str, ...]:
    """Every system's spelling, each once, the first system's first."""
    return tuple(dict.fromkeys(romanised(word, table) for table in tables))
