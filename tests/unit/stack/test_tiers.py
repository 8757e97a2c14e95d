"""Where log lines are archived: a key says of which hour and source, and how many lines."""

from datetime import UTC, datetime

import pytest

from stack.observability import tiers
from stack.observability.tiers import Slice

HOUR = datetime(2026, 11, 30, 13, tzinfo=UTC)


def test_a_key_is_by_day_and_service_and_says_how_many() -> None:
    key = Slice(HOUR, "kyc").key(1200)
    assert key == "logs/2026/11/30/kyc/13-000001200.jsonl.gz"
    assert key.startswith(tiers.day(HOUR))
    assert tiers.read(key) == (Slice(HOUR, "kyc"), 1200)


@pytest.mark.parametrize("key", ["logs/2026/11/30/kyc/13.jsonl.gz", "other/2026/11/30/kyc/13-1.jsonl.gz", "logs/"])
def test_another_name_is_none_of_them(key: str) -> None:
    assert tiers.read(key) is None


@pytest.mark.parametrize(
    "line, source",
    [
        ({"service.name": "kyc", "part": "kyc-standby"}, "kyc"),
        ({"part": "postgres"}, "postgres"),
        ({"service.name": "../a b/c"}, "a-b-c"),
        ({}, "unknown"),
        ({"part": ""}, "unknown"),
    ],
)
def test_a_line_is_of_its_service_or_its_part(line: dict[str, str], source: str) -> None:
    assert tiers.source(line) == source
    assert tiers.read(Slice(HOUR, source).key(1)) == (Slice(HOUR, source), 1)


def test_what_is_kept_for_years_is_removed_by_the_store_then() -> None:
    [rule] = tiers.lifecycle()["Rules"]
    assert rule["Expiration"] == {"Days": 2562}
    assert rule["Filter"] == {"Prefix": "logs/"}
