"""Each event says, for each of its listeners, which version of its aggregate was the last that concerned it."""

import pytest

from services.runtime.events.outbox import FOLLOWS
from tests.integration.runtime.things import Backend

pytestmark = pytest.mark.usefixtures("staff_call")


def waiting(backend: Backend) -> list[str | None]:
    """What the events in the outbox say that they follow, in order of their versions."""
    rows = sorted(backend.store.outbox.waiting(range(12), 100), key=lambda row: row.version)
    return [row.headers.get(FOLLOWS) for row in rows]


def test_the_version_before_is_named_to_each_listener(backend: Backend) -> None:
    thing = backend.create("1")
    backend.rename(thing.thing_id, "2")
    with backend.begin() as uow:
        found = uow.things.get(thing.thing_id)
        found.rename("3")
        found.rename("4")
        uow.commit()
    mine = f"{backend.outbox.service.partition('.')[0]}listener"
    assert waiting(backend) == [None, *[f"listener={version},{mine}={version}" for version in (1, 2, 3)]]


def test_a_change_without_an_event_leaves_it(backend: Backend) -> None:
    thing = backend.create("1")
    with backend.begin() as uow:
        uow.things.get(thing.thing_id).name = "silently"
        uow.commit()
    backend.rename(thing.thing_id, "2")
    assert [text and text.partition(",")[0] for text in waiting(backend)] == [None, "listener=1"]
    assert [row["after"] for row in backend.rows("audit")] == [
        {"thing_id": thing.thing_id, "name": "1"}, {"name": "silently"}, {"name": "2"},
    ]  # fmt: skip
