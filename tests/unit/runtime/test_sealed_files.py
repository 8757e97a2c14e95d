"""Files go out as they were recorded, or not at all, and none is readable where it is stored, or once it is erased."""

import hashlib
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.runtime.errors import DataLoss, InvalidArgument, NotFound, Unavailable
from services.runtime.files.sealed import SealedFiles
from tests.fakes.bucket import MemoryBucket, MemoryKeyring
from tests.fakes.clock import NOON

PIECES = st.lists(st.binary(max_size=64), max_size=8)
MIB = 1024 * 1024
PDF = "application/pdf"


class Case:
    """Files of documents, and where they are."""

    def __init__(self, piece: int = 60_000) -> None:
        self.bucket, self.keyring = MemoryBucket(piece), MemoryKeyring()
        self.files = SealedFiles(self.bucket, self.keyring, "document")

    def put(self, content: bytes, key: str = "a/1", subject: str = "ada", *, piece: int = 60_000) -> str:
        """Stores a file; its hash."""
        pieces = (content[at : at + piece] for at in range(0, len(content), piece))
        self.files.upload(key, subject, pieces, PDF)
        return hashlib.sha256(content).hexdigest()

    def refused(self, key: str, sha256: str) -> bool:
        """Whether it is refused before its first byte, as changed."""
        try:
            self.files.stream(key, sha256)
        except DataLoss as error:
            return error.reason == "FILE_CHANGED"
        return False


@given(PIECES, st.integers(1, 64))
def test_what_was_recorded_goes_out_unchanged(pieces: list[bytes], piece: int) -> None:
    case, whole = Case(piece), b"".join(pieces)
    case.files.upload("a/1", "ada", pieces, PDF)
    digest = hashlib.sha256(whole).hexdigest()
    assert b"".join(case.files.stream("a/1", digest)) == whole
    assert case.files.hash_now("a/1") == digest


@pytest.mark.parametrize("size", [0, 1, MIB - 100, MIB, MIB + 1, 3 * MIB + 7])
def test_sizes_around_a_segment(size: int) -> None:
    case, content = Case(), bytes(range(251)) * (size // 251 + 1)
    digest = case.put(content[:size])
    assert b"".join(case.files.stream("a/1", digest)) == content[:size]


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=300), st.data())
def test_any_other_bytes_are_refused_before_the_first(content: bytes, data: st.DataObject) -> None:
    case = Case()
    digest = case.put(content)
    stored = case.bucket.stored["a/1"]
    other = case.put(data.draw(st.binary(max_size=300).filter(lambda each: each != content)), "a/2")
    at = data.draw(st.integers(0, len(stored) - 1))
    changes = {
        "a bit": stored[:at] + bytes([stored[at] ^ (1 << data.draw(st.integers(0, 7)))]) + stored[at + 1 :],
        "cut short": stored[:at],
        "a byte more": stored + b"\n",
        "another file's": case.bucket.stored["a/2"],
        "something in clear": content + b"\n",
    }
    for what, changed in changes.items():
        case.bucket.stored["a/1"] = changed
        assert case.refused("a/1", digest), what
        assert case.files.hash_now("a/1") not in ("", digest), what
    assert not case.refused("a/2", other)


def test_a_file_opens_at_its_own_place_alone() -> None:
    case = Case()
    digest = case.put(b"the same content", "a/1")
    case.bucket.stored["b/1"] = case.bucket.stored["a/1"]
    assert case.refused("b/1", digest)


def test_segments_are_not_to_be_left_out_or_exchanged() -> None:
    case, content = Case(), b"".join(bytes([number]) * MIB for number in range(4))
    digest = case.put(content)
    stored = case.bucket.stored["a/1"]
    for changed in (
        stored[: 2 * MIB],
        stored[:MIB] + stored[2 * MIB : 3 * MIB] + stored[MIB : 2 * MIB] + stored[3 * MIB :],
    ):
        case.bucket.stored["a/1"] = changed
        assert case.refused("a/1", digest)


@given(st.binary(min_size=16, max_size=200))
def test_nothing_of_the_content_is_in_the_bucket(content: bytes) -> None:
    case = Case()
    case.put(content)
    case.put(content, "a/2")
    first, second = case.bucket.stored.values()
    assert content not in first
    # Not even that two files are the same.
    assert first[-len(content) :] != second[-len(content) :]


def test_a_file_is_of_no_use_once_its_subjects_key_is_destroyed() -> None:
    case = Case()
    digest, others = case.put(b"ada's passport"), case.put(b"bob's passport", "b/1", "bob")
    case.keyring.keys.forget("ada", NOON, {"document": None})
    assert "a/1" in case.bucket.stored
    with pytest.raises(NotFound):
        case.files.stream("a/1", digest)
    assert case.files.hash_now("a/1") == ""
    with pytest.raises(NotFound):
        case.put(b"what comes late", "a/2")
    assert "a/2" not in case.bucket.stored
    assert b"".join(case.files.stream("b/1", others)) == b"bob's passport"


def test_a_key_that_the_law_keeps_opens_its_files_until_then() -> None:
    case = Case()
    digest = case.put(b"ada's agreement")
    end = NOON + timedelta(days=7)
    case.keyring.keys.forget("ada", NOON, {"document": end})
    case.keyring.keys.destroy_expired(end - timedelta(seconds=1))
    assert b"".join(case.files.stream("a/1", digest)) == b"ada's agreement"
    case.keyring.keys.destroy_expired(end)
    with pytest.raises(NotFound):
        case.files.stream("a/1", digest)


def test_a_newer_wrapping_key_changes_no_file() -> None:
    case = Case()
    digest, stored = case.put(b"ada's passport"), dict(case.bucket.stored)
    wrapping = case.keyring.keys._optional
    wrapping.rotate()  # type: ignore[union-attr]
    assert case.keyring.keys.rewrap() != ""
    wrapping.ciphers[0] = wrapping.ciphers[1]  # type: ignore[union-attr]
    case.keyring.keys._opened.clear()
    assert b"".join(case.files.stream("a/1", digest)) == b"ada's passport"
    assert case.bucket.stored == stored


def test_what_was_stored_before_files_were_sealed_goes_out_by_its_hash() -> None:
    case = Case()
    case.bucket.stored["a/1"] = b"%PDF-1.7 of last year"
    digest = hashlib.sha256(b"%PDF-1.7 of last year").hexdigest()
    assert b"".join(case.files.stream("a/1", digest)) == b"%PDF-1.7 of last year"
    assert case.refused("a/1", "0" * 64)


def test_an_upload_that_breaks_off_stores_nothing() -> None:
    def broken() -> Iterator[bytes]:
        yield b"%PDF"
        raise InvalidArgument.field("file", "carries a virus", reason="FILE_INFECTED")

    case = Case()
    with pytest.raises(InvalidArgument):
        case.files.upload("a/1", "ada", broken(), PDF)
    assert case.bucket.stored == {}


def test_a_store_that_goes_away_meanwhile_is_no_change() -> None:
    case = Case()
    digest = case.put(b"begun and not ended")

    def broken(key: str) -> Iterator[bytes]:
        yield case.bucket.stored[key][:8]
        raise Unavailable("the file store is out of reach")

    case.bucket.stream = broken  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        case.files.stream("a/1", digest)
    with pytest.raises(Unavailable):
        case.files.hash_now("a/1")


def test_a_large_file_is_never_whole_in_memory() -> None:
    class Counting(MemoryBucket):
        """Keeps nothing but the longest chunk's length, and gives back what is not sealed."""

        longest = 0

        def upload(self, key: str, chunks: Iterable[bytes], content_type: str = "") -> int:
            for chunk in chunks:
                self.longest = max(self.longest, len(chunk))
            return 0

    bucket, piece = Counting(), bytes(64 * 1024)
    files = SealedFiles(bucket, MemoryKeyring(), "document")
    files.upload("warm", "ada", [piece], PDF)
    tracemalloc.start()
    files.upload("a/1", "ada", (piece for _ in range(40 * 16)), PDF)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bucket.longest < 3 * MIB and peak < 8 * MIB
