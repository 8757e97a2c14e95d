"""Files go out as they were recorded, or not at all; whatever pieces they come in."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import DataLoss, Unavailable
from services.runtime.files.integrity import verified

PIECES = st.lists(st.binary(max_size=64), max_size=8)


@given(PIECES)
def test_what_was_recorded_goes_out_unchanged(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert b"".join(verified(pieces, "key", hashlib.sha256(whole).hexdigest())) == whole


@given(PIECES, PIECES)
def test_anything_else_is_refused_before_the_first_byte(recorded: list[bytes], stored: list[bytes]) -> None:
    right, there = b"".join(recorded), b"".join(stored)
    if right != there:
        with pytest.raises(DataLoss):
            verified(stored, "key", hashlib.sha256(right).hexdigest())


def test_a_file_larger_than_memory_may_hold_is_the_same() -> None:
    piece, count = b"\x00\xff" * 131_072, 20
    digest = hashlib.sha256(piece * count).hexdigest()
    assert sum(map(len, verified([piece] * count, "key", digest))) == len(piece) * count


def test_a_store_that_goes_away_meanwhile_is_no_change() -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise Unavailable("the file store is out of reach")

    with pytest.raises(Unavailable):
        verified(broken(), "key", "")
