"""The readers of the published formats, each from a file to its entries; Refused names the line that is broken.

- `ofac`: SDN.XML of the US Treasury. `ofac-csv`: SDN.CSV, the aliases of ALT.CSV beside it if that is there.
- `eu`: the consolidated list of the European Commission, XML 1.1. `un`: the Security Council's consolidated XML.
- `ofac-advanced`: SDN_ADVANCED.XML (advanced.py). `uk-xml`, `uk-csv`: the UK Sanctions List (uk_sanctions_list.py).
- `uk`: ConList.csv of OFSI, 2022 format. `opensanctions`: FollowTheMoney entities as JSON lines.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.kyc.lists.advanced import ofac_advanced
from services.kyc.lists.reading import ListFile, Refused, check_whole, children, elements, entry, texts
from services.kyc.lists.uk_sanctions_list import uk_csv, uk_xml
from services.kyc.screening import Entry

_UK_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_UK_COLUMNS = (*_UK_NAMES, "Group ID", "Group Type", "DOB", "Nationality", "Country", "Name Non-Latin Script")
_SDN_COLUMNS, _SDN_REMARKS, _SDN_NOTHING = 12, 11, "-0-"
_FTM_NAMES = ("name", "alias", "weakAlias", "previousName")
_FTM_COUNTRIES = ("nationality", "citizenship", "country", "birthCountry")
_FTM_SCHEMAS = frozenset({"Person", "LegalEntity", "Organization", "Company", "PublicBody", "Vessel", "Airplane"})


def ofac(path: Path) -> ListFile:
    """SDN.XML: one sdnEntry for each person, company or vessel."""
    made, entries = "", []
    for name, each in elements(path, "sdnList", "publshInformation", "sdnEntry"):
        if name == "publshInformation":
            made = _us_date("".join(texts(each, "Publish_Date")[:1]))
            continue
        aliases = [_two(aka, "firstName", "lastName") for aka in children(each, "akaList/aka")]
        countries = [
            *texts(each, "nationalityList/nationality/country"),
            *texts(each, "citizenshipList/citizenship/country"),
            *texts(each, "addressList/address/country"),
        ]
        dates = texts(each, "dateOfBirthList/dateOfBirthItem/dateOfBirth")
        number = "".join(texts(each, "uid")[:1])
        entries.append(
            entry(each.sourceline or 1, number, (_two(each, "firstName", "lastName"), *aliases), dates, countries)
        )
    return ListFile(made, tuple(entries))


def ofac_csv(path: Path) -> ListFile:
    """SDN.CSV, which has no header; birth dates and nationalities are in its remarks."""
    aliases: dict[str, list[str]] = defaultdict(list)
    beside = path.with_name(re.sub("sdn", "alt", path.name, flags=re.IGNORECASE))
    if beside != path and beside.exists():
        for _, row in _rows(beside, 5):
            aliases[row[0].strip()].append(_turned(row[3]))
    entries = []
    for line, row in _rows(path, _SDN_COLUMNS):
        number, remarks = row[0].strip(), row[_SDN_REMARKS]
        dates = re.findall(r"DOB ([^;.]+)", remarks)
        countries = re.findall(r"(?:nationality|citizen) ([^;.]+)", remarks)
        entries.append(entry(line, number, (_turned(row[1]), *aliases[number]), dates, countries))
    return ListFile("", tuple(entries))


def eu(path: Path) -> ListFile:
    """XML 1.1 of the Financial Sanctions Database: what matters is in attributes."""
    made, entries = "", []
    for _, each in elements(path, "export", "sanctionEntity"):
        made = made or str(each.getroottree().getroot().get("generationDate", ""))[:10]
        dates = [_eu_date(birth) for birth in children(each, "birthdate")]
        codes = [*texts(each, "citizenship/@countryIso2Code"), *texts(each, "address/@countryIso2Code")]
        known = [code for code in codes if code != "00"]
        number = each.get("euReferenceNumber") or each.get("logicalId") or ""
        entries.append(entry(each.sourceline or 1, number, texts(each, "nameAlias/@wholeName"), dates, known))
    return ListFile(made, tuple(entries))


def un(path: Path) -> ListFile:
    """The Security Council's list of individuals and entities."""
    made, entries = "", []
    for name, each in elements(path, "CONSOLIDATED_LIST", "INDIVIDUAL", "ENTITY"):
        made = made or str(each.getroottree().getroot().get("dateGenerated", ""))[:10]
        parts = [part for step in ("FIRST", "SECOND", "THIRD", "FOURTH") for part in texts(each, f"{step}_NAME")]
        names = [" ".join(parts), *texts(each, "NAME_ORIGINAL_SCRIPT"), *texts(each, f"{name}_ALIAS/ALIAS_NAME")]
        dates = [_un_date(birth) for birth in children(each, "INDIVIDUAL_DATE_OF_BIRTH")]
        countries = [*texts(each, "NATIONALITY/VALUE"), *texts(each, f"{name}_ADDRESS/COUNTRY")]
        number = "".join((texts(each, "REFERENCE_NUMBER") or texts(each, "DATAID"))[:1])
        entries.append(entry(each.sourceline or 1, number, names, [date for date in dates if date], countries))
    return ListFile(made, tuple(entries))


def uk(path: Path) -> ListFile:
    """ConList.csv: a line for each name, those of one target under one Group ID; the first line has the date."""
    check_whole(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        first = next(reader, [])
        header = next(reader, [])
        lacking = [column for column in _UK_COLUMNS if column not in header]
        if lacking:
            raise Refused(2, f"no column {', '.join(lacking)}")
        groups: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
        for row in reader:
            if len(row) != len(header):
                raise Refused(reader.line_num, f"{len(row)} fields, and not {len(header)}")
            values = dict(zip(header, row, strict=True))
            groups.setdefault(values["Group ID"], []).append((reader.line_num, values))
    made = _uk_date(first[1]) if len(first) > 1 else ""
    return ListFile(made, tuple(_uk_entry(number, rows) for number, rows in groups.items()))


def opensanctions(path: Path) -> ListFile:
    """One FollowTheMoney entity a line; those that name no person, company or vessel are passed over."""
    entries, made = [], ""
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            data = _json(line, text)
            if data["schema"] not in _FTM_SCHEMAS:
                continue
            values = data["properties"]
            names = [name for kind in _FTM_NAMES for name in values.get(kind, ())]
            countries = [code for kind in _FTM_COUNTRIES for code in values.get(kind, ())]
            entries.append(entry(line, data["id"], names, values.get("birthDate", ()), countries))
            made = max(made, str(data.get("last_change") or "")[:10])
    return ListFile(made, tuple(entries))


FORMATS: Mapping[str, Callable[[Path], ListFile]] = {
    "ofac": ofac, "ofac-advanced": ofac_advanced, "ofac-csv": ofac_csv, "eu": eu, "un": un,
    "uk": uk, "uk-xml": uk_xml, "uk-csv": uk_csv, "opensanctions": opensanctions,
}  # fmt: skip


def _two(element: Any, *names: str) -> str:
    return " ".join(part for name in names for part in texts(element, name))


def _turned(name: str) -> str:
    """`LAST, First` the other way round."""
    last, comma, first = name.strip().partition(", ")
    return f"{first} {last}" if comma else last


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    check_whole(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            # The file of the Treasury ends with a control character on a line of its own.
            if row in ([], ["\x1a"]):
                continue
            if len(row) != columns:
                raise Refused(reader.line_num, f"{len(row)} fields, and not {columns}")
            yield reader.line_num, ["" if value.strip() == _SDN_NOTHING else value for value in row]


def _us_date(text: str) -> str:
    return _reordered(text, r"(?P<m>\d{2})/(?P<d>\d{2})/(?P<y>\d{4})")


def _uk_date(text: str) -> str:
    return _reordered(text, r"(?P<d>\d{2})/(?P<m>\d{2})/(?P<y>\d{4})")


def _reordered(text: str, form: str) -> str:
    found = re.fullmatch(form, text.strip())
    return datetime(int(found["y"]), int(found["m"]), int(found["d"])).date().isoformat() if found else ""  # noqa: DTZ001 a date


def _eu_date(birth: Any) -> str:
    if birth.get("yearRangeFrom") and birth.get("yearRangeTo"):
        return f"{birth.get('yearRangeFrom')} to {birth.get('yearRangeTo')}"
    year = birth.get("year") or ""
    return f"circa {year}" if birth.get("circa") == "true" else birth.get("birthdate") or year


def _un_date(birth: Any) -> str:
    span = [*texts(birth, "FROM_YEAR"), *texts(birth, "TO_YEAR")]
    if len(span) == 2:
        return " to ".join(span)
    exact = [text[:10] for text in texts(birth, "DATE")] or texts(birth, "YEAR")
    about = "APPROXIMATELY" in texts(birth, "TYPE_OF_DATE")
    return "".join(f"circa {each[:4]}" if about else each for each in exact[:1])


def _uk_entry(number: str, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Entry:
    names, dates, countries, first = [], [], [], 0
    for line, values in rows:
        first = first or line
        names += [" ".join(values[part] for part in _UK_NAMES if values[part]), values["Name Non-Latin Script"]]
        dates += [values["DOB"]] if values["DOB"] else []
        for column in ("Nationality", "Country"):
            countries += [each for each in re.split(r"\s*\(\d+\)\s*", values[column]) if each.strip(" .")]
    return entry(first, number, names, dates, countries)


def _json(line: int, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refused(line, f"no JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("properties"), dict) or "schema" not in data:
        raise Refused(line, "no entity of FollowTheMoney: schema or properties is missing")
    return {"id": "", **data}
