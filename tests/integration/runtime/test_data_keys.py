"""Data keys on either database: one for a subject and class however many ask, gone for good once destroyed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.runtime import errors
from services.runtime.stores.data_keys import ANSWERS, DataKey, DataKeys
from services.runtime.stores.key_care import KeyCare
from services.runtime.stores.wrapping import KeyWrapping
from tests.fakes.clock import NOON
from tests.integration.runtime.things import Backend


def _of(backend: Backend, subject: str, kind: str = "things") -> DataKey:
    for _ in range(20):
        try:
            with backend.store.transaction():
                return backend.store.keys.of(subject, kind)
        except errors.Aborted:
            continue
    raise AssertionError("no key was made")


def _found(backend: Backend, key: DataKey) -> DataKey:
    """The key as a replica finds it that knows nothing yet."""
    other = DataKeys(backend.store.keys._rows, backend.store.keys._wrapping)
    with backend.store.transaction():
        return other.by_id({key.key_id})[key.key_id]


def test_all_who_ask_at_once_get_the_same_key(backend: Backend) -> None:
    start = threading.Barrier(6)

    def ask(_: int) -> str:
        start.wait()
        return _of(backend, "anna").key_id

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(ask, range(6)))
    assert len(made) == len(backend.rows("data_keys")) == 1
    assert _of(backend, "anna", ANSWERS).key_id not in made


def test_a_key_that_is_rolled_back_is_no_key(backend: Backend) -> None:
    with pytest.raises(RuntimeError), backend.store.transaction():
        lost = backend.store.keys.of("anna", "things")
        # Asked again in the same transaction, it is not taken for one that stays.
        assert backend.store.keys.of("anna", "things").key_id == lost.key_id
        raise RuntimeError
    assert _of(backend, "anna").key_id != lost.key_id
    assert _found(backend, lost).secret is None


def test_what_is_sealed_opens_in_another_process_until_its_key_is_destroyed(backend: Backend) -> None:
    key, other = _of(backend, "anna"), _of(backend, "ben")
    sealed = key.seal("Anna", "things.name")
    assert _found(backend, key).open(sealed, "things.name") == "Anna"
    with backend.store.transaction():
        backend.store.keys.forget("anna", NOON, {"things": None, "contracts": NOON + timedelta(days=365)})
    assert _found(backend, key).open(sealed, "things.name") == ""
    assert _found(backend, other) == other
    # Not made anew: what comes late about who is erased is not kept in clear, and not sealed for later either.
    assert _of(backend, "anna").seal("Anna again", "things.name") == ""
    rows = {each["record_class"]: each for each in backend.rows("data_keys") if each["subject"] == "anna"}
    row = rows["things"]
    assert row["wrapped"] is None
    assert row["destroy_time"] is not None
    assert rows["contracts"]["wrapped"] is not None
    day = timedelta(days=1)
    for passed, left in ((364 * day, True), (365 * day, False)):
        KeyCare(backend.store, "things", lambda: NOON + passed).erase()  # noqa: B023 - called at once
        [contract] = [each for each in backend.rows("data_keys") if each["record_class"] == "contracts"]
        assert (contract["wrapped"] is not None) is left


def test_keys_are_wrapped_anew_page_by_page(backend: Backend) -> None:
    keys = {subject: _of(backend, subject) for subject in ("anna", "ben", "cem")}
    before = {row["wrapped"] for row in backend.rows("data_keys")}
    wrapping = backend.store.keys._wrapping

    class Newer:
        """Another wrapping key beside the one of before."""

        def wrap(self, key: bytes) -> str:
            return f"newer:{wrapping.wrap(key)}"

        def unwrap(self, wrapped: str) -> bytes:
            return wrapping.unwrap(wrapped.removeprefix("newer:"))

        def is_newest(self, wrapped: str) -> bool:
            return wrapped.startswith("newer:")

        @property
        def local(self) -> KeyWrapping:
            return self

    newer, place = DataKeys(backend.store.keys._rows, Newer()), ""
    while True:
        with backend.store.transaction():
            place = newer.rewrap(place, limit=2)
        if not place:
            break
    after = {str(row["wrapped"]) for row in backend.rows("data_keys")}
    assert all(each.startswith("newer:") for each in after)
    assert not after & before
    with backend.store.transaction():
        found = DataKeys(backend.store.keys._rows, Newer()).by_id([key.key_id for key in keys.values()])
    assert found == {key.key_id: key for key in keys.values()}
