"""Every listener of every event against the table of what it can do at worst: none is missing, none is left over."""

from proto.review import listeners
from tests.contract.conftest import ROOT
from tests.contract.findings import findings
from tests.contract.worst import WORST, names, worst

ROWS = {(row.service, row.does) for row in listeners.read(ROOT)}


def test_of_every_listener_it_is_said_what_it_can_do_at_worst() -> None:
    unthought = [row for row in sorted(ROWS) if not worst(*row)]
    findings([f"tests/contract/worst.py:1: lacks {row}" for row in unthought], "write what it can do at worst")


def test_nothing_is_said_of_a_listener_that_is_none() -> None:
    gone = sorted(set(WORST) - {(service, name) for service, does in ROWS for name in names(does)})
    findings([f"tests/contract/worst.py:1: has {row}, which subscribes to nothing" for row in gone], "take it out")
