"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, which OFSI's list has given way to."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.kyc.lists.reading import Entries, ListFile, Refused, children, elements, issued, rows, texts

_PARTS = range(1, 7)
_COLUMNS = (
    "Unique ID", *(f"Name {part}" for part in _PARTS), "Name non-latin script", "D.O.B", "Nationality(/ies)",
    "Address Country",
)  # fmt: skip
_INDIVIDUAL = "IndividualDetails/Individual"


def uk_xml(path: Path) -> ListFile:
    """UK-Sanctions-List.xml: one Designation for each person, entity or ship."""
    made, entries = "", Entries()
    for name, each in elements(path, "Designations", "DateGenerated", "Designation"):
        if name == "DateGenerated":
            made = issued(each.sourceline or 1, "".join(each.itertext()))
            continue
        names = [_joined(texts(one, f"Name{part}") for part in _PARTS) for one in children(each, "Names/Name")]
        names += texts(each, "NonLatinNames/NonLatinName/NameNonLatinScript")
        dates = [_birth_date(text) for text in texts(each, f"{_INDIVIDUAL}/DOBs/DOB")]
        countries = [
            *texts(each, f"{_INDIVIDUAL}/Nationalities/Nationality"),
            *texts(each, "Addresses/Address/AddressCountry"),
        ]
        number = "".join(texts(each, "UniqueID")[:1])
        entries.add(each.sourceline or 1, number, names, dates, countries)
    return entries.of(made)


def uk_csv(path: Path) -> ListFile:
    """UK-Sanctions-List.csv: a line for each name, those of one target under one Unique ID; the first has the date."""
    reader = rows(path)
    (_, first), (_, header) = next(reader, (1, [])), next(reader, (2, []))
    lacking = [column for column in _COLUMNS if column not in header]
    if lacking:
        raise Refused(2, f"no column {', '.join(lacking)}")
    targets: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for line, row in reader:
        if len(row) != len(header):
            raise Refused(line, f"{len(row)} fields, and not {len(header)}")
        values = dict(zip(header, row, strict=True))
        targets.setdefault(values["Unique ID"].strip(), []).append((line, values))
    entries = Entries()
    for number, of_one in targets.items():
        entries.add(of_one[0][0], number, *_details(of_one))
    return entries.of(issued(1, " ".join(first)))


def _details(of_one: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[str], list[str], list[str]]:
    """Names, birth dates and countries of one target's lines."""
    names, dates, countries = list[str](), list[str](), list[str]()
    for _, values in of_one:
        names += [_joined([values[f"Name {part}"]] for part in _PARTS), values["Name non-latin script"]]
        dates += [_birth_date(each) for each in _several(values["D.O.B"])]
        countries += [*_several(values["Nationality(/ies)"]), *_several(values["Address Country"])]
    return names, dates, countries


def _several(text: str) -> list[str]:
    """What stands in one field: `(1) Russia (2) Cyprus`, or `Russia | Cyprus`."""
    return [each.strip() for each in re.split(r"\s*(?:\(\d+\)|\|)\s*", text) if each.strip(" .")]


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return " ".join(text.strip() for part in parts for text in part if text.strip())


def _birth_date(text: str) -> str:
    """`dd/mm/1961` stands for the year alone, `dd/04/1961` for the month."""
    return re.sub(r"^dd/", "00/", re.sub(r"^dd/mm/", "00/00/", text.strip(), flags=re.IGNORECASE), flags=re.IGNORECASE)
