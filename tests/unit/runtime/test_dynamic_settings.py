"""Dynamic settings: what a version may hold, and that one which may not holds changes nothing."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog import BY_NAME
from services.dynamic_settings import page
from services.dynamic_settings.table import EDGE, TABLE
from services.runtime.dynamic.following import REFUSED, DynamicSettings
from services.runtime.dynamic.setting import ALL, Refused, Setting, Table

RATE = Setting("rate", float, 1, "the rate", ("kyc", "risk"), 0.5, 2)
COUNT = Setting("count", int, 3, "the count", ("kyc",), 1, 9, "calls")
WORD = Setting("word", ("RED", "BLUE"), "RED", "the word", ("risk",))
SMALL = Table((RATE, COUNT, WORD))


def following(reader: str = "kyc") -> tuple[DynamicSettings, list[tuple[str, Any]]]:
    """Follows all that a reader of the small table reads, and what its listeners were given."""
    dynamic, given = DynamicSettings(SMALL, reader), list[tuple[str, Any]]()
    for setting in SMALL.settings:
        if reader in setting.readers:
            dynamic.follow(setting.name, partial(_note, given, setting.name), setting.default)
    return dynamic, given


def test_each_change_comes_once_and_what_is_taken_away_goes_back_to_the_start() -> None:
    dynamic, given = following()
    assert dynamic.take(1, {"rate": {ALL: 2}, "count": {ALL: 4}})
    assert dynamic.take(1, {"rate": {ALL: 1.5}}), "a version that is in force was refused"
    assert dynamic.take(2, {"rate": {ALL: 2, "kyc": 0.5}, "count": {ALL: 4}})
    assert dynamic.take(3, {})
    assert given == [("rate", 2), ("count", 4), ("rate", 0.5), ("rate", 1), ("count", 3)]
    assert dynamic.version == 3


def _note(given: list[tuple[str, Any]], name: str, value: Any) -> None:
    given.append((name, value))


BAD: list[tuple[Any, str]] = [
    ({"rate": {ALL: 2.1}}, "rate is 2.1, and must be a number from 0.5 to 2"),
    ({"rate": {ALL: float("nan")}}, "rate is nan"),
    ({"rate": {ALL: True}}, "rate is True"),
    ({"count": {ALL: 2.0}}, "count is 2.0, and must be a whole number from 1 to 9 calls"),
    ({"count": {ALL: 0}}, "from 1 to 9"),
    ({"word": {ALL: "GREEN"}}, "one of RED, BLUE"),
    ({"word": {"kyc": "RED"}}, "not read by kyc"),
    ({"rate": 2}, "object"),
    ({"ratte": {ALL: 2}}, "ratte is no dynamic setting"),
    ([], "object"),
]


@pytest.mark.parametrize(("values", "said"), BAD)
def test_a_version_with_a_bad_or_unknown_value_is_refused_whole(values: Any, said: str) -> None:
    dynamic, given = following()
    assert dynamic.take(1, {"count": {ALL: 5}})
    refused = REFUSED._value.get()
    assert not dynamic.take(2, values)
    assert not dynamic.take(2, values), "the same version was taken at the second look"
    assert (dynamic.version, given) == (1, [("count", 5)])
    assert REFUSED._value.get() == refused + 1, "one version was counted at each look"
    assert dynamic.take(3, {"count": {ALL: 6}})
    with pytest.raises(Refused, match=said):
        SMALL.checked(values)


@given(st.dictionaries(st.sampled_from(["rate", "count", "word"]), st.dictionaries(
    st.sampled_from([ALL, "kyc", "risk"]), st.one_of(st.integers(-1, 11), st.floats(), st.sampled_from(["RED", ""]))
)))  # fmt: skip
def test_whatever_is_taken_is_within_its_bounds_and_whatever_is_not_changes_nothing(values: Any) -> None:
    dynamic, given = following()
    taken = dynamic.take(1, values)
    try:
        SMALL.checked(values)
    except Refused:
        assert not taken
        assert not given
        return
    assert taken
    for name, value in given:
        assert SMALL.named(name).checked(value) == value


@pytest.mark.parametrize("text", ["", "nine", "1e3", "0x5", "10"])
def test_what_a_text_says_is_held_to_the_same_bounds(text: str) -> None:
    with pytest.raises(Refused, match=r"count .* from 1 to 9 calls"):
        COUNT.read(text)
    assert COUNT.read("9") == 9


def test_only_what_is_declared_can_be_followed_and_all_of_it_is() -> None:
    dynamic = DynamicSettings(SMALL, "kyc")
    with pytest.raises(LookupError, match="word"):
        dynamic.current("word", "RED")
    rate = dynamic.current("rate", 1)
    with pytest.raises(LookupError, match="count"):
        dynamic.check()
    dynamic.follow("count", lambda _: None, 3)
    dynamic.check()
    dynamic.take(1, {"rate": {"kyc": 2}})
    assert rate() == 2


def test_a_default_out_of_its_bounds_and_two_of_a_name_are_no_table() -> None:
    with pytest.raises(Refused, match="rate"):
        Table([Setting("rate", int, 0, "", ("kyc",), 1, 2)])
    with pytest.raises(ValueError, match="same name"):
        Table([RATE, RATE])


@pytest.mark.parametrize("service", BY_NAME)
def test_a_service_follows_what_the_table_says(service: str) -> None:
    texts = [
        Path(f"services/{service}/__main__.py").read_text(),
        Path("services/runtime/serving/service.py").read_text(),
    ]
    followed = {setting.name for setting in TABLE.settings if any(f'"{setting.name}"' in text for text in texts)}
    declared = TABLE.read_by(service)
    assert followed == declared, (
        f"services/{service}/__main__.py follows {sorted(followed - declared)}, which the table"
        f" of dynamic settings does not declare, and does not follow {sorted(declared - followed)}: make them agree"
    )


def test_every_reader_is_a_service_or_the_edge() -> None:
    strangers = {reader for setting in TABLE.settings for reader in setting.readers} - {*BY_NAME, EDGE}
    assert not strangers, f"services/dynamic_settings/table.py: {sorted(strangers)} follow nothing: take them out"


def test_the_page_is_made_of_the_table() -> None:
    assert page.FILE.read_text() == page.page(), "docs/settings.md is old: run python -m services.dynamic_settings.page"
