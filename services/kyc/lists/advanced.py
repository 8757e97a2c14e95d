"""SDN_ADVANCED.XML of the US Treasury, the Advanced Sanctions List Standard: names, dates and countries by reference.

A party names its parts, features and locations by numbers that are declared before it, in ReferenceValueSets and
Locations.
"""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from services.kyc.lists.reading import Entries, ListFile, Refused, children, day, elements, texts

_COUNTRY_FEATURES = frozenset({"Nationality Country", "Citizenship Country", "Location"})
_BIRTH_DATE, _LAST_NAME = "Birthdate", "Last Name"
_SECTIONS = ("DateOfIssue", "ReferenceValueSets", "Location", "DistinctParty")


@dataclass
class _Known:
    """What the file has declared so far, by number: kinds of features and of name parts, countries, locations."""

    features: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    locations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_values(self, sets: etree._Element) -> None:
        """Takes the reference values."""
        self.features.update(_by_number(sets, "FeatureTypeValues/FeatureType"))
        self.parts.update(_by_number(sets, "NamePartTypeValues/NamePartType"))
        self.countries.update(_by_number(sets, "CountryValues/Country"))
        for area in children(sets, "AreaCodeValues/AreaCode"):
            self.areas[area.get("ID", "")] = self.countries.get(area.get("CountryID", ""), "")

    def add_location(self, location: etree._Element) -> None:
        """Takes the countries of a location."""
        found = [self.areas.get(each, "") for each in texts(location, "LocationAreaCode/@AreaCodeID")]
        found += [self.countries.get(each, "") for each in texts(location, "LocationCountry/@CountryID")]
        self.locations[location.get("ID", "")] = [each for each in found if each]


def ofac_advanced(path: Path) -> ListFile:
    """One DistinctParty for each person, company, vessel or aircraft."""
    known, made, entries = _Known(), "", Entries()
    for name, each in elements(path, "Sanctions", *_SECTIONS):
        if name == "DateOfIssue":
            made = _day(each, "01")
        elif name == "ReferenceValueSets":
            known.add_values(each)
        elif name == "Location":
            known.add_location(each)
        else:
            entries.add(each.sourceline or 1, each.get("FixedRef", ""), *_details(each, known))
    return entries.of(made)


def _details(party: etree._Element, known: _Known) -> tuple[list[str], list[str], list[str]]:
    """Names, birth dates and countries of a party."""
    line, names, dates, countries = party.sourceline or 1, list[str](), list[str](), list[str]()
    for profile in children(party, "Profile"):
        for identity in children(profile, "Identity"):
            names += _names(identity, known)
        for feature in children(profile, "Feature"):
            number = feature.get("FeatureTypeID", "")
            if number not in known.features:
                raise Refused(feature.sourceline or line, f"FeatureTypeID {number} is declared nowhere")
            if known.features[number] == _BIRTH_DATE:
                dates += [_period(each) for each in children(feature, "FeatureVersion/DatePeriod")]
            elif known.features[number] in _COUNTRY_FEATURES:
                countries += _countries(feature, known, line)
    return names, dates, countries


def _names(identity: etree._Element, known: _Known) -> list[str]:
    groups = children(identity, "NamePartGroups/MasterNamePartGroup/NamePartGroup")
    kinds = {group.get("ID", ""): known.parts.get(group.get("NamePartTypeID", ""), "") for group in groups}
    found = []
    for documented in children(identity, "Alias/DocumentedName"):
        values = children(documented, "DocumentedNamePart/NamePartValue")
        # The family name comes last, as in SDN.XML.
        ordered = sorted(values, key=lambda value: kinds.get(value.get("NamePartGroupID", "")) == _LAST_NAME)
        found.append(" ".join((value.text or "").strip() for value in ordered))
    return found


def _countries(feature: etree._Element, known: _Known, line: int) -> list[str]:
    found = []
    for number in texts(feature, "FeatureVersion/VersionLocation/@LocationID"):
        if number not in known.locations:
            raise Refused(feature.sourceline or line, f"LocationID {number} is declared nowhere")
        found += known.locations[number]
    return found


def _period(period: etree._Element) -> str:
    """A date of birth as reading.date takes it: `1961-04-30`, `1961-04`, `1961`, `1958 to 1962` or `circa 1961`."""
    first, last = _end(period, "Start/From", "01"), _end(period, "End/To", "")
    if not first or not last:
        return first or last
    if "true" in [each.lower() for each in (*texts(period, "Start/@Approximate"), *texts(period, "End/@Approximate"))]:
        return f"circa {first[:4]}" if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"
    if first == last:
        return first
    if first[:4] != last[:4]:
        return f"{first[:4]} to {last[:4]}"
    is_month = first[:7] == last[:7] and first.endswith("-01") and last == _last_day(first)
    return first[:7] if is_month else first[:4]


def _end(period: etree._Element, path: str, first: str) -> str:
    found = children(period, path)
    return _day(found[0], first) if found else ""


def _day(date: etree._Element, first: str) -> str:
    """The ISO date of Year, Month and Day; a month without a day has `first`, or its last day when that is empty."""
    year, month = "".join(texts(date, "Year")[:1]), "".join(texts(date, "Month")[:1]) or ("01" if first else "12")
    given, line = "".join(texts(date, "Day")[:1]), date.sourceline or 1
    if not year:
        return ""
    if given or first:
        return day(line, year, month, given or first)
    return _last_day(day(line, year, month, "01"))


def _last_day(first: str) -> str:
    return f"{first[:7]}-{calendar.monthrange(int(first[:4]), int(first[5:7]))[1]:02}"


def _by_number(sets: etree._Element, path: str) -> dict[str, str]:
    return {each.get("ID", ""): "".join(each.itertext()).strip() for each in children(sets, path)}
