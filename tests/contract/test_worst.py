"""Every listener of every event against the table of what it can do at worst: none is missing, none is left over."""

from proto.review import listeners
from tests.contract.conftest import ROOT
from tests.contract.worst import WORST, worst

ROWS = {(row.service, row.does) for row in listeners.read(ROOT)}


def test_of_every_listener_it_is_said_what_it_can_do_at_worst() -> None:
    assert [row for row in sorted(ROWS) if not worst(*row)] == [], (
        "think of it, and write it into tests/contract/worst.py"
    )


def test_nothing_is_said_of_a_listener_that_is_none() -> None:
    assert sorted(set(WORST) - ROWS) == []
