"""The load scripts at work: calls are really made, under Node.js without k6, and by vegeta."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from proto.plugins.load import paper
from stack.observability import journeys
from tests.bench.installed import vegeta
from tests.contract.conftest import GEN
from tests.contract.examples_edge import Answer, ExamplesEdge, examples_edge
from tests.k6.running import Run, ScriptError, compiled, run

ADA = {"EMAIL": "ada@customer.example", "PASSWORD": "correct horse battery"}
CUSTOMER, APPLICATION, OTHER = (f"00000000-0000-4000-8000-00000000000{digit}" for digit in "123")
LOGIN, REFRESH = "AuthService_Login", "AuthService_Refresh"
CREATE, CHECKLIST, UPLOAD = (
    "ApplicationService_CreateApplication", "DocumentService_GetChecklist", "DocumentService_UploadDocument",
)  # fmt: skip
READS = [
    "ApplicationService_GetApplication", "ApplicationService_GetTimeline", "ApplicationService_ListApplications",
    "ApplicationService_ListApplicationStatuses", "ApplicationService_ListFacilities",
    "NotificationService_ListInbox",
]  # fmt: skip
LATER = Answer(429, {"details": [{"reason": "RATE_LIMITED"}]}, {"retry-after": "1"})


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """gen/openapi.yaml."""
    found: dict[str, Any] = yaml.load((GEN / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    return found


@pytest.fixture
def edge(document: dict[str, Any]) -> Iterator[ExamplesEdge]:
    """One at which a customer signs in and applies."""
    with examples_edge(document) as found:
        found.always = {LOGIN: _tokens("first"), REFRESH: _tokens("next"), CREATE: _application(APPLICATION)}
        yield found


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script as k6 would run it."""
    return compiled(tmp_path_factory.mktemp("k6"))


def _tokens(name: str, seconds: int = 900) -> Answer:
    tokens = {"accessToken": name, "refreshToken": f"refresh-token-{name}-long", "expiresIn": seconds}
    return Answer(fields={"tokens": tokens, "accountId": CUSTOMER, "challenge": None})


def _application(number: str) -> Answer:
    return Answer(fields={"application": {"applicationId": number}})


def _checklist(*missing: str) -> Answer:
    return Answer(fields={"checklist": {"missing": list(missing), "complete": not missing}})


def _mixed(script: Path, edge: ExamplesEdge, times: int, **settings: str) -> Run:
    return run(script, {"mix": times}, BASE_URL=edge.url, RATE="7", **{**ADA, **settings})


def test_a_customer_walks_as_far_as_one_comes_alone(script: Path, edge: ExamplesEdge) -> None:
    identity, income = "DOCUMENT_TYPE_IDENTITY", "DOCUMENT_TYPE_INCOME_PROOF"
    edge.next[CHECKLIST] = [Answer(404), _checklist(identity, income), _checklist(income), _checklist()]
    done = run(script, {"life": 1}, BASE_URL=edge.url, LIVES="1", **ADA)
    assert (done.bad, done.thrown, done.warned) == ([], (), ())
    assert edge.operations == [
        LOGIN, "CustomerService_SubmitKyc", "ApplicationService_ListFacilities", CREATE, CHECKLIST, CHECKLIST, UPLOAD,
        CHECKLIST, UPLOAD, CHECKLIST, "ApplicationService_SubmitApplication",
    ]  # fmt: skip
    assert edge.asked[0].json == {"email": ADA["EMAIL"], "password": ADA["PASSWORD"]}
    assert edge.of("CustomerService_SubmitKyc")[0].path == f"/api/v1/customers/{CUSTOMER}/kyc"
    assert edge.of(CREATE)[0].json["customerId"] == CUSTOMER
    assert edge.asked[-1].path == f"/api/v1/applications/{APPLICATION}/submit"
    for upload, kind in zip(edge.of(UPLOAD), (identity, income), strict=True):
        assert upload.parts == [("application_id", APPLICATION), ("type", kind), ("file", paper.sample())]
    assert all(each.headers.get("authorization") == "Bearer first" for each in edge.asked
               if each.operation not in (LOGIN, "ApplicationService_ListFacilities"))  # fmt: skip
    assert len(done.checks["The checklist is there: has checklist.missing[0]"]) == 1


def test_a_file_of_ones_own_is_uploaded(script: Path, edge: ExamplesEdge, tmp_path: Path) -> None:
    own = tmp_path / "own.pdf"
    own.write_bytes(b"%PDF-1.7 of my own\n")
    edge.next[CHECKLIST] = [_checklist("DOCUMENT_TYPE_IDENTITY"), _checklist()]
    run(script, {"life": 1}, BASE_URL=edge.url, LIVES="1", PAPER=str(own), **ADA)
    assert edge.of(UPLOAD)[0].parts[-1] == ("file", own.read_text())


def test_the_mix_is_six_reads_for_a_create(script: Path, edge: ExamplesEdge) -> None:
    edge.next[CREATE] = [_application(APPLICATION), _application(OTHER)]
    done = _mixed(script, edge, 14)
    assert (done.bad, done.thrown) == ([], ())
    assert edge.operations == [LOGIN, *(2 * [CREATE, *READS])]
    reads = edge.of(READS[0])
    assert [each.path.rpartition("/")[2] for each in reads] == [APPLICATION, OTHER]
    assert [name for name, _ in done.values("call_duration")] == edge.operations
    assert {value for _, value in done.values("call_failed")} == {0}
    journey = {each.tags["operation"]: each.tags["journey"] for each in done.metrics}
    assert journey[LOGIN] == "sign in"
    assert journey[READS[-1]] == "be told"
    assert journey[CREATE] == "apply"


def test_what_is_put_off_is_tried_again_as_the_same_call(script: Path, edge: ExamplesEdge) -> None:
    edge.next[CREATE] = [LATER, Answer(429), _application(APPLICATION)]
    done = _mixed(script, edge, 8)
    first, again, last, other = (each.headers["idempotency-key"] for each in edge.of(CREATE))
    assert first == again == last != other
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)
    assert not any("idempotency-key" in each.headers for each in edge.of(READS[0]))
    # As the header says; without one, as the edge would say.
    assert done.slept == [1, 3]
    assert done.values("calls_throttled") == [(CREATE, 1), (CREATE, 1)]
    assert [name for name, _ in done.values("call_duration")].count(CREATE) == 2
    assert done.bad == []


def test_a_customer_who_is_always_put_off_gives_up(script: Path, edge: ExamplesEdge) -> None:
    edge.always[CREATE] = LATER
    done = _mixed(script, edge, 1)
    assert edge.operations == [LOGIN, *(5 * [CREATE])]
    assert done.slept == [1] * 4
    assert done.values("calls_throttled") == [(CREATE, 1)] * 5
    assert done.bad == ["The customer applies: answers 200"]
    assert done.warned == ("The customer applies: 429 RATE_LIMITED",)


def test_a_token_is_renewed_before_it_ends(script: Path, edge: ExamplesEdge) -> None:
    edge.next[LOGIN] = [_tokens("first", 59)]
    edge.next[REFRESH] = [_tokens("second", 59), _tokens("third")]
    _mixed(script, edge, 4)
    assert edge.operations == [LOGIN, REFRESH, CREATE, REFRESH, *READS[:3]]
    assert [each.json["refreshToken"] for each in edge.of(REFRESH)] == [
        "refresh-token-first-long", "refresh-token-second-long",
    ]  # fmt: skip
    bearers = [each.headers["authorization"] for each in edge.asked if "authorization" in each.headers]
    assert bearers == ["Bearer second", *(3 * ["Bearer third"])]


def test_who_cannot_renew_signs_in_again(script: Path, edge: ExamplesEdge) -> None:
    edge.next[LOGIN] = [_tokens("first", 59), _tokens("again")]
    edge.next[REFRESH] = [Answer(401, {"details": [{"reason": "REFRESH_TOKEN_INVALID"}]})]
    done = _mixed(script, edge, 1)
    assert edge.operations == [LOGIN, REFRESH, LOGIN, CREATE]
    assert edge.asked[-1].headers["authorization"] == "Bearer again"
    assert done.bad == []


def test_what_the_platform_fails_in_is_told_from_what_it_refuses(script: Path, edge: ExamplesEdge) -> None:
    edge.next[CREATE] = [Answer(400, {"details": [{"reason": "FACILITY_LIMIT"}]}), _application(APPLICATION)]
    edge.next[READS[0]] = [Answer(503, {"details": [{"reason": "DEPENDENCY_UNAVAILABLE"}]})]
    done = _mixed(script, edge, 4)
    # Without an application there is nothing to read of it.
    assert edge.operations == [LOGIN, CREATE, CREATE, *READS[:2]]
    assert [value for _, value in done.values("call_failed")] == [0, 0, 0, 1, 0]
    assert done.bad == ["The customer applies: answers 200", f"{READS[0]}: answers 200"]
    assert done.warned == ("The customer applies: 400 FACILITY_LIMIT", f"{READS[0]}: 503 DEPENDENCY_UNAVAILABLE")


def test_what_a_step_expects_and_does_not_get_ends_the_walk(script: Path, edge: ExamplesEdge) -> None:
    edge.always[CREATE] = Answer(fields={"application": {}})
    done = run(script, {"life": 1}, BASE_URL=edge.url, LIVES="1", **ADA)
    assert edge.operations[-1] == CREATE
    assert done.bad == ["The customer applies: has application.applicationId"]


def test_who_cannot_sign_in_ends_the_run_before_it_begins(script: Path, edge: ExamplesEdge) -> None:
    edge.next[LOGIN] = [Answer(401, {"details": [{"reason": "CREDENTIALS_INVALID"}]})]
    with pytest.raises(ScriptError, match=r"ada@customer.example could not sign in: 401 CREDENTIALS_INVALID"):
        _mixed(script, edge, 1)
    edge.next[LOGIN] = [Answer(fields={"tokens": None})]
    with pytest.raises(ScriptError, match="a second factor is asked for"):
        _mixed(script, edge, 1)


LEAST = {"BASE_URL": "http://127.0.0.1:1", "RATE": "7", **ADA}
UNSET = [
    ({"BASE_URL": ""}, "BASE_URL is missing: where the edge is"),
    ({"BASE_URL": "loans.example"}, "BASE_URL is loans.example, and should be where the edge is"),
    ({"EMAIL": ""}, "EMAIL is missing: the e-mail address of one customer, where CUSTOMERS is not given"),
    ({"PASSWORD": ""}, "PASSWORD is missing: that customer's password"),
    ({"RATE": ""}, "RATE and LIVES are missing, one of them is needed: how many calls of the mix begin each second"),
    ({"RATE": "0.5"}, "RATE is 0.5, and should be how many calls of the mix begin each second, a whole number above 0"),
    ({"LIVES": "1"}, "RATE and LIVES together need two customers at least"),
    ({"DURATION": "long"}, "DURATION is long, and should be for how long, such as 90s or 10m"),
    ({"CUSTOMERS": "/no/such/file"}, "CUSTOMERS: /no/such/file cannot be read as JSON: Error: ENOENT"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "said"), UNSET, ids=[said.partition(":")[0] for _, said in UNSET])
def test_a_setting_that_is_missing_or_wrong_is_named(script: Path, settings: dict[str, str], said: str) -> None:
    with pytest.raises(ScriptError, match=re.escape(said)):
        run(script, {}, **{**LEAST, **settings})


@pytest.mark.parametrize(("content", "said"), [
    ("[]", "has no list of customers: the absolute path of a JSON file"),
    ('[{"email": "a@b.example", "password": "x"}, {"email": "c@d.example"}]', "number 2 in"),
])  # fmt: skip
def test_customers_that_are_none_are_named(script: Path, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "customers.json").write_text(content)
    with pytest.raises(ScriptError, match=re.escape(said)):
        run(script, {}, **{**LEAST, "CUSTOMERS": str(tmp_path / "customers.json")})


def test_each_virtual_user_is_a_customer_of_its_own(script: Path, edge: ExamplesEdge, tmp_path: Path) -> None:
    people = [{"email": f"{name}@customer.example", "password": "x"} for name in ("ada", "bob", "eve")]
    (tmp_path / "customers.json").write_text(json.dumps(people))
    edge.next[LOGIN] = [_tokens(each["email"]) for each in people]
    settings = {
        "CUSTOMERS": str(tmp_path / "customers.json"),
        "LIVES": "30",
        "RAMP": "10s",
        "DURATION": "2m",
        "VU": "2",
    }
    done = _mixed(script, edge, 1, **settings)
    assert [each.json["email"] for each in edge.of(LOGIN)] == [each["email"] for each in people]
    assert edge.asked[-1].headers["authorization"] == "Bearer bob@customer.example"
    assert done.options["scenarios"] == {
        "mix": {
            "executor": "ramping-arrival-rate", "exec": "mix", "startRate": 0, "timeUnit": "1s",
            "stages": [{"duration": "10s", "target": 7}, {"duration": "2m", "target": 7}],
            "preAllocatedVUs": 2, "maxVUs": 2,
        },
        "life": {
            "executor": "constant-arrival-rate", "exec": "life", "rate": 30, "timeUnit": "1m", "duration": "2m",
            "preAllocatedVUs": 1, "maxVUs": 1,
        },
    }  # fmt: skip
    assert _mixed(script, edge, 0).options["scenarios"]["mix"]["executor"] == "constant-arrival-rate"
    assert "no customer" in _mixed(script, edge, 1, VU="2").thrown[0]


def test_the_thresholds_are_the_objectives(script: Path, edge: ExamplesEdge) -> None:
    held = _mixed(script, edge, 0).options["thresholds"]
    by_journey = {each.name: each for each in journeys.JOURNEYS}
    for name in ("sign in", "register", "apply", "be told"):
        journey = by_journey[name]
        assert held[f"call_failed{{journey:{name}}}"] == [f"rate<={1 - journey.available:.6g}"]
        most = round(journey.seconds * 1000)
        assert held[f"call_duration{{journey:{name}}}"] == [f"p({journeys.IN_TIME * 100:g})<={most}"]
    assert len([each for each in held if "{journey:" in each]) == 8
    assert held["checks"] == [f"rate>={journeys.AVAILABLE:g}"]
    for operation in (CREATE, *READS, UPLOAD):
        assert {f"call_duration{{operation:{operation}}}", f"call_failed{{operation:{operation}}}"} <= held.keys()


def test_vegeta_is_run_as_the_page_says(edge: ExamplesEdge, tmp_path: Path) -> None:
    """The commands word for word, but for the edge, the password, and how long."""
    page = (GEN / "load" / "README.md").read_text().partition("## vegeta")[2]
    commands = "\n".join(line.removeprefix("    ") for line in page.splitlines() if line.startswith("    "))
    for old, new in {
        "https://loans.example": edge.url, '"..."': '"correct horse battery"',
        "vegeta report": "vegeta report -type=json",
        "-rate=50/1s -duration=1m": "-rate=14/1s -duration=1s",
    }.items():  # fmt: skip
        assert old in commands
        commands = commands.replace(old, new)
    path = f"{Path(vegeta()).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=GEN.parent, env={"PATH": path, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout)["status_codes"] == {"200": 14}
    assert edge.operations[:2] == [LOGIN, CREATE]
    assert sorted(edge.operations[2:]) == sorted(2 * [CREATE, *READS])
    assert {each.headers["authorization"] for each in edge.asked[2:] if "authorization" in each.headers} == {
        "Bearer first"
    }
    assert {each.json["customerId"] for each in edge.of(CREATE)} == {CUSTOMER}
    assert {each.path.rpartition("/")[2] for each in edge.of(READS[0])} == {APPLICATION}


@pytest.mark.parametrize("name", ["baseUrl", "token", "customer_id"])
def test_targets_without_a_variable_are_none(name: str) -> None:
    given = {"baseUrl": "http://127.0.0.1:1", "token": "t", "customer_id": CUSTOMER, "application_id": APPLICATION}
    command = ["jq", "-nc", "-f", str(GEN / "load" / "targets.jq")]
    environment = {**given, name: "", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr
