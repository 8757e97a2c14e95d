"""Changes of meaning that build, each made in a copy of the contract: the promise that breaks, or who must review."""

import json
from functools import cache

import pytest

from proto.evolution import rules
from proto.evolution.promises import breaks
from proto.evolution.versions import build, read
from proto.plugins.access import access_table
from proto.plugins.avro import schemas
from proto.plugins.contract import Contract
from proto.review import access
from tests.contract.conftest import ROOT
from tests.contract.copies import Copy
from tests.contract.findings import findings

KYC, EVENTS, LOGIN, PAYMENTS, APPLICATION = (
    f"proto/loanflow/{name}.proto"
    for name in (
        "kyc/v1/kyc_service", "kyc/v1/kyc_events", "auth/v1/auth_service", "repayment/v1/repayment_service",
        "application/v1/application_service",
    )
)  # fmt: skip
ROLES = "roles: [\n        ROLE_OFFICER,\n        ROLE_MANAGER\n      ]"
OFFICER = ROLES + '\n    };\n    option (google.api.http) = {get: "/api/v1/kyc/queue"}'


@cache
def _present() -> Contract:
    return read(build(ROOT))


def _found(copy: Copy) -> str:
    """All that is found wrong with a copy, line by line: by generators, evolution and review."""
    contract = read(build(copy.root))
    table = json.loads(access_table(contract)["access.json"])
    schemas(contract)
    broken = map(str, breaks(_present(), contract))
    return "\n".join([*contract.errors, *broken, *access.differences(copy.root, table)])


MISTAKES = [
    ("an owner becomes self", APPLICATION, 'owner: {field: "application_id"}', "owner: {self: true}",
     "reaches only the caller's own by its option, and yet its request names application_id"),
    ("an RPC is public", KYC, OFFICER, OFFICER.replace(ROLES, "public: true"),
     "kyc.GetQueue is not what was reviewed in proto/review/access.txt:"),
    ("a role is added", KYC, OFFICER, OFFICER.replace("ROLE_OFFICER,", "ROLE_OFFICER, ROLE_ADMIN,"),
     "kyc.GetQueue is not what was reviewed in proto/review/access.txt:"),
    ("a role is lost", KYC, OFFICER, OFFICER.replace("ROLE_OFFICER", "ROLE_ADMIN"),
     "KycService/GetQueue: access: OFFICER can no longer call it"),
    ("a caller is added", APPLICATION, 'callers: ["activation"]', 'callers: ["activation", "risk"]',
     "application.AuthorizeActivation is not what was reviewed"),
    ("a path", KYC, '"/api/v1/kyc/queue"', '"/api/v1/kyc/waiting"',
     "KycService/GetQueue: routes: GET /api/v1/kyc/queue is gone; add another route beside it"),
    ("a verb", KYC, '{get: "/api/v1/kyc/queue"}', '{post: "/api/v1/kyc/queue"}',
     "routes: GET /api/v1/kyc/queue is gone"),
    ("a body", KYC, 'post: "/api/v1/kyc/{application_id}/decision"\n      body: "*"',
     'post: "/api/v1/kyc/{application_id}/decision"',
     "routes: POST /api/v1/kyc/{application_id}/decision with body * is gone"),
    ("a rate class", LOGIN, "rate_class: RATE_CLASS_SENSITIVE", "rate_class: RATE_CLASS_STANDARD",
     "rate class: was SENSITIVE and is STANDARD"),
    ("a key", PAYMENTS, "IDEMPOTENCY_KEY_REQUIRED;", "IDEMPOTENCY_KEY_OPTIONAL;",
     "RecordPayment: idempotency key: was REQUIRED and is OPTIONAL"),
    ("a reason", KYC, "FAILED_PRECONDITION NO_OFFICER: the named", "FAILED_PRECONDITION WRONG_STATUS: the named",
     "KycService/Assign: reasons: NO_OFFICER is no longer listed"),
    ("an event's key", EVENTS, 'key: "application_id"', 'key: "customer_id"',
     "KycVerificationStarted: event key: was application_id and is customer_id"),
    ("an event's type", EVENTS, 'type: "kyc.approved"', 'type: "kyc.passed"',
     "KycApproved: event type: was kyc.approved and is kyc.passed"),
    ("a listener", EVENTS, '      "approval",\n', "", "listeners: approval no longer subscribes to kyc.approved"),
    ("a required field", KYC, "message GetQueueRequest {",
     "message GetQueueRequest {\n  // Whose.\n  string branch = 77 [(buf.validate.field).string.min_len = 1];",
     "GetQueueRequest.branch: required: it is new, and requests of old do not have it"),
    ("a field that must be there", KYC, "message GetQueueRequest {",
     "message GetQueueRequest {\n  // Whose.\n  optional string branch = 77 [(buf.validate.field).required = true];",
     "GetQueueRequest.branch: required: it is new, and requests of old do not have it"),
    ("a tighter rule", KYC, "int32 page_size = 3 [(buf.validate.field).int32 = {\n    gte: 0\n    lte: 100",
     "int32 page_size = 3 [(buf.validate.field).int32 = {\n    gte: 0\n    lte: 50",
     "GetQueueRequest.page_size: rules: tighter: int32.lte was 100 and is 50"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "file", "old", "new", "message"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_change_of_meaning_is_found(copy: Copy, what: str, file: str, old: str, new: str, message: str) -> None:
    copy.change(file, old, new)
    lines = [line for line in _found(copy).splitlines() if message in line]
    assert lines, what
    assert all(line.startswith(f"{file}:") for line in lines)


def test_the_contract_keeps_its_own_promises() -> None:
    findings(breaks(_present(), _present()))


def test_what_grows_breaks_nothing(copy: Copy) -> None:
    for change in GROWTH:
        copy.change(KYC, *change)
    findings(breaks(_present(), read(build(copy.root))))


REQUEST, BRANCH = "message GetQueueRequest {", "string branch = 77 [(buf.validate.field).string.max_len = 9];"
GROWTH = [
    (REQUEST, f"{REQUEST}\n  // Whose.\n  {BRANCH}"),
    ("lte: 100", "lte: 200"),
    (OFFICER, OFFICER.replace("ROLE_OFFICER,", "ROLE_OFFICER, ROLE_ADMIN,")),
    ('{get: "/api/v1/kyc/queue"}', '{get: "/api/v1/kyc/queue", additional_bindings {get: "/api/v1/kyc/waiting"}}'),
]

Rules = dict[str, object]
ORDERED: list[tuple[Rules, Rules, str]] = [
    ({"string.max_len": 9}, {"string.max_len": 10}, "looser"),
    ({"string.max_len": 10}, {"string.max_len": 9}, "tighter"),
    ({"string.min_len": 1}, {"string.min_len": 2}, "tighter"),
    ({}, {"string.uuid": True}, "tighter"),
    ({"string.uuid": True}, {}, "looser"),
    ({"string.in": ("a", "b")}, {"string.in": ("a",)}, "tighter"),
    ({"string.in": ("a",)}, {"string.in": ("a", "b")}, "looser"),
    ({"string.in": ("a",)}, {"string.in": ("b",)}, "tighter looser"),
    ({"string.not_in": ("a",)}, {"string.not_in": ("a", "b")}, "tighter"),
    ({"string.pattern": "a"}, {"string.pattern": "b"}, "tighter looser"),
    ({"ignore": "IGNORE_IF_ZERO_VALUE"}, {}, "tighter"),
    ({}, {"ignore": "IGNORE_IF_ZERO_VALUE"}, "looser"),
    ({}, {"cel.known": "this > 0"}, "tighter"),
    ({"cel.known": "this > 0"}, {"cel.known": "this > 1"}, "tighter looser"),
    ({"repeated.items.string.max_len": 3}, {"repeated.items.string.max_len": 2}, "tighter"),
    ({"timestamp.gt": "2030-01-01T00:00:00Z"}, {"timestamp.gt": "2031-01-01T00:00:00Z"}, "tighter looser"),
]


@pytest.mark.parametrize(("old", "new", "direction"), ORDERED)
def test_rules_are_ordered(old: Rules, new: Rules, direction: str) -> None:
    assert " ".join(found for found, _ in rules.differences(old, new)) == direction
    assert not list(rules.differences(old, old))
