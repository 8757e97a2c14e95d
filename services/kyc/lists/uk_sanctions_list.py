"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, which OFSI's list has given way to."""

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.kyc.lists.reading import ListFile, Refused, check_whole, children, elements, entry, texts
from services.kyc.screening import Entry

_PARTS = range(1, 7)
_COLUMNS = (
    "Unique ID", *(f"Name {part}" for part in _PARTS), "Name non-latin script", "D.O.B", "Nationality(/ies)",
    "Address Country",
)  # fmt: skip
_INDIVIDUAL = "IndividualDetails/Individual"


def uk_xml(path: Path) -> ListFile:
    """UK-Sanctions-List.xml: one Designation for each person, entity or ship."""
    made, entries = "", []
    for name, each in elements(path, "Designations", "DateGenerated", "Designation"):
        if name == "DateGenerated":
            made = _iso("".join(each.itertext()).strip())
            continue
        names = [_joined(texts(one, f"Name{part}") for part in _PARTS) for one in children(each, "Names/Name")]
        names += texts(each, "NonLatinNames/NonLatinName/NameNonLatinScript")
        dates = [_birth_date(text) for text in texts(each, f"{_INDIVIDUAL}/DOBs/DOB")]
        countries = [
            *texts(each, f"{_INDIVIDUAL}/Nationalities/Nationality"),
            *texts(each, "Addresses/Address/AddressCountry"),
        ]
        number = "".join(texts(each, "UniqueID")[:1])
        entries.append(entry(each.sourceline or 1, number, names, dates, countries))
    return ListFile(made, tuple(entries))


def uk_csv(path: Path) -> ListFile:
    """UK-Sanctions-List.csv: a line for each name, those of one target under one Unique ID; the first has the date."""
    check_whole(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        first, header = next(reader, []), next(reader, [])
        lacking = [column for column in _COLUMNS if column not in header]
        if lacking:
            raise Refused(2, f"no column {', '.join(lacking)}")
        targets: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
        for row in reader:
            if len(row) != len(header):
                raise Refused(reader.line_num, f"{len(row)} fields, and not {len(header)}")
            values = dict(zip(header, row, strict=True))
            targets.setdefault(values["Unique ID"].strip(), []).append((reader.line_num, values))
    made = _iso(" ".join(first))
    return ListFile(made, tuple(_target(number, rows) for number, rows in targets.items()))


def _target(number: str, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Entry:
    names, dates, countries, lines = list[str](), list[str](), list[str](), list[int]()
    for line, values in rows:
        lines.append(line)
        names += [_joined([values[f"Name {part}"]] for part in _PARTS), values["Name non-latin script"]]
        dates += [_birth_date(each) for each in _several(values["D.O.B"])]
        countries += [*_several(values["Nationality(/ies)"]), *_several(values["Address Country"])]
    return entry(lines[0], number, names, dates, countries)


def _several(text: str) -> list[str]:
    """What stands in one field: `(1) Russia (2) Cyprus`, or `Russia | Cyprus`."""
    return [each.strip() for each in re.split(r"\s*(?:\(\d+\)|\|)\s*", text) if each.strip(" .")]


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return " ".join(text.strip() for part in parts for text in part if text.strip())


def _birth_date(text: str) -> str:
    """`dd/mm/1961` stands for the year alone, `dd/04/1961` for the month."""
    return re.sub(r"^dd/", "00/", re.sub(r"^dd/mm/", "00/00/", text.strip(), flags=re.IGNORECASE), flags=re.IGNORECASE)


def _iso(text: str) -> str:
    """The day of `27/11/2026`, `2026-11-27` or `27-Nov-2026`, wherever it stands in the text; empty when none does."""
    if found := re.search(r"(\d{4})-(\d{2})-(\d{2})", text):
        return found[0]
    if found := re.search(r"(\d{2})/(\d{2})/(\d{4})", text):
        return f"{found[3]}-{found[2]}-{found[1]}"
    months = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    found = re.search(rf"(\d{{1,2}})[- ]({'|'.join(months)})[a-z]*[- ](\d{{4}})", text, re.IGNORECASE)
    return f"{found[3]}-{months.index(found[2].lower()) + 1:02}-{int(found[1]):02}" if found else ""
