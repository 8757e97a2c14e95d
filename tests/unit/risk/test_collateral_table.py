"""The table of haircuts: a version that cannot be used is refused by file and line; a delivered one never changes."""

import json
from decimal import Decimal
from hashlib import sha256
from importlib import resources
from typing import Any

import pytest

from services.risk.collateral_finding import CollateralType
from services.risk.collateral_table import BadTable, latest_table, parse_table, shipped_tables

FOLDER = resources.files("services.risk").joinpath("haircuts")
NAME = "2026-11-30.json"
SOUND = FOLDER.joinpath(NAME).read_text(encoding="utf-8")
# What was lent on a collateral says for good by which haircut: a change is another file.
DELIVERED = {"2026-11-30": "bcbaec8392ad38598f9a28ed53cf268097d2f8757fdd70441bc74068d60b70d3"}


def refusal(text: str, name: str = NAME) -> str:
    with pytest.raises(BadTable) as refused:
        parse_table(text, name)
    return str(refused.value)


def changed(row: int = 0, **values: Any) -> str:
    """The delivered table with fields of one type changed; None takes one out."""
    data = json.loads(SOUND)
    data["types"][row] |= values
    data["types"][row] = {name: value for name, value in data["types"][row].items() if value is not None}
    return json.dumps(data, indent=2)


def test_a_delivered_version_never_changes_and_the_last_counts() -> None:
    read = {each.name.removesuffix(".json"): sha256(each.read_bytes()).hexdigest() for each in FOLDER.iterdir()}
    assert read == DELIVERED
    assert list(shipped_tables()) == sorted(DELIVERED)
    assert latest_table().table_version == max(DELIVERED)


def test_it_has_terms_and_a_source_for_every_type() -> None:
    table = latest_table()
    assert table.terms.keys() == set(CollateralType)
    assert all(each.source for each in table.terms.values())
    home, office = (
        table.terms[each] for each in (CollateralType.RESIDENTIAL_PROPERTY, CollateralType.COMMERCIAL_PROPERTY)
    )
    assert (home.revalue_every_months, office.revalue_every_months) == (36, 12), "Regulation (EU) 575/2013, art. 208(3)"


def test_what_has_a_market_price_is_cut_for_the_days_between_two_valuations() -> None:
    # Regulation (EU) 575/2013, art. 224(1) and (2): 20 % for ten days, twenty of secured lending; art. 226: scaled by
    # the root of (days between valuations + twenty - 1) / twenty. A month has 23 business days at most.
    daily = Decimal(20) * Decimal(2).sqrt()
    monthly = daily * ((Decimal(23) + 20 - 1) / 20).sqrt()
    for kind in (CollateralType.LISTED_SHARES, CollateralType.GOLD):
        terms = latest_table().terms[kind]
        assert terms.revalue_every_months == 1
        assert terms.haircut_percent == monthly.quantize(Decimal("0.001"))


@pytest.mark.parametrize(
    "text, said",
    [
        ("{\n  nothing", f"{NAME}:2: is no JSON"),
        ("[]", f"{NAME}:1: lacks or misstates"),
        ('{"table_version": "x"}', f"{NAME}:1: lacks or misstates 'title'"),
        (SOUND.replace('"table_version": "2026-11-30"', '"table_version": "2027-01-01"'), "is of version 2027-01-01"),
        (changed(0, haircut_percent=20), f"{NAME}:6: haircut_percent: must be a decimal in quotes"),
        (changed(0, haircut_percent="100.01"), "from 0 to 100"),
        (changed(0, haircut_percent="NaN"), "from 0 to 100"),
        (changed(0, haircut_percent="a"), "from 0 to 100"),
        (changed(1, stale_after_months=0), f"{NAME}:13: stale_after_months: must be a whole number"),
        (changed(1, revalue_every_months=True), "revalue_every_months: must be a whole number"),
        (changed(1, revalue_every_months=1.5), "revalue_every_months: must be a whole number"),
        (changed(2, source=" "), f"{NAME}:20: source: must say who says so"),
        (changed(2, source=None), "must have haircut_percent"),
        (changed(2, more="x"), "and nothing else"),
        (changed(2, type="BOAT"), "type: must be one of RESIDENTIAL_PROPERTY"),
        (changed(2, type="GOLD"), "GOLD is there twice"),
        (json.dumps({**json.loads(SOUND), "types": json.loads(SOUND)["types"][:-1]}), "lacks OTHER"),
    ],
)
def test_what_cannot_be_used_is_refused_by_file_and_line(text: str, said: str) -> None:
    assert said in refusal(text)
