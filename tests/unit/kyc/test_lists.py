"""The published list formats: what is read of each, and what is refused with its line."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from services.kyc.list_store import SOURCES
from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import ListFile, Refused, country, date
from services.kyc.screening import Entry
from stack.watchlist.__main__ import write
from stack.watchlist.people import listed
from tests.unit.kyc.test_list_formats import ADVANCED, UK_CSV, UK_XML

OFAC = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
  <publshInformation><Publish_Date>11/27/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry>
    <uid>36</uid><firstName>Grigor</firstName><lastName>MALKHOVETS</lastName><sdnType>Individual</sdnType>
    <akaList><aka><uid>12</uid><type>a.k.a.</type><category>strong</category><lastName>MALKOVETZ</lastName></aka></akaList>
    <nationalityList><nationality><uid>1</uid><country>Russia</country></nationality></nationalityList>
    <dateOfBirthList><dateOfBirthItem><uid>1</uid><dateOfBirth>30 Apr 1961</dateOfBirth></dateOfBirthItem>
    <dateOfBirthItem><uid>2</uid><dateOfBirth>circa 1960</dateOfBirth></dateOfBirthItem></dateOfBirthList>
  </sdnEntry>
  <sdnEntry><uid>37</uid><lastName>RED HERON SHIPPING</lastName><sdnType>Entity</sdnType></sdnEntry>
</sdnList>
"""
EU = """<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-26T15:02:01.000+01:00">
  <sanctionEntity euReferenceNumber="EU.1.1" logicalId="1">
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Grigor" lastName="Malkhovets" wholeName="Grigor Malkhovets" strong="true"/>
    <nameAlias wholeName="Григор Малховец"/>
    <citizenship countryIso2Code="RU"/>
    <birthdate circa="false" birthdate="1961-04-30" year="1961" monthOfYear="4" dayOfMonth="30"/>
    <birthdate circa="true" year="1958"/>
    <birthdate circa="false" yearRangeFrom="1950" yearRangeTo="1953"/>
    <address countryIso2Code="00"/>
  </sanctionEntity>
</export>
"""
UN = """<CONSOLIDATED_LIST dateGenerated="2026-11-25T00:00:00Z">
  <INDIVIDUALS><INDIVIDUAL>
    <DATAID>690</DATAID><FIRST_NAME>GRIGOR</FIRST_NAME><SECOND_NAME>MALKHOVETS</SECOND_NAME>
    <REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><NAME_ORIGINAL_SCRIPT>Григор Малховец</NAME_ORIGINAL_SCRIPT>
    <NATIONALITY><VALUE>Russian Federation</VALUE></NATIONALITY>
    <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Grisha</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-04-30</DATE></INDIVIDUAL_DATE_OF_BIRTH>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1960</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  </INDIVIDUAL></INDIVIDUALS>
  <ENTITIES><ENTITY><DATAID>691</DATAID><FIRST_NAME>RED HERON</FIRST_NAME>
    <ENTITY_ALIAS><ALIAS_NAME>Red Heron Shipping</ALIAS_NAME></ENTITY_ALIAS>
    <ENTITY_ADDRESS><COUNTRY>Cyprus</COUNTRY></ENTITY_ADDRESS></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>
"""
UK = """Last Updated,24/11/2026
Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name Non-Latin Script,DOB,Nationality,Country,Group Type,Group ID
MALKHOVETS,Grigor,,,,,Григор Малховец,30/04/1961,(1) Russia (2) Cyprus,,Individual,7001
MALKOVETZ,G.,,,,,,00/00/1960,,,Individual,7001
"""
FTM = "\n".join(
    json.dumps(each)
    for each in (
        {"id": "NK-1", "schema": "Person", "last_change": "2026-11-20T00:00:00", "properties": {
            "name": ["Grigor Malkhovets"], "alias": ["Григор Малховец"], "birthDate": ["1961-04-30"],
            "nationality": ["ru"]}},
        {"id": "NK-2", "schema": "Sanction", "properties": {"program": ["X"]}},
    )
)  # fmt: skip
SDN_CSV = (
    '36,"MALKHOVETS, Grigor","individual","XYZ",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 30 Apr 1961; alt. DOB 1960; nationality Russia; Gender Male."\n'
    '37,"RED HERON SHIPPING",-0- ,"XYZ",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\x1a\n'
)
ALT_CSV = '36,12,"aka","MALKOVETZ",-0- \n'
CYRILLIC = "Григор Малховец"
WHOLE = {
    "ofac": OFAC, "ofac-advanced": ADVANCED, "ofac-csv": SDN_CSV, "eu": EU, "un": UN,
    "uk": UK, "uk-xml": UK_XML, "uk-csv": UK_CSV, "opensanctions": FTM,
    "opensanctions-peps": FTM.replace('"nationality": ["ru"]', '"topics": ["role.pep"], "position": ["Minister"]'),
}  # fmt: skip


def read(folder: Path, source: str, text: str) -> ListFile:
    path = folder / "sdn.csv"
    path.write_text(text, encoding="utf-8")
    return FORMATS[source](path)


@pytest.mark.parametrize(
    "source, text, made, entries",
    [
        ("ofac", OFAC, "2026-11-27", (
            Entry("36", ("Grigor MALKHOVETS", "MALKOVETZ"), ("1961-04-30", "~1960"), ("RU",)),
            Entry("37", ("RED HERON SHIPPING",)))),
        ("ofac-csv", SDN_CSV, "", (
            Entry("36", ("Grigor MALKHOVETS", "MALKOVETZ"), ("1961-04-30", "1960"), ("RU",)),
            Entry("37", ("RED HERON SHIPPING",)))),
        ("eu", EU, "2026-11-26", (
            Entry("EU.1.1", ("Grigor Malkhovets", CYRILLIC), ("1961-04-30", "~1958", "1950/1953"), ("RU",)),)),
        ("un", UN, "2026-11-25", (
            Entry("XXi.001", ("GRIGOR MALKHOVETS", CYRILLIC, "Grisha"), ("1961-04-30", "~1960"), ("RU",)),
            Entry("691", ("RED HERON", "Red Heron Shipping"), (), ("CY",)))),
        ("uk", UK, "2026-11-24", (
            Entry("7001", ("Grigor MALKHOVETS", CYRILLIC, "G. MALKOVETZ"), ("1961-04-30", "1960"), ("RU", "CY")),)),
        ("opensanctions", FTM, "2026-11-20", (
            Entry("NK-1", ("Grigor Malkhovets", CYRILLIC), ("1961-04-30",), ("RU",)),)),
    ],
)  # fmt: skip
def test_a_published_format_is_read(
    tmp_path: Path, source: str, text: str, made: str, entries: tuple[Entry, ...]
) -> None:
    (tmp_path / "alt.csv").write_text(ALT_CSV)
    assert read(tmp_path, source, text) == ListFile(made, entries)


@pytest.mark.parametrize(
    "source, text, line, reason",
    [
        ("ofac", OFAC.replace("<uid>37</uid>", ""), 11, "without a number"),
        ("ofac", OFAC.replace("<lastName>RED HERON SHIPPING</lastName>", ""), 11, "has no name"),
        ("ofac", OFAC.replace("</sdnList>", ""), 13, "Premature end"),
        ("ofac", EU, 1, "the root is export"),
        ("eu", '<!DOCTYPE x [<!ENTITY a "aa">]>' + EU, 1, "document type"),
        ("un", "no list", 1, "Start tag"),
        ("uk", UK.replace("Group ID", "Group"), 2, "no column Group ID"),
        ("uk", UK + "one,two\n", 5, "2 fields"),
        ("opensanctions", FTM + "\n{", 3, "no JSON"),
        ("opensanctions", FTM + "\n[]", 3, "no entity"),
        ("ofac-csv", SDN_CSV + "38,X\n", 4, "2 fields"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, source: str, text: str, line: int, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        read(tmp_path, source, text)
    assert refused.value.line == line
    assert f"line {line}: " in str(refused.value)


def test_every_source_has_a_reader() -> None:
    assert set(FORMATS) == set(SOURCES)


@pytest.mark.parametrize("source", FORMATS)
def test_a_file_that_is_cut_off_anywhere_is_refused_or_a_shorter_list(tmp_path: Path, source: str) -> None:
    whole = WHOLE[source]
    known = read(tmp_path, source, whole).entries
    for end in range(0, len(whole) - 1, 7):
        with suppress(Refused):
            found = read(tmp_path, source, whole[:end]).entries
            assert {each.number for each in found} <= {each.number for each in known}
            assert source not in ("ofac", "ofac-advanced", "eu", "un", "uk-xml"), "XML that is cut off is broken"


@pytest.mark.parametrize(
    "text, found",
    [
        ("10 Dec 1948", "1948-12-10"), ("Sep 1960", "1960-09"), ("1958", "1958"), ("1958 to 1962", "1958/1962"),
        ("circa 1961", "~1961"), ("circa Mar 1961", "~1961"), ("00/00/1961", "1961"), ("00/04/1961", "1961-04"),
        ("30/04/1961", "1961-04-30"), ("1961-04-30", "1961-04-30"), ("unknown", ""), ("31 Feb 1960", ""),
        ("between 1958 and 1962", "1958/1962"),
    ],
)  # fmt: skip
def test_dates_have_one_form(text: str, found: str) -> None:
    assert date(text) == found


@pytest.mark.parametrize("text, found", [("Russia", "RU"), ("ru", "RU"), ("Korea, North", "KP"), ("Atlantis", "")])
def test_countries_have_one_form(text: str, found: str) -> None:
    assert country(text) == found


def test_the_fictitious_list_is_read_as_it_was_made(tmp_path: Path) -> None:
    made = listed(300)
    write(tmp_path / "list.json", made)
    found = FORMATS["opensanctions"](tmp_path / "list.json").entries
    assert found == tuple(Entry(each.number, each.names, each.dates, each.countries) for each in made)
