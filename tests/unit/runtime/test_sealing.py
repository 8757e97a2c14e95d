"""Paths of personal texts: sealed wherever they are in a row, whatever else is there left alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.stores.sealing import Paths
from tests.fakes.clock import NOON
from tests.fakes.data_keys import fake_keys

PATHS = Paths("reviews", ["reason", "request.project.name", "answers.text", "matched", "payment *.note"])
_TEXT = st.text(max_size=40)


def _rows() -> st.SearchStrategy[dict[str, Any]]:
    project = st.fixed_dictionaries({"name": _TEXT, "cost": _TEXT})
    return st.fixed_dictionaries(
        {},
        optional={
            "reason": _TEXT,
            "status": _TEXT,
            "count": st.integers(),
            "request": st.none() | st.fixed_dictionaries({"project": project, "months": st.integers()}),
            "answers": st.lists(st.fixed_dictionaries({"text": _TEXT, "by": _TEXT}), max_size=3),
            "matched": st.lists(_TEXT, max_size=3),
            "payment 1": st.fixed_dictionaries({"note": _TEXT, "amount": _TEXT}),
        },
    )


@given(_rows())
def test_a_row_is_whole_again_when_it_is_opened(row: dict[str, Any]) -> None:
    keys = fake_keys()
    sealed = PATHS.seal(row, keys.of("anna", "reviews"), "a1")
    assert PATHS.open(json.loads(json.dumps(sealed)), keys.by_id(PATHS.key_ids(sealed)), "a1") == row


@given(_rows())
def test_what_is_personal_is_sealed_and_nothing_else(row: dict[str, Any]) -> None:
    key = fake_keys().of("anna", "reviews")
    sealed = PATHS.seal(row, key, "a1")
    assert sealed.keys() == row.keys()
    for name in ("status", "count"):
        assert sealed.get(name) == row.get(name)
    personal = [row.get("reason"), *row.get("matched", ()), *(each["text"] for each in row.get("answers", ()))]
    stored = [sealed.get("reason"), *sealed.get("matched", ()), *(each["text"] for each in sealed.get("answers", ()))]
    if row.get("request"):
        personal.append(row["request"]["project"]["name"])
        stored.append(sealed["request"]["project"]["name"])
        assert sealed["request"]["project"]["cost"] == row["request"]["project"]["cost"]
    if "payment 1" in row:
        personal.append(row["payment 1"]["note"])
        stored.append(sealed["payment 1"]["note"])
    for before, after in zip(personal, stored, strict=True):
        assert after.startswith(f"s1.{key.key_id}.") if before else after == before
    assert PATHS.in_use(row) == any(personal)


def test_a_destroyed_key_leaves_empty_texts_and_all_else() -> None:
    keys = fake_keys()
    row = {"reason": "Anna lives at 5", "status": "REJECTED", "matched": ["Anna", ""]}
    sealed = PATHS.seal(row, keys.of("anna", "reviews"), "a1")
    keys.forget("anna", NOON, {"reviews": None})
    opened = PATHS.open(sealed, keys.by_id(PATHS.key_ids(sealed)), "a1")
    assert opened == {"reason": "", "status": "REJECTED", "matched": ["", ""]}


def test_a_seal_that_was_moved_to_another_row_does_not_open() -> None:
    keys = fake_keys()
    sealed = PATHS.seal({"reason": "Anna"}, keys.of("anna", "reviews"), "a1")
    with pytest.raises(ValueError, match="sealed elsewhere"):
        PATHS.open(sealed, keys.by_id(PATHS.key_ids(sealed)), "a2")


def test_what_was_written_before_its_path_was_named_is_read_as_it_is() -> None:
    assert PATHS.open({"reason": "s1 of all"}, {}, "a1") == {"reason": "s1 of all"}
