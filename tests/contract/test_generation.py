"""Mistakes, each made in a copy of the project: the build stops, and says what to do about it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envoy.bootstrap import bootstrap
from envoy.edge import Edge, read_rpcs
from proto.evolution import __main__ as evolution
from proto.evolution.schemas import broken_events
from proto.plugins.generate import generate
from stack import programs
from tests.contract.conftest import ROOT
from tests.contract.copies import Copy
from tests.contract.sources import forbidden_calls

KYC, EVENTS, REVIEW, CUSTOMER = (
    f"proto/loanflow/{name}.proto"
    for name in ("kyc/v1/kyc_service", "kyc/v1/kyc_events", "kyc/v1/review", "customer/v1/customer")
)

ACCESS = """    option (loanflow.options.v1.access) = {
      roles: [ROLE_OFFICER]
    };
"""
GET_TIMELINE = 'option (google.api.http) = {get: "/api/v1/applications/{application_id}/timeline"};'
APPLICATION = "proto/loanflow/application/v1/application_service.proto"
REFUSED = [
    ("an access option is gone", KYC, ACCESS, "", "rpc RequestInformation",
     "loanflow.kyc.v1.KycService/RequestInformation: has no option (loanflow.options.v1.access): say who may call it"),
    ("national_id without redaction", REVIEW, "message Review {",
     "message Review {\n  // Its number.\n  string national_id = 99;", "string national_id",
     "loanflow.kyc.v1.Review.national_id: is personal by its name: add [debug_redact = true]"),
    ("an enum value takes a number twice", REVIEW, "  REVIEW_STATUS_ASSIGNED = 2;",
     "  REVIEW_STATUS_ASSIGNED = 2;\n  // Again.\n  REVIEW_STATUS_TAKEN = 2;", "REVIEW_STATUS_TAKEN",
     "enum value `2` used more than once"),
    ("two RPCs on one path", KYC, 'get: "/api/v1/kyc/queue"', 'get: "/api/v1/kyc/{queue}"', "rpc GetReview",
     "GET /api/v1/kyc/{application_id} is already taken by loanflow.kyc.v1.KycService/GetQueue"),
    ("callers in a cycle", APPLICATION,
     f'owner: {{field: "application_id"}}\n      scopes: [SCOPE_APPLICATIONS_READ]\n    }};\n    {GET_TIMELINE}',
     f'owner: {{field: "application_id"}}\n      callers: ["document"]\n    }};\n    {GET_TIMELINE}', "",
     "closes a cycle of callers: application calls document calls application; take a caller away"),
    ("an unknown option", KYC, "option (loanflow.options.v1.access)", "option (loanflow.options.v1.acess)",
     "option (loanflow.options.v1.acess)", "loanflow.options.v1.acess"),
    ("no protobuf at all", KYC, "rpc GetQueue(", "rpc GetQueue", "rpc GetQueue",
     "missing message field tag in declaration"),
    ("a reason that there is not", KYC, "INVALID_ARGUMENT INVALID_PAGE_TOKEN:", "INVALID_ARGUMENT BAD_TOKEN:",
     "rpc GetQueue", "its comment lists the reason BAD_TOKEN: add REASON_BAD_TOKEN to the reasons"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "file", "old", "new", "at", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_make_gen_stops_and_leaves_the_old_files_whole(
    copy: Copy, capfd: pytest.CaptureFixture[str], what: str, file: str, old: str, new: str, at: str, message: str
) -> None:
    copy.change(file, old, new)
    assert generate(copy.root) != 0, what
    said = capfd.readouterr().err
    assert message in said
    assert f"{file}:{copy.line_of(file, at)}:" in said if at else re.search(r"\.proto:\d+: loanflow\.", said)
    assert "make gen: failed, gen/ is as it was" in said
    assert copy.git("status", "--porcelain", "gen") == ""
    assert not [path.name for path in copy.root.iterdir() if path.name.startswith(".gen")]


BROKEN = [
    ("a field is renumbered", EVENTS, "string verified_by = 3;", "string verified_by = 33;",
     'Previously present field "3" with name "verified_by" on message "KycApproved" was deleted'),
    ("a JSON name is changed", CUSTOMER, "string full_name = ", "string whole_name = ",
     'changed option "json_name" from "fullName" to "wholeName"'),
    ("a field of an event is gone", EVENTS, "  string verified_by = 3;\n", "",
     'Previously present field "3" with name "verified_by" on message "KycApproved" was deleted without reserving'),
    ("an enum value takes another's number", REVIEW, "REVIEW_STATUS_ASSIGNED = 2", "REVIEW_STATUS_TAKEN = 2",
     'Enum value "2" on enum "ReviewStatus" changed name from "REVIEW_STATUS_ASSIGNED" to "REVIEW_STATUS_TAKEN"'),
]  # fmt: skip


@pytest.mark.parametrize(("what", "file", "old", "new", "message"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_promise_is_broken(
    copy: Copy, capfd: pytest.CaptureFixture[str], what: str, file: str, old: str, new: str, message: str
) -> None:
    copy.change(file, old, new)
    assert evolution.main(copy.root) == 1, what
    said = capfd.readouterr().err
    assert message in said
    assert f"{file}:" in said
    assert "add a field, a value or an event under a new number and name, and reserve what is given up" in said


BY_HAND = [
    ("gen/access.json", '"OFFICER"', '"ADMIN"'),
    ("gen/avro/loanflow.kyc.v1.KycApproved.avsc", '"default": ""', '"default": "x"'),
]


def test_a_role_and_a_schema_are_edited_by_hand(copy: Copy) -> None:
    for file, old, new in BY_HAND:
        copy.change(file, old, new)
    copy.git("commit", "-q", "-a", "-m", "by hand")
    assert generate(copy.root) == 0
    done = copy.make("gen-check", "-o", "gen")
    assert done.returncode != 0
    assert all(f"M {file}" in done.stdout for file, _, _ in BY_HAND)
    assert "stale: make gen, and commit" in done.stdout


PING = """
  // Pings.
  //
  // Errors:
  // - NOT_FOUND: there is none.
  //
  // For OFFICER.
  rpc Ping(GetReviewRequest) returns (GetReviewResponse) {
    option (loanflow.options.v1.access) = {roles: [ROLE_OFFICER]};
    option (google.api.http) = {get: "/api/v1/kyc/{application_id}/ping"};
  }
"""
START = (
    "from services.kyc.servicer import KycServicer; from services.runtime.serving import rpcs; "
    "rpcs.contract_of(KycServicer(None, None, None, None, None))"
)


def test_an_rpc_is_added_and_nothing_implements_it(copy: Copy) -> None:
    copy.change(KYC, "service KycService {", "service KycService {" + PING)
    assert generate(copy.root) == 0
    environment = {**os.environ, "PYTHONPATH": f"{copy.root}{os.pathsep}{copy.root / 'gen'}"}
    start = [sys.executable, "-c", START]
    done = subprocess.run(start, env=environment, cwd=copy.root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "StartError: KycServicer has no method Ping" in done.stderr


def test_a_service_is_dropped_from_envoy(certificates: Path, tmp_path: Path) -> None:
    gen = ROOT / "gen"
    config = bootstrap(Edge(8000, "127.0.0.1", certificates, gen / "loanflow.binpb", read_rpcs(gen / "access.json")))
    clusters = config["static_resources"]["clusters"]
    config["static_resources"]["clusters"] = [each for each in clusters if each["name"] != "kyc"]
    (tmp_path / "envoy.json").write_text(json.dumps(config))
    command = [programs.envoy(), "--mode", "validate", "-c", str(tmp_path / "envoy.json"), "-l", "warning"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "unknown cluster 'kyc'" in done.stderr + done.stdout


CALL = """
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub


def send(channel, request):
    return NotificationServiceStub(channel).SendOneTimeCode(request)
"""


def test_a_service_calls_what_the_contract_does_not_allow(copy: Copy) -> None:
    (copy.root / "services" / "kyc" / "mail.py").write_text(CALL)
    access = json.loads((ROOT / "gen" / "access.json").read_text())
    assert forbidden_calls(copy.root / "services", access) == [
        "services/kyc/mail.py:6: calls /loanflow.notification.v1.NotificationService/SendOneTimeCode, "
        'which the contract does not allow: add "kyc" to the callers in its access option, or listen to an event'
    ]


EVENT_CHANGES: list[tuple[str, Callable[[Path], None], str]] = [
    ("gone", Path.unlink, "loanflow.kyc.v1.KycApproved: the event is gone; keep it, subscribers still read it"),
    ("another type", lambda path: _retype(path), "new readers, old events: reader type: int not compatible with"),
    ("no default", lambda path: _require(path), "new readers, old events: ticket"),
]


def _retype(path: Path) -> None:
    text, number = '"type": "string",\n   "default": ""', '"type": "int",\n   "default": 0'
    path.write_text(path.read_text().replace(text, number, 1))


def _require(path: Path) -> None:
    schema = json.loads(path.read_text())
    schema["fields"].append({"name": "ticket", "type": "string"})
    path.write_text(json.dumps(schema))


@pytest.mark.parametrize(("what", "change", "message"), EVENT_CHANGES, ids=[row[0] for row in EVENT_CHANGES])
def test_an_event_could_not_be_read(what: str, change: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    present = tmp_path / "avro"
    shutil.copytree(ROOT / "gen" / "avro", present)
    former = {path.stem: path.read_text() for path in present.iterdir()}
    assert not list(broken_events(present, former))
    change(present / "loanflow.kyc.v1.KycApproved.avsc")
    assert message in "\n".join(broken_events(present, former)), what
