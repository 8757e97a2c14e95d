"""Whole journeys of loans, many at a time: the demo's, from the registration to the statement of the repaid loan.

The customers and the staff are programs of their own, which wait as people would and cost processor themselves: what
they cost is in the figures as `customers and staff`. A rate counts as sustained when what waits in outboxes and topics
at the end is no more than it was halfway.

usage: python -m tests.bench.journeys BASE SECONDS TOGETHER, as one of these programs; a line of JSON for each journey
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from stack import folders, programs
from stack.demo.documents import sample_pdf
from stack.demo.endings import Ending, live
from stack.demo.journey import LoanJourney
from stack.demo.signing import ask_to_sign, confirm_signing
from stack.layout import Layout
from tests.bench.load import percentile
from tests.bench.platform import APPLICANT, Platform
from tests.bench.processes import window
from tests.bench.stored import between, stored

_PROGRAMS = 2
_WARM_SECONDS = 5.0
# What waits at one moment differs by as much without a trend.
_WAVERING = 150


class Codes:
    """The one-time codes in the mail folder, each mail read once however many wait for theirs."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._read: set[str] = set()
        self._found: dict[str, str] = {}

    def of(self, address: str, seconds: float = 60.0) -> str:
        """The code that was sent to the address; waits for it. TimeoutError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                self._look()
                if code := self._found.pop(address.lower(), ""):
                    return code
            time.sleep(0.1)
        raise TimeoutError(f"no one-time code reached {address}")

    def _look(self) -> None:
        for file in self._folder.glob("*.eml"):
            if file.name in self._read:
                continue
            self._read.add(file.name)
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            if body and (code := re.search(r"^ *(\d{6})\r?$", body.get_content(), re.MULTILINE)):
                self._found[str(mail["X-Envelope-To"]).strip().lower()] = code[1]


class BusyJourney(LoanJourney):
    """A journey among many: the codes of all customers are looked for together."""

    codes: Codes

    def replace_document(self, kind: str) -> None:
        """Uploads a document of a type: everyone's is the same file, made once."""
        file = self.folder / "documents" / f"{kind.lower()}.pdf"
        if not file.exists():
            sample_pdf(file.parent, file.stem, self.applicant.name)
        form = {"application_id": self.application_id, "type": kind}
        self.customer.upload("/api/v1/documents/upload", file, form)

    def esign(self) -> None:
        """The customer signs with the code that came by mail."""
        self.wait("AGREEMENT_GENERATED")
        shown = ask_to_sign(self.customer, self.application_id)
        confirm_signing(self.customer, self.application_id, self.codes.of(self.email), shown)


def journeys(platform: Platform, seconds: float, together: int) -> dict[str, Any]:
    """Journeys a second, how long one takes, what waits halfway and at the end, processor by process for each one."""
    platform.settle(600)
    # The administrators are invited once: of two programs that do it, one would take the other's invitation away.
    _ = platform.staff
    kept = stored(platform)
    line = [programs.python(), "-m", __name__, str(platform.layout.base), str(seconds + _WARM_SECONDS)]
    started = [
        subprocess.Popen(
            [*line, str(max(1, together // _PROGRAMS))], env=programs.environment(), cwd=folders.CHECKOUT,
            stdout=subprocess.PIPE, text=True,
        )
        for _ in range(_PROGRAMS)
    ]  # fmt: skip
    # All of them have made the accounts of their staff before any begins.
    for process in started:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("a program of customers and staff ended before it began")
    before = getrusage(RUSAGE_CHILDREN)
    # The processor is that of all journeys from their beginning to their end, and of what follows of them.
    with window(platform.roots) as cost:
        time.sleep(_WARM_SECONDS)
        begun = time.time()
        with window(platform.roots) as during:
            time.sleep(seconds / 2)
            halfway = sum(platform.waiting().values())
            time.sleep(max(0.0, begun + seconds - time.time()))
            at_end = sum(platform.waiting().values())
        output = [json.loads(text) for process in started for text in process.communicate(timeout=300)[0].splitlines()]
        settled = platform.settle(600)
    within = [each for each in output if not each["problem"] and begun <= each["end"] <= begun + seconds]
    took = sorted(each["seconds"] for each in within)
    ended = sum(not each["problem"] for each in output)
    problems = Counter(each["problem"] for each in output if each["problem"])
    if not within:
        raise RuntimeError(f"no journey was done within {seconds} s; problems: {dict(problems)}")
    after = getrusage(RUSAGE_CHILDREN)
    cost.busy["customers and staff"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "together": together, "seconds": seconds, "journeys": len(within),
        "per_second": round(len(within) / seconds, 2), "took_p50_s": round(percentile(took, 0.5), 1),
        "took_p95_s": round(percentile(took, 0.95), 1), "waiting_halfway": halfway, "waiting_at_end": at_end,
        "flat": at_end <= halfway + _WAVERING, "problems": dict(problems),
        "settled_after_seconds": settled, "each_journey": between(kept, stored(platform), ended),
        "us_per_journey": cost.micros_per(ended), "cores_busy": round(during.total / during.wall, 2),
    }  # fmt: skip


def _people(base: int, seconds: float, together: int) -> None:
    """Walks one loan after another in each of so many threads, until the time is over."""
    platform = Platform(Layout.of(base))
    BusyJourney.codes = Codes(platform.layout.mails)
    _ = platform.staff
    print("{}", flush=True)
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=partial(_one_after_another, platform, until)) for _ in range(together)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _one_after_another(platform: Platform, until: float) -> None:
    folder = platform.layout.folder("bench") / f"documents-{threading.get_ident()}"
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    while time.monotonic() < until:
        begun, problem = time.monotonic(), ""
        journey = BusyJourney(platform.edge, platform.staff, APPLICANT, folder, platform.layout.mails)
        try:
            live(journey, Ending.REPAID)
        except Exception as error:
            problem = f"{type(error).__name__}: {re.sub(r'[0-9a-f-]{36}', '…', str(error))[:160]}"
        _print({"end": time.time(), "seconds": round(time.monotonic() - begun, 2), "problem": problem})


def _print(line: Mapping[str, Any]) -> None:
    # One write, so that lines of several threads do not mix.
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _people(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
