"""Data keys: whose they are, what they seal, and what is left when one is destroyed or wrapped anew."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.runtime.stores import encryption
from services.runtime.stores.data_keys import ANSWERS, DataKeys, key_of
from services.runtime.stores.sealing import SealedAnswers
from services.runtime.stores.wrapping import FileWrapping
from tests.fakes.clock import NOON
from tests.fakes.data_keys import FakeDataKeyRows, FakeWrapping, fake_keys


@pytest.fixture
def rows() -> FakeDataKeyRows:
    return FakeDataKeyRows()


@pytest.fixture
def wrapping() -> FakeWrapping:
    return FakeWrapping()


def test_a_seal_names_algorithm_and_key_and_opens_at_its_place_alone() -> None:
    keys = fake_keys()
    key = keys.of("anna", "reviews")
    sealed, again = key.seal("Anna Müller", "reviews.reason"), key.seal("Anna Müller", "reviews.reason")
    assert sealed != again
    assert "Anna" not in sealed
    assert sealed.split(".")[:2] == ["s1", key.key_id]
    assert key_of(sealed) == key.key_id
    assert keys.by_id({key.key_id})[key.key_id].open(sealed, "reviews.reason") == "Anna Müller"
    with pytest.raises(ValueError, match="sealed elsewhere"):
        key.open(sealed, "reviews.message")
    changed = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]
    with pytest.raises(ValueError, match="was changed"):
        key.open(changed, "reviews.reason")


def test_another_subject_and_another_class_have_keys_of_their_own(rows: FakeDataKeyRows) -> None:
    keys = DataKeys(rows, FakeWrapping())
    made = {keys.of(subject, kind).key_id for subject in ("anna", "ben") for kind in ("reviews", ANSWERS)}
    assert len(made) == 4
    assert made == {keys.of(subject, kind).key_id for subject in ("anna", "ben") for kind in ("reviews", ANSWERS)}
    assert made == set(rows.rows)


def test_what_a_destroyed_key_sealed_is_empty_and_nothing_is_sealed_for_its_subject_again() -> None:
    keys = fake_keys()
    key, other = keys.of("anna", "reviews"), keys.of("ben", "reviews")
    sealed, others = key.seal("Anna", "p"), other.seal("Ben", "p")
    keys.forget("anna", NOON, {"reviews": None})
    [found] = keys.by_id({key.key_id}).values()
    assert found.open(sealed, "p") == ""
    assert keys.of("anna", "reviews").seal("Anna again", "p") == ""
    assert keys.by_id({other.key_id})[other.key_id].open(others, "p") == "Ben"


def test_a_key_on_hold_is_destroyed_once_it_is_not(rows: FakeDataKeyRows) -> None:
    keys = DataKeys(rows, FakeWrapping())
    key = keys.of("anna", "reviews")
    rows.held[key.key_id] = "Az 17/26"
    keys.forget("anna", NOON, {"reviews": None})
    assert keys.of("anna", "reviews").secret is not None
    rows.held.clear()
    assert keys.destroy_expired(NOON) == {"reviews": 1}
    assert keys.of("anna", "reviews").secret is None


def test_each_class_goes_at_its_own_time_and_what_comes_late_with_it(rows: FakeDataKeyRows) -> None:
    keys, later = DataKeys(rows, FakeWrapping()), NOON + timedelta(days=365)
    keys.of("anna", "reviews")
    keys.forget("anna", NOON, {"reviews": None, "contracts": later})
    assert keys.of("anna", "reviews").secret is None
    # There was no key of the class: what is sealed by it from now on ends at the same time.
    assert keys.of("anna", "contracts").secret is not None
    assert keys.destroy_expired(later - timedelta(seconds=1)) == {}
    assert keys.destroy_expired(later) == {"contracts": 1}
    assert keys.of("anna", "contracts").secret is None
    # Said once more, an erasure does not put the end off.
    keys.forget("anna", later, {"reviews": later + timedelta(days=1)})
    assert keys.of("anna", "reviews").secret is None


def test_a_row_that_is_gone_leaves_what_it_sealed_empty() -> None:
    [found] = fake_keys().by_id({"unknown"}).values()
    assert found.open("s1.unknown.AAAA", "p") == ""


def test_keys_are_wrapped_anew_and_what_they_sealed_stays(rows: FakeDataKeyRows, wrapping: FakeWrapping) -> None:
    keys = DataKeys(rows, wrapping)
    sealed = {each: keys.of(each, "reviews").seal(each, "p") for each in ("anna", "ben", "cem")}
    wrapping.rotate()
    assert not any(wrapping.is_newest(row.wrapped or "") for row in rows.rows.values())
    place = ""
    while place := keys.rewrap(place, limit=2):
        pass
    assert all(wrapping.is_newest(row.wrapped or "") for row in rows.rows.values())
    fresh = DataKeys(rows, wrapping)
    for subject, text in sealed.items():
        assert fresh.of(subject, "reviews").open(text, "p") == subject


def test_a_key_that_may_be_rolled_back_is_asked_for_again(rows: FakeDataKeyRows) -> None:
    keys = DataKeys(rows, FakeWrapping())
    lost = keys.of("anna", "reviews")
    rows.rows.clear()
    assert keys.of("anna", "reviews").key_id != lost.key_id


def test_known_keys_cost_no_wrapping_and_a_key_that_was_not_needed_is_the_next_subjects(
    rows: FakeDataKeyRows, wrapping: FakeWrapping
) -> None:
    keys = DataKeys(rows, wrapping)
    for _ in range(5):
        keys.of("anna", "reviews")
    # One for the key, one that was made in vain, one to open it once committed.
    assert wrapping.calls == 3
    keys.of("ben", "reviews")
    assert wrapping.calls == 3


def test_without_a_wrapping_nothing_is_sealed(rows: FakeDataKeyRows) -> None:
    with pytest.raises(RuntimeError, match="without a wrapping key"):
        DataKeys(rows, None).of("anna", "reviews")


def test_the_first_line_wraps_once_it_is_there_and_the_others_unwrap(tmp_path: Path) -> None:
    file, old, new = tmp_path / "keys", encryption.new_secret(), encryption.new_secret()
    file.write_text(f"{old}\n")
    wrapping = FileWrapping(file)
    wrapped = wrapping.wrap(b"k" * 32)
    assert wrapping.is_newest(wrapped)
    file.write_text(f"{new}\n{old}\n")
    assert wrapping.unwrap(wrapped) == b"k" * 32
    assert not wrapping.is_newest(wrapped)
    assert wrapping.is_newest(wrapping.wrap(b"k" * 32))
    file.unlink()
    # Mounted anew, it is away for a moment.
    assert wrapping.unwrap(wrapped) == b"k" * 32
    file.write_text(new)
    with pytest.raises(ValueError, match="none of the wrapping keys"):
        wrapping.unwrap(wrapped)
    for wrong in (" \n", "short"):
        file.write_text(wrong)
        with pytest.raises(ValueError, match=r"empty|characters at least"):
            FileWrapping(file)


class Rows:
    """IdempotencyRows in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], tuple[bytes, bytes]] = {}

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        return self.kept.get((subject, method, key))

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        self.kept[subject, method, key] = (request_hash, response)


def test_answers_are_kept_sealed_and_go_with_who_asked() -> None:
    rows, keys = Rows(), fake_keys()
    answers = SealedAnswers(rows, keys)
    assert answers.find("customer:anna", "/a/B", "k1") is None
    answers.save("customer:anna", "/a/B", "k1", b"hash of a password", b"Anna")
    assert answers.find("customer:anna", "/a/B", "k1") == (b"hash of a password", b"Anna")
    [(request_hash, response)] = rows.kept.values()
    assert b"password" not in request_hash
    assert b"Anna" not in response
    keys.forget("anna", NOON, {ANSWERS: None})
    assert answers.find("customer:anna", "/a/B", "k1") is None
