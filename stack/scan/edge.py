"""The edge from outside: several callers send what schemathesis makes of the API reference, right and wrong.

A finding is an answer of 5xx, a status, media type or body that the reference does not have, or a success without a
token where one is asked for. The same seed makes the same requests. What the time did not suffice for is a finding too.
"""

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Err
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation, BaseSchema

from stack import folders, programs
from stack.demo.api import Session
from stack.demo.applicants import read as read_applicants
from stack.demo.journey import LoanJourney
from stack.demo.staff import create_staff
from stack.layout import Layout
from stack.scan.reference import CHECKS, ENDLESS, NO_SESSION, SIGN_OUT, read
from stack.scan.reviewed import Finding

BASE = 22000
EXAMPLES = 8
SECONDS = 600.0
SEED = 20260101
ANONYMOUS = "anonymous"
_ANSWER_SECONDS = 20
# A token of no issuer.
FORGED = "forged"

Operation = APIOperation[Any, Any, Any, Any]
# By name what gives the token to call with; empty for none.
Callers = Mapping[str, Callable[[], str]]


class EdgeScan:
    """Calls and judges. `known` are ids that take the place of made-up ones."""

    def __init__(self, url: str, callers: Callers, known: Mapping[str, str], schema: BaseSchema | None = None) -> None:
        self._url, self._callers = url, callers
        self._known = {**known, **{_camel(name): value for name, value in known.items()}}
        self._schema = schema or read()
        self._connections = requests.Session()
        self._found: dict[tuple[str, str, str], Finding] = {}
        self.statuses = Counter[int]()

    def run(self, examples: int = EXAMPLES, seconds: float = SECONDS, number: int = SEED) -> list[Finding]:
        """Every operation with so many requests by each caller, one finding for each of its faults."""
        deadline = time.monotonic() + seconds
        for result in self._schema.get_all_operations():
            if isinstance(result, Err):
                raise result.err()
            operation = result.ok()
            if time.monotonic() > deadline:
                self._note("not-reached", operation.label, "-", f"{seconds:.0f} s were over before")
                continue
            self._attack(operation, examples, number)
        return list(self._found.values())

    def close(self) -> None:
        """Ends its connections."""
        self._connections.close()

    def _attack(self, operation: Operation, examples: int, number: int) -> None:
        @seed(number)
        @settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def each(case: Case[Any]) -> None:
            for part in (case.path_parameters, case.body):
                self._own(part)
            if operation.label == SIGN_OUT:
                case.body = dict[str, Any](NO_SESSION)
            for name in self._callers:
                self._call(case, name)

        each()

    def _own(self, part: Any) -> None:
        for name in part.keys() & self._known.keys() if isinstance(part, dict) else ():
            part[name] = self._known[name]

    def _call(self, case: Case[Any], name: str) -> None:
        if case.operation.label == ENDLESS and name != ANONYMOUS:
            return
        answer = self._sent(case, self._callers[name]())
        if answer is None:
            self._note("no-answer", case.operation.label, name, f"none within {_ANSWER_SECONDS} s")
            return
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._failed(failure, case, name, answer)
        if _good(answer) and _asks_for_a_token(case.operation):
            self._without_a_token(case, name)

    def _without_a_token(self, case: Case[Any], name: str) -> None:
        """What succeeded must be refused without a token, and with one that is none."""
        for token in ("", FORGED) if name != ANONYMOUS else ():
            answer = self._sent(case, token)
            if answer is not None and _good(answer):
                self._note("auth-ignored", case.operation.label, name, f"{answer.status_code} with token {token!r}")
        if name == ANONYMOUS:
            self._note("auth-ignored", case.operation.label, name, "succeeded")

    def _sent(self, case: Case[Any], token: str) -> Response | None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            answer = case.call(self._url, session=self._connections, headers=headers, timeout=_ANSWER_SECONDS)
        except requests.RequestException:
            return None
        self.statuses[answer.status_code] += 1
        return answer

    def _failed(self, failure: Exception, case: Case[Any], name: str, answer: Response) -> None:
        rule = type(failure).__name__
        said = failure.message if isinstance(failure, Failure) else str(failure)
        text = f"{answer.status_code} {' '.join(said.split())[:300]} to {case.as_curl_command()[:300]}"
        self._note(rule, case.operation.label, name, text)

    def _note(self, rule: str, label: str, caller: str, text: str) -> None:
        place = label.replace(" ", ":")
        self._found.setdefault((rule, place, caller), Finding("edge", rule, place, caller, text))


def _good(answer: Response) -> bool:
    return 200 <= answer.status_code < 300


def _asks_for_a_token(operation: Operation) -> bool:
    return bool(operation.definition.raw.get("security"))


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def scan() -> list[Finding]:
    """Scans the edge of a stack of its own, with a customer, one of each role, and anyone."""
    with _stack() as layout, tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{layout.ports.of('edge')}"
        staff = create_staff(Session(url), layout)
        applicant = read_applicants(folders.CHECKOUT / "stack" / "demo" / "applicants.csv")[0]
        journey = LoanJourney(Session(url), staff, applicant, Path(folder), layout.mails)
        journey.register()
        journey.apply()
        known = {"customer_id": journey.customer.account_id, "application_id": journey.application_id}
        sessions = {
            "customer": journey.customer, "OFFICER": staff.officer, "MANAGER": staff.manager, "ADMIN": staff.admin,
            "RISK_MGR": staff.risk_manager, "INTERNAL": staff.internal, "CREDIT_HEAD": staff.credit_head,
        }  # fmt: skip
        callers = {name: session.access for name, session in sessions.items()}
        attack = EdgeScan(url, {ANONYMOUS: str, **callers}, known)
        with closing(attack):
            found = attack.run()
        print("edge:", ", ".join(f"{count} of {status}" for status, count in sorted(attack.statuses.items())))
        return found


@contextmanager
def _stack() -> Iterator[Layout]:
    """It begins empty, and ends with the scan."""
    layout = Layout(BASE, folders.state(BASE))
    variables = {**programs.environment(), "LOANFLOW_BASE": str(BASE)}
    command = [programs.python(), "-m", "stack", "--base", str(BASE)]
    subprocess.run([*command, "down"], env=variables, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(layout.state, ignore_errors=True)
    try:
        subprocess.run([*command, "up"], env=variables, check=True, stdout=subprocess.DEVNULL)
        yield layout
    finally:
        subprocess.run([*command, "down"], env=variables, check=True, stdout=subprocess.DEVNULL)
