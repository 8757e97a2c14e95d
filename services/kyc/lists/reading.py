"""What every reader of a list file needs: its lines, its refusal, its elements, dates and countries in one form.

A date or a country that is not understood leaves the entry without any of its kind: it then rules no one out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pycountry
from lxml import etree

from services.kyc.screening import Entry, Listing

# What authorities write and ISO 3166 does not.
_COUNTRIES = {
    "russia": "RU", "iran": "IR", "syria": "SY", "burma": "MM", "north korea": "KP", "korea, north": "KP",
    "south korea": "KR", "korea, south": "KR", "turkey": "TR", "cote d ivoire": "CI", "ivory coast": "CI",
    "congo, democratic republic of the": "CD", "democratic republic of the congo": "CD", "congo": "CG",
    "palestinian": "PS", "kosovo": "XK", "united states of america": "US", "the gambia": "GM", "laos": "LA",
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# What no store takes: NUL, and halves of surrogate pairs, which JSON can write.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
# How SDN.CSV ends.
_END = ["\x1a"]
# No date is so long, nor any name; what is, is what a slip makes of the rest of a file.
_LONGEST_DATE, _LONGEST_NAME = 100, 2000
_YEAR = "([12][0-9]{3})"
_WHOLE = ("%d %b %Y", "%d %B %Y", "%Y-%m-%d", "%d/%m/%Y")
_MONTH = ("%b %Y", "%B %Y", "%Y-%m")


@dataclass(frozen=True)
class ListFile:
    """A list as its file has it: `date` is when its authority made it, ISO, or empty when the file does not say."""

    date: str
    entries: tuple[Entry, ...]


class Refused(Exception):
    """A file that is no list of its source: the line, from 1, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


def elements(path: Path, root: str, *names: str) -> Iterator[tuple[str, etree._Element]]:
    """Each element of these names, whole, without namespaces; nothing outside the file is read, no entity expanded."""
    with path.open("rb") as file:
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        try:
            for event, element in etree.iterparse(file, events=("start", "end"), **safe):
                if not isinstance(element.tag, str):
                    continue
                name = element.tag.rpartition("}")[2]
                if element.getparent() is None and event == "start":
                    _check_root(element, name, root)
                if event == "end" and name in names:
                    yield name, element
                    element.clear(keep_tail=True)
        except etree.XMLSyntaxError as error:
            raise Refused(error.lineno or 1, error.msg or "no XML") from error


def _check_root(element: etree._Element, name: str, root: str) -> None:
    if element.getroottree().docinfo.doctype:
        raise Refused(1, "a document type is declared: the published lists have none")
    if name != root:
        raise Refused(element.sourceline or 1, f"the root is {name}, and not {root}")


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file, each with its line; Refused when the last line, or a quote, has no end."""
    content = path.read_bytes()
    if not content.endswith((b"\n", b"\x1a")):
        raise Refused(content.count(b"\n") + 1, "the last line is not finished")
    reader = csv.reader(io.StringIO(decoded(content), newline=""))
    row, first, last = list[str](), 1, 0
    try:
        for row in reader:
            first, last = last + 1, reader.line_num
            yield last, row
    except csv.Error as error:
        raise Refused(reader.line_num, f"no CSV: {error}") from error
    if row and row != _END and row[-1].endswith(("\n", "\x1a")):
        # All lines from there on were read as one field: those whom they name would be on no list.
        raise Refused(first, "a quote has no end")


def decoded(content: bytes, first: int = 1) -> str:
    """The text of bytes that begin on line `first`; Refused when they are no UTF-8."""
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(first + content.count(b"\n", 0, error.start), f"no UTF-8: {error.reason}") from error


def texts(element: etree._Element, path: str) -> list[str]:
    """The texts below an element at a path of local names, such as `akaList/aka/lastName`; empty ones left out."""
    steps = "/".join(step if step.startswith("@") else f"*[local-name()='{step}']" for step in path.split("/"))
    found = element.xpath(steps)
    assert isinstance(found, list)
    values = (each if isinstance(each, str) else "".join(each.itertext()) for each in found)
    return [value.strip() for value in values if value.strip()]


def children(element: etree._Element, path: str) -> list[etree._Element]:
    """The elements at a path of local names."""
    found = element.xpath("/".join(f"*[local-name()='{step}']" for step in path.split("/")))
    assert isinstance(found, list)
    return found


class Entries:
    """The entries of a file, one after the other; Refused where one is there twice."""

    def __init__(self) -> None:
        self._found: dict[str, Entry] = {}

    def add(
        self, line: int, number: str, names: Iterable[str], dates: Iterable[str], countries: Iterable[str],
        listing: Listing = Listing.SANCTION, positions: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Takes one in; see entry()."""
        made = entry(line, number, names, dates, countries, listing, positions)
        if made.number in self._found:
            raise Refused(line, f"entry {made.number} is there twice")
        self._found[made.number] = made

    def of(self, made: str) -> ListFile:
        """All of them as the list that its authority made on that day."""
        return ListFile(made, tuple(self._found.values()))


def entry(
    line: int, number: str, names: Iterable[str], dates: Iterable[str], countries: Iterable[str],
    listing: Listing = Listing.SANCTION, positions: Iterable[str] = (),
) -> Entry:  # fmt: skip
    """An entry in one form; Refused without number or name, and with characters that are none."""
    number, known, held = number.strip(), _each_once(names), _each_once(positions)
    if not number or not known:
        raise Refused(line, "an entry without a number" if not number else f"entry {number} has no name")
    if not any(map(str.isalnum, "".join(known))):
        raise Refused(line, f"entry {number} has no name of letters")
    if max(map(len, known)) > _LONGEST_NAME:
        raise Refused(line, f"entry {number} has a name of more than {_LONGEST_NAME} characters")
    if any(map(_UNWRITABLE.search, (number, *known, *held))):
        raise Refused(line, "a character that is none: NUL, or half of a pair")
    return Entry(number, known, _all(map(date, dates)), _all(map(country, countries)), listing, held)


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(each.split()) for each in texts if each.strip()))


def _all(found: Iterable[str]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(found))
    return values if all(values) else ()


def day(line: int, year: str, month: str, day: str) -> str:
    """The ISO date of numbers; Refused when the calendar has no such day."""
    try:
        return datetime(int(year), int(month), int(day)).date().isoformat()  # noqa: DTZ001 a date has no zone
    except (ValueError, OverflowError) as error:
        raise Refused(line, f"no date: {year}-{month}-{day}") from error


def issued(line: int, text: str) -> str:
    """The ISO date of `27/11/2026`, `2026-11-27` or `27-Nov-2026`, wherever it stands in the text; empty without one.

    Refused when it is no day.
    """
    if found := re.search(r"(\d{4})-(\d{2})-(\d{2})", text):
        return day(line, found[1], found[2], found[3])
    if found := re.search(r"(\d{2})/(\d{2})/(\d{4})", text):
        return day(line, found[3], found[2], found[1])
    found = re.search(rf"(\d{{1,2}})[- ]({'|'.join(_MONTHS)})[a-z]*[- ](\d{{4}})", text, re.IGNORECASE)
    return day(line, found[3], str(_MONTHS.index(found[2].lower()) + 1), found[1]) if found else ""


def date(text: str) -> str:
    """`10 Dec 1948`, `Sep 1960`, `1958 to 1962`, `circa 1961`, `00/00/1961` as identifiers.py has them; else empty."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST_DATE:
        return ""
    years = re.fullmatch(rf"(?:.*\s)?{_YEAR}\s*(?:to|-|/|and)\s*(?:.*\s)?{_YEAR}", plain, re.IGNORECASE)
    if years:
        return "/".join(sorted(years.groups()))
    about = re.fullmatch(rf"(?:circa|c\.|approximately|about)\s*(?:.*\s)?{_YEAR}", plain, re.IGNORECASE)
    if about:
        return f"~{about[1]}"
    plain = re.sub(r"^00/00/", "", plain)
    if re.fullmatch(_YEAR, plain):
        return plain
    if found := re.fullmatch(r"00/(\d{2})/(\d{4})", plain):
        plain = f"{found[2]}-{found[1]}"
    return _written(plain, _WHOLE, "%Y-%m-%d") or _written(plain, _MONTH, "%Y-%m")


def _written(text: str, forms: Iterable[str], iso: str) -> str:
    for form in forms:
        try:
            found = datetime.strptime(text, form).strftime(iso)  # noqa: DTZ007 a date has no zone
        except ValueError:
            continue
        # Nobody was born in the year 61: a slip is to rule no one out.
        return found if re.match(_YEAR, found) else ""
    return ""


@cache
def country(text: str) -> str:
    """A country's ISO 3166-1 alpha-2 code, of its name or code; empty when it is none."""
    plain = text.strip()
    if plain.lower() in _COUNTRIES:
        return _COUNTRIES[plain.lower()]
    try:
        return str(pycountry.countries.lookup(plain).alpha_2)
    except LookupError:
        return ""
