"""What a round of chaining reads of a trail in MongoDB: whole rows once, links of other replicas once, no others."""

from collections import Counter
from pathlib import Path

import pytest
from bson import ObjectId
from pymongo import monitoring

from services.runtime.audit.chain import Signer
from services.runtime.audit.sealing import Chaining
from services.runtime.stores import mongo_audit
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_audit import MongoAudit
from services.runtime.stores.mongo_schema import AUDIT_END
from tests.integration.runtime.things import Backend

pytestmark = [pytest.mark.usefixtures("staff_call"), pytest.mark.parametrize("backend", ["mongo"], indirect=True)]


class Reads(monitoring.CommandListener):
    """How many documents queries gave, by collection; of rows, those that came with all they have."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Counts from here on."""
        self.given: Counter[str] = Counter()
        self.whole_rows = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Says nothing."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Takes note of what a query gave."""
        cursor = event.reply.get("cursor", {})
        documents = [*cursor.get("firstBatch", ()), *cursor.get("nextBatch", ())]
        if documents:
            self.given[cursor["ns"].partition(".")[2]] += len(documents)
            self.whole_rows += sum("actor" in each for each in documents)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Says nothing."""


READS = Reads()
# Of the clients that are made from here on.
monitoring.register(READS)


@pytest.fixture
def reads() -> Reads:
    """What was read from here on."""
    READS.begin()
    return READS


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """The service's."""
    (tmp_path / "key").write_text("the service's own key, of which nothing is in its database")
    return Signer("tested", tmp_path / "key")


def other_replica(store: Mongo) -> MongoAudit:
    """The trail as another process has it."""
    return MongoAudit(store.trail, store._later, store._session, store.transaction, store.database[AUDIT_END.name])


def chained(backend: Backend, count: int) -> list[int]:
    """The numbers of the chain, and that each row is in it."""
    links = backend.store.audit.links(0, 1000)
    assert len({link.entry_id for link, _ in links}) == len(links) == count
    return [link.sequence for link, _ in links]


def test_what_is_chained_is_read_again_by_its_time_alone(backend: Backend, signer: Signer, reads: Reads) -> None:
    chaining = Chaining(backend.store, signer)
    for number in range(20):
        backend.create(str(number))
    chaining.chain()
    assert (reads.whole_rows, reads.given["audit_chain"]) == (20, 0)
    reads.begin()
    chaining.chain()
    assert (reads.whole_rows, reads.given["audit_chain"]) == (0, 1), "the last link alone"
    assert reads.given["audit"] <= 20
    backend.create("one more")
    reads.begin()
    chaining.chain()
    assert (reads.whole_rows, reads.given["audit_chain"]) == (1, 1)
    assert chained(backend, 21) == list(range(1, 22))


def test_the_links_of_another_replica_are_read_once(
    backend: Backend, signer: Signer, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = backend.store
    assert isinstance(store, Mongo)
    own, other = store.audit, other_replica(store)
    for number in range(5):
        backend.create(str(number))
        monkeypatch.setattr(store, "audit", own if number % 2 else other)
        Chaining(store, signer).chain()
    reads.begin()
    for replica in (own, other):
        monkeypatch.setattr(store, "audit", replica)
        Chaining(store, signer).chain()
    # Its own last one, and the one that the other has made since; then the last one alone.
    assert reads.given["audit_chain"] == 2 + 1
    assert chained(backend, 5) == list(range(1, 6))


def test_a_chain_that_is_another_than_is_remembered_is_read_anew(
    backend: Backend, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, chaining = backend.store, Chaining(backend.store, signer)
    assert isinstance(store, Mongo)
    backend.create("first")
    chaining.chain()
    # Put back to a moment before, and chained again by another replica that found another row first.
    store.trail.audit_chain.delete_many({})
    store.database[AUDIT_END.name].delete_many({})
    backend.create("second")
    monkeypatch.setattr(store, "audit", other_replica(store))
    Chaining(store, signer).chain()
    monkeypatch.undo()
    backend.create("third")
    for _ in range(2):
        chaining.chain()
    assert chained(backend, 3) == [1, 2, 3]


def test_a_row_that_comes_after_the_short_look_is_found_by_the_thorough_one(
    backend: Backend, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, chaining = backend.store, Chaining(backend.store, signer)
    assert isinstance(store, Mongo)
    backend.create("early")
    chaining.chain()
    [row] = store.trail.audit.find()
    row |= {"_id": ObjectId(), "create_time": row["create_time"] - mongo_audit._LATE / 2}
    store.trail.audit.insert_one(row)
    chaining.chain()
    assert chained(backend, 1) == [1], "it is older than what a short look goes back to"
    monkeypatch.setattr(store.audit, "_thorough_at", 0.0)
    chaining.chain()
    assert chained(backend, 2) == [1, 2]
