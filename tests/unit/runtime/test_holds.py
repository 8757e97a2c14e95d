"""A legal hold keeps every key of a person, whatever else becomes of them, until it is released."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retention import ERASED_AT_ONCE, RULES, expiry
from services.runtime.stores.data_keys import DataKeys
from tests.fakes.clock import NOON
from tests.fakes.data_keys import fake_keys

CLASSES = sorted(RULES.keys() | ERASED_AT_ONCE)
SECOND = timedelta(seconds=1)


def forget(keys: DataKeys, at: datetime) -> None:
    """The subject is erased."""
    keys.forget("ada", at, {each: expiry(each, at) for each in CLASSES})


def left(keys: DataKeys) -> set[str]:
    """The classes whose key is there."""
    return {each.record_class for each in keys.of_subject("ada") if not each.destroyed}


@pytest.mark.parametrize("record_class", CLASSES)
def test_a_class_ends_at_its_time_and_under_a_hold_with_the_hold(record_class: str) -> None:
    end = expiry(record_class, NOON)
    for held in (False, True):
        keys = fake_keys()
        keys.of("ada", record_class)
        if held:
            keys.hold("ada", CLASSES, "Az 17/26")
        forget(keys, NOON)
        if end is not None:
            keys.destroy_expired(end - SECOND)
            assert record_class in left(keys)
            keys.destroy_expired(end)
        assert (record_class in left(keys)) is held
        keys.destroy_expired((end or NOON) + timedelta(days=3650))
        assert (record_class in left(keys)) is held
        keys.hold("ada", CLASSES, "")
        keys.destroy_expired(end or NOON)
        assert record_class not in left(keys)


@given(st.lists(st.sampled_from(["hold", "release", "erase", "a year", "write"]), max_size=12))
def test_nothing_is_destroyed_while_it_is_held(steps: list[str]) -> None:
    keys, now, held = fake_keys(), NOON, False
    keys.hold("ada", CLASSES, "")
    for step in steps:
        before = left(keys)
        match step:
            case "hold":
                keys.hold("ada", CLASSES, "Az 17/26")
                held = True
            case "release":
                keys.hold("ada", CLASSES, "")
                held = False
            case "erase":
                forget(keys, now)
            case "a year":
                now += timedelta(days=366)
            case _:
                keys.of("ada", "kyc")
        keys.destroy_expired(now)
        assert keys.is_held("ada") is held
        assert not held or left(keys) == before


def test_a_hold_is_of_one_person() -> None:
    keys = fake_keys()
    keys.of("bob", "kyc")
    keys.hold("ada", ["kyc"], "Az 17/26")
    assert keys.is_held("ada") and not keys.is_held("bob")
    keys.forget("bob", NOON, {"kyc": None})
    assert [each.destroyed for each in keys.of_subject("bob")] == [True]
