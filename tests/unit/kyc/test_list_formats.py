"""The lists whose files refer to themselves, or come from the UK's new source: what is read, and what is refused."""

from pathlib import Path

import pytest

from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import ListFile, Refused
from services.kyc.screening import Entry

CYRILLIC = "Григор Малховец"


def _date(name: str, year: int, month: int, day: int) -> str:
    return f"<{name}><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></{name}>"


def _period(first: tuple[int, int, int], last: tuple[int, int, int], about: str = "false") -> str:
    return (
        f'<DatePeriod><Start Approximate="{about}">{_date("From", *first)}{_date("To", *first)}</Start>'
        f'<End Approximate="{about}">{_date("From", *last)}{_date("To", *last)}</End></DatePeriod>'
    )


def _born(period: str) -> str:
    return f'<Feature ID="7" FeatureTypeID="8"><FeatureVersion>{period}</FeatureVersion></Feature>'


ADVANCED = f"""<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML">
  {_date("DateOfIssue", 2026, 11, 27)}
  <ReferenceValueSets>
    <AreaCodeValues><AreaCode ID="5" CountryID="2">CY</AreaCode></AreaCodeValues>
    <CountryValues><Country ID="1" ISO2="RU">Russia</Country><Country ID="2" ISO2="CY">Cyprus</Country></CountryValues>
    <FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="10">Nationality Country</FeatureType>
      <FeatureType ID="25">Location</FeatureType><FeatureType ID="26">Title</FeatureType></FeatureTypeValues>
    <NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType>
      <NamePartType ID="1521">First Name</NamePartType></NamePartTypeValues>
  </ReferenceValueSets>
  <Locations>
    <Location ID="70"><LocationCountry CountryID="1"/></Location>
    <Location ID="71"><LocationAreaCode AreaCodeID="5"/></Location>
  </Locations>
  <DistinctParties>
    <DistinctParty FixedRef="36"><Profile ID="36" PartySubTypeID="4">
      <Identity ID="9" Primary="true"><Alias AliasTypeID="1403" Primary="true">
        <DocumentedName ID="1" DocNameStatusID="1">
          <DocumentedNamePart><NamePartValue NamePartGroupID="41">MALKHOVETS</NamePartValue></DocumentedNamePart>
          <DocumentedNamePart><NamePartValue NamePartGroupID="42">Grigor</NamePartValue></DocumentedNamePart>
        </DocumentedName>
        <DocumentedName ID="2" DocNameStatusID="2">
          <DocumentedNamePart><NamePartValue NamePartGroupID="42">Григор</NamePartValue></DocumentedNamePart>
          <DocumentedNamePart><NamePartValue NamePartGroupID="41">Малховец</NamePartValue></DocumentedNamePart>
        </DocumentedName></Alias>
        <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="41" NamePartTypeID="1520"/></MasterNamePartGroup>
          <MasterNamePartGroup><NamePartGroup ID="42" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups>
      </Identity>
      {_born(_period((1961, 4, 30), (1961, 4, 30)))}
      <Feature ID="8" FeatureTypeID="10"><FeatureVersion><VersionLocation LocationID="70"/></FeatureVersion></Feature>
      <Feature ID="9" FeatureTypeID="25"><FeatureVersion><VersionLocation LocationID="71"/></FeatureVersion></Feature>
      <Feature ID="6" FeatureTypeID="26"><FeatureVersion><VersionDetail>Dr</VersionDetail></FeatureVersion></Feature>
    </Profile></DistinctParty>
  </DistinctParties>
</Sanctions>
"""
UK_XML = """<Designations>
  <DateGenerated>2026-11-27T00:00:00</DateGenerated>
  <Designation><LastUpdated>2026-11-01</LastUpdated><UniqueID>RUS0001</UniqueID>
    <Names><Name><Name1>Grigor</Name1><Name6>MALKHOVETS</Name6><NameType>Primary Name</NameType></Name>
      <Name><Name6>MALKOVETZ</Name6><NameType>Alias</NameType></Name></Names>
    <NonLatinNames><NonLatinName><NameNonLatinScript>Григор Малховец</NameNonLatinScript></NonLatinName></NonLatinNames>
    <IndividualEntityShip>Individual</IndividualEntityShip>
    <IndividualDetails><Individual><DOBs><DOB>30/04/1961</DOB><DOB>dd/mm/1960</DOB><DOB>dd/05/1959</DOB></DOBs>
      <Nationalities><Nationality>Russia</Nationality></Nationalities></Individual></IndividualDetails>
    <Addresses><Address><AddressCountry>Cyprus</AddressCountry></Address></Addresses>
  </Designation>
  <Designation><UniqueID>RUS0002</UniqueID><Names><Name><Name6>RED HERON SHIPPING</Name6></Name></Names></Designation>
</Designations>
"""
UK_CSV = """Report Date: 27-Nov-2026,,,,,,,,,,
Unique ID,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name non-latin script,D.O.B,Nationality(/ies),Address Country
RUS0001,MALKHOVETS,Grigor,,,,,Григор Малховец,30/04/1961,(1) Russia (2) Cyprus,
RUS0001,MALKOVETZ,,,,,,,dd/mm/1960,,Cyprus
"""


def read(folder: Path, source: str, text: str) -> ListFile:
    path = folder / "list"
    path.write_text(text, encoding="utf-8")
    return FORMATS[source](path)


@pytest.mark.parametrize(
    ("source", "text", "entries"),
    [
        ("ofac-advanced", ADVANCED, (
            Entry("36", ("Grigor MALKHOVETS", CYRILLIC), ("1961-04-30",), ("RU", "CY")),)),
        ("uk-xml", UK_XML, (
            Entry("RUS0001", ("Grigor MALKHOVETS", "MALKOVETZ", CYRILLIC), ("1961-04-30", "1960", "1959-05"),
                  ("RU", "CY")),
            Entry("RUS0002", ("RED HERON SHIPPING",)))),
        ("uk-csv", UK_CSV, (
            Entry("RUS0001", ("Grigor MALKHOVETS", CYRILLIC, "MALKOVETZ"), ("1961-04-30", "1960"), ("RU", "CY")),)),
    ],
)  # fmt: skip
def test_a_published_format_is_read(tmp_path: Path, source: str, text: str, entries: tuple[Entry, ...]) -> None:
    assert read(tmp_path, source, text) == ListFile("2026-11-27", entries)


@pytest.mark.parametrize(
    ("period", "born"),
    [
        (_period((1961, 4, 30), (1961, 4, 30)), "1961-04-30"),
        (_period((1961, 4, 1), (1961, 4, 30)), "1961-04"),
        (_period((1961, 1, 1), (1961, 12, 31)), "1961"),
        (_period((1961, 4, 5), (1961, 4, 20)), "1961"),
        (_period((1958, 1, 1), (1962, 12, 31)), "1958/1962"),
        (_period((1961, 1, 1), (1961, 12, 31), "true"), "~1961"),
    ],
)
def test_a_period_of_birth_is_no_more_exact_than_the_list(tmp_path: Path, period: str, born: str) -> None:
    whole = _born(_period((1961, 4, 30), (1961, 4, 30)))
    found = read(tmp_path, "ofac-advanced", ADVANCED.replace(whole, _born(period)))
    assert found.entries[0].birth_dates == (born,)


@pytest.mark.parametrize(
    ("source", "text", "line", "reason"),
    [
        ("ofac-advanced", ADVANCED.replace('LocationID="71"', 'LocationID="72"'), 32, "LocationID 72"),
        ("ofac-advanced", ADVANCED.replace('FeatureTypeID="26"', 'FeatureTypeID="27"'), 33, "FeatureTypeID 27"),
        ("ofac-advanced", ADVANCED.replace(' FixedRef="36"', ""), 17, "without a number"),
        ("ofac-advanced", ADVANCED.replace("</Sanctions>", ""), 37, "Premature end"),
        ("ofac-advanced", ADVANCED.replace("<Day>30</Day>", "<Day>31</Day>"), 30, "no date: 1961-4-31"),
        ("ofac-advanced", UK_XML, 1, "the root is Designations"),
        ("uk-xml", UK_XML.replace("<UniqueID>RUS0002</UniqueID>", ""), 12, "without a number"),
        ("uk-xml", UK_XML.replace("<Name6>RED HERON SHIPPING</Name6>", ""), 12, "has no name"),
        ("uk-csv", UK_CSV.replace(",D.O.B", ",Born"), 2, "no column D.O.B"),
        ("uk-csv", UK_CSV.replace(",dd/mm/1960", ""), 4, "10 fields, and not 11"),
        ("uk-csv", UK_CSV.rstrip(), 4, "not finished"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, source: str, text: str, line: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, source, text)
    assert reason in refused.value.reason
    assert refused.value.line == line
