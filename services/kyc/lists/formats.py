"""The readers of the published formats, each from a file to its entries; Refused names the line that is broken.

- `ofac`: SDN.XML of the US Treasury. `ofac-csv`: SDN.CSV, the aliases of ALT.CSV beside it if that is there.
- `eu`: the consolidated list of the European Commission, XML 1.1. `un`: the Security Council's consolidated XML.
- `ofac-advanced`: SDN_ADVANCED.XML (advanced.py). `uk-xml`, `uk-csv`: the UK Sanctions List (uk_sanctions_list.py).
- `uk`: ConList.csv of OFSI, 2022 format. `opensanctions`, `opensanctions-peps`: FollowTheMoney entities as JSON lines,
  whose topics say why they are listed. The others have sanctions alone.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from services.kyc.lists.advanced import ofac_advanced
from services.kyc.lists.reading import Entries, ListFile, Refused, children, day, decoded, elements, issued, rows, texts
from services.kyc.lists.uk_sanctions_list import uk_csv, uk_xml
from services.kyc.screening import Listing

_UK_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_UK_COLUMNS = (*_UK_NAMES, "Group ID", "Group Type", "DOB", "Nationality", "Country", "Name Non-Latin Script")
_SDN_COLUMNS, _SDN_REMARKS, _SDN_NOTHING = 12, 11, "-0-"
_FTM_NAMES = ("name", "alias", "weakAlias", "previousName")
_FTM_COUNTRIES = ("nationality", "citizenship", "country", "birthCountry")
_FTM_SCHEMAS = frozenset({"Person", "LegalEntity", "Organization", "Company", "PublicBody", "Vessel", "Airplane"})
# What a politically exposed person is, and who is close to one; and the families of topics that say no more than what
# somebody is. Who has another one beside (a sanction, a crime, a debarment) is dealt with as a sanction.
_FTM_PEP, _FTM_RCA, _FTM_ROLES = "role.pep", "role.rca", ("role.", "gov")


def ofac(path: Path) -> ListFile:
    """SDN.XML: one sdnEntry for each person, company or vessel."""
    made, entries = "", Entries()
    for name, each in elements(path, "sdnList", "publshInformation", "sdnEntry"):
        if name == "publshInformation":
            made = _us_date(each.sourceline or 1, "".join(texts(each, "Publish_Date")[:1]))
            continue
        aliases = [_two(aka, "firstName", "lastName") for aka in children(each, "akaList/aka")]
        countries = [
            *texts(each, "nationalityList/nationality/country"),
            *texts(each, "citizenshipList/citizenship/country"),
            *texts(each, "addressList/address/country"),
        ]
        dates = texts(each, "dateOfBirthList/dateOfBirthItem/dateOfBirth")
        number = "".join(texts(each, "uid")[:1])
        names = (_two(each, "firstName", "lastName"), *aliases)
        entries.add(each.sourceline or 1, number, names, dates, countries)
    return entries.of(made)


def ofac_csv(path: Path) -> ListFile:
    """SDN.CSV, which has no header; birth dates and nationalities are in its remarks."""
    beside = path.with_name(re.sub("sdn", "alt", path.name, flags=re.IGNORECASE))
    aliases = _aliases(beside) if beside != path and beside.exists() else {}
    entries = Entries()
    for line, row in _sdn_rows(path, _SDN_COLUMNS):
        number, remarks = row[0].strip(), row[_SDN_REMARKS]
        dates = re.findall(r"DOB ([^;.]+)", remarks)
        countries = re.findall(r"(?:nationality|citizen) ([^;.]+)", remarks)
        entries.add(line, number, (_turned(row[1]), *aliases.get(number, ())), dates, countries)
    return entries.of("")


def eu(path: Path) -> ListFile:
    """XML 1.1 of the Financial Sanctions Database: what matters is in attributes."""
    made, entries = "", Entries()
    for _, each in elements(path, "export", "sanctionEntity"):
        made = made or _of_root(each, "generationDate")
        dates = [_eu_date(birth) for birth in children(each, "birthdate")]
        codes = [*texts(each, "citizenship/@countryIso2Code"), *texts(each, "address/@countryIso2Code")]
        known = [code for code in codes if code != "00"]
        number = each.get("euReferenceNumber") or each.get("logicalId") or ""
        entries.add(each.sourceline or 1, number, texts(each, "nameAlias/@wholeName"), dates, known)
    return entries.of(made)


def un(path: Path) -> ListFile:
    """The Security Council's list of individuals and entities."""
    made, entries = "", Entries()
    for name, each in elements(path, "CONSOLIDATED_LIST", "INDIVIDUAL", "ENTITY"):
        made = made or _of_root(each, "dateGenerated")
        parts = [part for step in ("FIRST", "SECOND", "THIRD", "FOURTH") for part in texts(each, f"{step}_NAME")]
        names = [" ".join(parts), *texts(each, "NAME_ORIGINAL_SCRIPT"), *texts(each, f"{name}_ALIAS/ALIAS_NAME")]
        dates = [_un_date(birth) for birth in children(each, "INDIVIDUAL_DATE_OF_BIRTH")]
        countries = [*texts(each, "NATIONALITY/VALUE"), *texts(each, f"{name}_ADDRESS/COUNTRY")]
        number = "".join((texts(each, "REFERENCE_NUMBER") or texts(each, "DATAID"))[:1])
        entries.add(each.sourceline or 1, number, names, [date for date in dates if date], countries)
    return entries.of(made)


def uk(path: Path) -> ListFile:
    """ConList.csv: a line for each name, those of one target under one Group ID; the first line has the date."""
    reader = rows(path)
    _, first = next(reader, (1, []))
    _, header = next(reader, (2, []))
    lacking = [column for column in _UK_COLUMNS if column not in header]
    if lacking:
        raise Refused(2, f"no column {', '.join(lacking)}")
    groups: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for line, row in reader:
        if len(row) != len(header):
            raise Refused(line, f"{len(row)} fields, and not {len(header)}")
        values = dict(zip(header, row, strict=True))
        groups.setdefault(values["Group ID"].strip(), []).append((line, values))
    entries = Entries()
    for number, of_one in groups.items():
        entries.add(of_one[0][0], number, *_uk_details(of_one))
    return entries.of(issued(1, first[1]) if len(first) > 1 else "")


def opensanctions(path: Path) -> ListFile:
    """One FollowTheMoney entity a line; those that name no person, company or vessel are passed over."""
    entries, made = Entries(), ""
    with path.open("rb") as file:
        for line, content in enumerate(file, start=1):
            data = _json(line, decoded(content, line))
            if data["schema"] not in _FTM_SCHEMAS:
                continue
            values = data["properties"]
            names = [name for kind in _FTM_NAMES for name in _ftm_texts(line, values, kind)]
            countries = [code for kind in _FTM_COUNTRIES for code in _ftm_texts(line, values, kind)]
            number, dates = _ftm_text(line, data, "id"), _ftm_texts(line, values, "birthDate")
            why, held = _ftm_listing(_ftm_texts(line, values, "topics")), _ftm_texts(line, values, "position")
            entries.add(line, number, names, dates, countries, why, held)
            made = max(made, issued(line, _ftm_text(line, data, "last_change")))
    return entries.of(made)


FORMATS: Mapping[str, Callable[[Path], ListFile]] = {
    "ofac": ofac, "ofac-advanced": ofac_advanced, "ofac-csv": ofac_csv, "eu": eu, "un": un,
    "uk": uk, "uk-xml": uk_xml, "uk-csv": uk_csv, "opensanctions": opensanctions,
    "opensanctions-peps": opensanctions,
}  # fmt: skip


def _two(element: Any, *names: str) -> str:
    return " ".join(part for name in names for part in texts(element, name))


def _turned(name: str) -> str:
    """`LAST, First` the other way round."""
    last, comma, first = name.strip().partition(", ")
    return f"{first} {last}" if comma else last


def _sdn_rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows(path):
        # The file of the Treasury ends with a control character on a line of its own.
        if row in ([], ["\x1a"]):
            continue
        if len(row) != columns:
            raise Refused(line, f"{len(row)} fields, and not {columns}")
        yield line, ["" if value.strip() == _SDN_NOTHING else value for value in row]


def _aliases(path: Path) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    try:
        for _, row in _sdn_rows(path, 5):
            found[row[0].strip()].append(_turned(row[3]))
    except Refused as refused:
        raise Refused(refused.line, f"of {path.name}: {refused.reason}") from refused
    return found


def _us_date(line: int, text: str) -> str:
    found = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text.strip())
    return day(line, found[3], found[1], found[2]) if found else ""


def _of_root(element: Any, attribute: str) -> str:
    root = element.getroottree().getroot()
    return issued(root.sourceline or 1, root.get(attribute, ""))


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


def _uk_details(of_one: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[str], list[str], list[str]]:
    """Names, birth dates and countries of one target's lines."""
    names, dates, countries = list[str](), list[str](), list[str]()
    for _, values in of_one:
        names += [" ".join(values[part] for part in _UK_NAMES if values[part]), values["Name Non-Latin Script"]]
        dates += [values["DOB"]] if values["DOB"] else []
        for column in ("Nationality", "Country"):
            countries += [each for each in re.split(r"\s*\(\d+\)\s*", values[column]) if each.strip(" .")]
    return names, dates, countries


def _json(line: int, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(line, f"no JSON: {error}") from error
    wanted = {"schema": str, "properties": dict}
    if not isinstance(data, dict) or not all(isinstance(data.get(name), kind) for name, kind in wanted.items()):
        raise Refused(line, "no entity of FollowTheMoney: schema or properties is missing")
    return data


def _ftm_listing(topics: list[str]) -> Listing:
    """Why an entity is listed; one without topics is of a file of sanctions."""
    if not {_FTM_PEP, _FTM_RCA} & set(topics) or not all(each.startswith(_FTM_ROLES) for each in topics):
        return Listing.SANCTION
    return Listing.PEP if _FTM_PEP in topics else Listing.RELATIVE_OR_CLOSE_ASSOCIATE


def _ftm_text(line: int, data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str | None):
        raise Refused(line, f"no entity of FollowTheMoney: {name} is no text")
    return value or ""


def _ftm_texts(line: int, properties: Mapping[str, Any], name: str) -> list[str]:
    """The values of a property, of which FollowTheMoney always has a list."""
    values = properties.get(name, [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise Refused(line, f"no entity of FollowTheMoney: {name} is no list of texts")
    return values
