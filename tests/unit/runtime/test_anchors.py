"""What is no anchor of a chain of ours, of all that a service may write to their topic."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.runtime.audit.anchoring import Anchor

ANCHOR = Anchor("kyc", 7, b"link", b"signature", datetime(2030, 1, 1, tzinfo=UTC))
PLAIN = json.loads(ANCHOR.encoded())
TIMES: list[Any] = ["2030-01-01T00:00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00Z", "", "now", None, 5, []]
SEQUENCES: list[Any] = [float("inf"), float("nan"), 1.5, 0, -1, 2**63, True, "1", None, [], {}]
SERVICES: list[Any] = ["", "../kyc", "Kyc", "kyc\n", "a" * 300, "k\u00fc", "a/b", None, 7, []]
BYTES: list[Any] = ["xyz", "abc", None, 7]
PROOFS: list[Any] = ["\u00fc", None, 7, []]
CHANGES: list[dict[str, Any]] = [
    *({"anchor_time": each} for each in TIMES),
    *({"sequence": each} for each in SEQUENCES),
    *({"service": each} for each in SERVICES),
    *({"link": each} for each in BYTES),
    *({"signature": each} for each in BYTES),
    *({"attestation": each} for each in PROOFS),
]


def test_an_anchor_is_read_as_it_was_written() -> None:
    assert Anchor.decoded(ANCHOR.encoded()) == ANCHOR


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_no_chain_has_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="this is no anchor"):
        Anchor.decoded(json.dumps(PLAIN | change).encode())


def test_one_of_before_there_were_proofs_is_read() -> None:
    without = {key: value for key, value in PLAIN.items() if key != "attestation"}
    assert Anchor.decoded(json.dumps(without).encode()) == ANCHOR


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - {"attestation"}))
def test_what_lacks_a_part_is_none(name: str) -> None:
    with pytest.raises(ValueError, match="this is no anchor"):
        Anchor.decoded(json.dumps({key: value for key, value in PLAIN.items() if key != name}).encode())


@pytest.mark.parametrize(
    "value",
    [b"", b"{}", b"[]", b"7", b"null", b"\xff", b"[" * 1_900, b"{" * 1_900, ANCHOR.encoded() + b" " * 3_000],
    ids=range(9),
)
def test_other_bytes_are_none(value: bytes) -> None:
    with pytest.raises(ValueError, match="this is no anchor"):
        Anchor.decoded(value)
