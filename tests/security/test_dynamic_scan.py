"""The edge of the running platform, from outside: a quick part of what `make scan` does, by fewer callers."""

from pathlib import Path

import httpx
import pytest

from stack.demo.api import Session
from stack.demo.applicants import Applicant
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff
from stack.layout import Layout
from stack.scan.edge import ANONYMOUS, EdgeScan
from tests.contract.findings import findings
from tests.e2e.conftest import applicants, client, layout, reference, staff, url
from tests.e2e.reference import SCHEMA

__all__ = ["applicants", "client", "layout", "reference", "staff", "url"]
EXAMPLES, SECONDS = 2, 240.0
# Beside the anonymous; each success is tried again without a token and with one that is none.
CALLERS = ("customer", "officer", "administrator")
OPERATIONS = sum(1 for _ in SCHEMA.get_all_operations())


@pytest.mark.tries(OPERATIONS * EXAMPLES * (1 + len(CALLERS)))
def test_no_answer_breaks_the_reference_and_none_goes_without_its_token(
    layout: Layout, url: str, client: httpx.Client, staff: Staff, applicants: list[Applicant], tmp_path: Path
) -> None:
    journey = LoanJourney(Session(url, client=client), staff, applicants[0], tmp_path, layout.mails)
    journey.register()
    journey.apply()
    known = {"customer_id": journey.customer.account_id, "application_id": journey.application_id}
    sessions = dict(zip(CALLERS, (journey.customer, staff.officer, staff.admin), strict=True))
    callers = {name: session.access for name, session in sessions.items()}
    scan = EdgeScan(url, {ANONYMOUS: str, **callers}, known, SCHEMA)
    try:
        findings(scan.run(EXAMPLES, SECONDS), "mend it at its service, or in the comment of the RPC")
    finally:
        scan.close()
    # Not all of it stopped at the door.
    assert scan.statuses[200] > OPERATIONS // 2
    assert scan.statuses[401] > OPERATIONS
