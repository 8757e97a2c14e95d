"""Tables of points: what is shipped is sealed and whole, and what is not is refused by file and line."""

import json
import re
from collections.abc import Callable, Iterator
from functools import reduce
from importlib import resources
from math import nan
from operator import getitem
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dynamic_settings.table import TABLE
from services.risk.assessment import RiskRating
from services.risk.collateral_table import parse_table
from services.risk.rules_shipped import BadRules, parse_rules
from services.risk.scorecards import CHALLENGER, CHAMPION, NO_CHALLENGER, BadTable, Tables, parse, read_all, shipped
from services.risk.table_digest import digest_of

FOLDER = resources.files("services.risk").joinpath("points")
Change = Callable[[dict[str, Any]], object]


def text_of(version: str) -> str:
    return FOLDER.joinpath(f"{version}.json").read_text(encoding="utf-8")


def broken(change: Change, *, sealed: bool = True, version: str = CHAMPION) -> str:
    data = json.loads(text_of(version))
    change(data)
    if sealed:
        data["sha256"] = digest_of(data)
    return json.dumps(data, indent=1)


def of(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["characteristics"] if each["name"] == name)
    return found


def first_band(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = of(data, "FINANCED_SHARE")["bands"][0]
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value."""
    yield path
    names = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in names:
        yield from places(each, (*path, name))


def refusal(text: str) -> str:
    with pytest.raises(BadTable) as refused:
        parse(text, "some.json")
    return str(refused.value)


# What is done to the table, the word on whose line it is, and what is said.
MISTAKES: dict[str, tuple[Change, str, str]] = {
    "an unknown characteristic": (lambda d: of(d, "TENURE").update(name="AGE"), "AGE", "nothing computes AGE"),
    "one twice": (lambda d: d["characteristics"].append(of(d, "TENURE")), "TENURE", "TENURE is there twice"),
    "no band for the highest": (
        lambda d: of(d, "FINANCED_SHARE")["bands"].pop(), "FINANCED_SHARE", "values above it have no band",
    ),
    "bounds that fall": (
        lambda d: of(d, "FINANCED_SHARE")["bands"][0].update(below="99"), "FINANCED_SHARE", "do not rise",
    ),
    "no band for what is missing": (lambda d: of(d, "TENURE").pop("missing"), "TENURE", "lacks or misstates 'missing'"),
    "no band for a name": (lambda d: of(d, "HOUSING")["categories"].pop("RENTED"), "HOUSING", "HOUSING lacks RENTED"),
    "a name that nothing is": (
        lambda d: of(d, "HOUSING")["categories"].update(TENT=of(d, "HOUSING")["missing"]), "HOUSING", "nothing is TENT",
    ),
    "points beyond the range": (lambda d: d.update(base_points=1000), "base_points", "outside of 0..1000"),
    "ratings with a gap": (lambda d: d["ratings"].pop(), "ratings", "do not fall to 0"),
    "points that are none": (lambda d: first_band(d).update(points="x"), "FINANCED_SHARE", "'x': has to be a whole"),
    "points that are no number": (lambda d: first_band(d).update(points=nan), "FINANCED_SHARE", "nan: has to be"),
    "a part of a point": (lambda d: first_band(d).update(points=3.9), "FINANCED_SHARE", "3.9: has to be a whole"),
    "no bands": (lambda d: of(d, "FINANCED_SHARE").update(bands=[]), "FINANCED_SHARE", "FINANCED_SHARE lacks bands"),
    "a bound that is none": (lambda d: first_band(d).update(below="Infinity"), "FINANCED_SHARE", "has to be a number"),
    "a reason in no words": (lambda d: first_band(d).update(description=1), "FINANCED_SHARE", "1: has to be a text"),
    "no characteristics": (lambda d: d.update(characteristics=[]), "characteristics", "no characteristic is there"),
    "base points that are none": (lambda d: d.update(base_points=600.5), "base_points", "600.5: has to be a whole"),
    "a share that is none": (lambda d: d["population"][0].update(share="NaN"), "population", "has to be a number"),
    "a code twice": (
        lambda d: of(d, "TENURE")["missing"].update(code="TENURE_FROM_25"), "TENURE_FROM_25", "code of another band",
    ),
    "a share above one": (lambda d: first_band(d).update(share="1.5"), "FINANCED_SHARE", "'1.5': has to be a share"),
    "shares that are no whole": (lambda d: first_band(d).update(share="0.5"), "FINANCED_SHARE", "do not add up to 1"),
    "a population with a gap": (lambda d: d["population"].pop(), "population", "do not rise to 1000"),
    "a population that is no whole": (
        lambda d: d["population"][0].update(share="0.5"), "population", "do not add up to 1",
    ),
    "an unknown rating": (lambda d: d["ratings"][0].update(rating="Z"), "ratings", "lacks or misstates 'Z'"),
    "a probability that rises": (
        lambda d: d["probability"].update(slope="0.01"), "probability", "does not fall with the score",
    ),
    "a probability that is none": (
        lambda d: d["probability"].update(slope="steep"), "probability", "lacks or misstates",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_table_that_is_not_whole_is_refused_by_file_and_line(mistake: str) -> None:
    change, word, said = MISTAKES[mistake]
    text = broken(change)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if f'"{word}"' in each)
    assert refusal(text).startswith(f"some.json:{line}: ") and said in refusal(text)


def test_a_table_that_was_changed_after_it_was_sealed_is_refused() -> None:
    text = broken(lambda d: of(d, "TENURE")["missing"].update(points=1), sealed=False)
    assert refusal(text).startswith("some.json:3: its content is not what its hash seals")


def test_a_table_that_is_no_json_is_refused_by_its_line() -> None:
    assert refusal(text_of(CHAMPION).replace('"ratings": [', '"ratings": ', 1)).startswith("some.json:")
    assert refusal('{\n "version": }').startswith("some.json:2: is no JSON")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "[]", "null", '{"sha256": "\\ud800"}'])
def test_whatever_a_file_holds_it_is_refused_by_file_and_line(text: str) -> None:
    assert refusal(text).startswith("some.json:1: ")
    with pytest.raises(ValueError, match=r"^x\.json:1: "):
        parse_table(text, "x.json")
    with pytest.raises(BadRules, match=r"^x\.json:1: "):
        parse_rules(text, "x.json")


PLACES = [*places(json.loads(text_of(CHAMPION)))]
ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([[], {}, "NaN"])


@given(st.sampled_from([each for each in PLACES if each and each[0] != "sha256"]), ANY)
def test_whatever_stands_in_a_table_it_is_read_or_refused_by_file_and_line(path: tuple[Any, ...], value: Any) -> None:
    changed = json.loads(text_of(CHAMPION))
    *inside, last = path
    reduce(getitem, inside, changed)[last] = value
    changed["sha256"] = digest_of(changed)
    said = "some.json:1: "
    try:
        made = parse(json.dumps(changed, indent=1), "some.json")
    except BadTable as refused:
        said, made = str(refused), parse(text_of(CHAMPION))
    assert re.match(r"some\.json:[0-9]+: ", said)
    assert all(type(reason.points) is int for each in made.characteristics.values() for reason in each.all)


def test_a_table_under_another_versions_name_is_refused() -> None:
    with pytest.raises(BadTable, match=f"x.json:2: is of version {CHAMPION}"):
        read_all([("x.json", text_of(CHAMPION))])


@pytest.mark.parametrize("version", shipped())
def test_every_shipped_table_is_whole(version: str) -> None:
    table = shipped()[version]
    ratings = [rating for _, rating in table.ratings]
    assert ratings == list(RiskRating)
    for each in table.characteristics.values():
        assert all(reason.description.endswith(".") for reason in each.all)
        # What can be a reason says what would have to change.
        for reason in each.all[:-1]:
            assert reason.points >= 0 or reason.change.endswith("."), f"{version} {reason.code} lacks change"


def test_the_settings_name_just_the_tables_that_are_shipped() -> None:
    kinds = {setting.name: setting for setting in TABLE.settings}
    champion, challenger = kinds["risk_scorecard"], kinds["risk_challenger"]
    assert (champion.kind, champion.default) == (tuple(shipped()), CHAMPION)
    assert (challenger.kind, challenger.default) == ((NO_CHALLENGER, *shipped()), CHALLENGER)


def test_champion_and_challenger_are_those_of_the_settings_at_each_look() -> None:
    chosen = [CHAMPION, CHALLENGER]
    tables = Tables(shipped(), lambda: chosen[0], lambda: chosen[1])
    assert tables.challenger is not None
    assert (tables.champion.version, tables.challenger.version) == (CHAMPION, CHALLENGER)
    chosen[:] = [CHALLENGER, NO_CHALLENGER]
    assert tables.champion.version == CHALLENGER
    for other in (NO_CHALLENGER, CHALLENGER):
        chosen[1] = other
        assert Tables(shipped(), lambda: chosen[0], lambda: chosen[1]).challenger is None
    assert tables.of(CHAMPION).version == CHAMPION
    assert tables.of("of long ago").version == CHALLENGER
