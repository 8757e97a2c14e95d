"""An operator's command changes what a running platform does, within seconds, and takes it back."""

import secrets
import subprocess
import time

import httpx
import pytest

from stack import folders, programs
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.test_refusals import refusal, upload
from tests.fakes.files import PDF, holding
from tests.waiting import until

# Of the smallest that may be set.
LIMIT = 65536


@pytest.fixture
def drafted(new_journey: NewJourney) -> LoanJourney:
    journey = new_journey()
    journey.register()
    journey.apply()
    return journey


def settings(layout: Layout, *words: str) -> str:
    """What `python -m stack settings` prints."""
    command = [programs.python(), "-m", "stack", "--base", str(layout.base), "settings", *words]
    done = subprocess.run(
        command, env=programs.environment(), cwd=folders.CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_smaller_limit_is_held_at_once_and_taken_back(
    drafted: LoanJourney, raw: httpx.Client, layout: Layout
) -> None:
    large = holding(secrets.token_bytes(LIMIT))
    why = ("--why", "a disk is nearly full")

    def put(content: bytes) -> httpx.Response:
        # A customer may not upload as often as one could ask.
        time.sleep(0.5)
        return upload(drafted, raw, "payslip.pdf", content)

    assert put(large).status_code == 200
    settings(layout, "set", "upload_max_bytes", str(LIMIT), "--reader", "document", *why)
    try:
        until(lambda: put(large).status_code == 400, "the smaller limit")
        assert refusal(put(large)) == (400, "FILE_TOO_LARGE")
        assert put(PDF).status_code == 200
        assert "a disk is nearly full" in settings(layout, "show")
    finally:
        settings(layout, "set", "upload_max_bytes", "default", "--reader", "document", "--why", "there is room again")
    until(lambda: put(large).status_code == 200, "the limit of before")
    assert "there is room again" in settings(layout, "history", "--most", "1")
