"""A service that is restarted under load: callers through the edge do not notice."""

import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from stack.demo.journey import LoanJourney
from stack.layout import Layout
from tests.e2e.conftest import ROOT, NewJourney
from tests.e2e.test_refusals import bearer

THREADS, PAUSE_SECONDS, AFTER_SECONDS = 8, 0.02, 2.0


@pytest.fixture
def drafted(new_journey: NewJourney) -> LoanJourney:
    """A journey whose application is a draft."""
    journey = new_journey()
    journey.register()
    journey.apply()
    return journey


def test_no_call_fails_while_a_service_is_restarted(layout: Layout, url: str, drafted: LoanJourney) -> None:
    done, answers, problems = threading.Event(), Counter[int](), list[str]()
    path, form = f"/api/v1/applications/{drafted.application_id}", {"purpose": "unchanged"}

    def work(number: int) -> None:
        # Every second caller writes; each keeps one connection, as the programs of partners do.
        with httpx.Client(base_url=url, headers=bearer(drafted.customer), timeout=30) as client:
            while not done.is_set():
                answer = client.get(path) if number % 2 else client.post(f"{path}/submit", json=form)
                answers[answer.status_code] += 1
                if answer.status_code not in (200, 400):
                    problems.append(f"{answer.status_code} {answer.text}")
                time.sleep(PAUSE_SECONDS)

    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(work, number) for number in range(THREADS)]
        command = [sys.executable, "-m", "stack", "--base", str(layout.base), "restart", "application"]
        try:
            subprocess.run(command, check=True, cwd=ROOT)
            time.sleep(AFTER_SECONDS)
        finally:
            done.set()
        for each in working:
            each.result()
    assert problems == []
    assert answers.total() > 200
