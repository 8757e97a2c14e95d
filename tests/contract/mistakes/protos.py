"""Mistakes in the contract: what builds, and yet means something else, or is refused while it is generated."""

from tests.contract.mistakes.checks import Check, contract
from tests.contract.mistakes.mistake import Mistake, mistake
from tests.contract.mistakes.tree import Edit

KYC, KYC_EVENTS, REVIEW, LOGIN, PAYMENTS, APPLICATION, CUSTOMER, LOANS, REASONS, RISK = (
    f"proto/loanflow/{name}.proto"
    for name in (
        "kyc/v1/kyc_service", "kyc/v1/kyc_events", "kyc/v1/review", "auth/v1/auth_service",
        "repayment/v1/repayment_service", "application/v1/application_service", "customer/v1/customer",
        "repayment/v1/loan", "errors/v1/reason", "risk/v1/risk_service",
    )
)  # fmt: skip
SERVICER = "services/kyc/servicer.py"
QUEUE = """  rpc GetQueue(GetQueueRequest) returns (GetQueueResponse) {
    option (loanflow.options.v1.access) = {
      roles: [
        ROLE_OFFICER,
        ROLE_MANAGER
      ]
    };
    option (google.api.http) = {get: "/api/v1/kyc/queue"};
  }
"""
ROLES = "roles: [\n        ROLE_OFFICER,\n        ROLE_MANAGER\n      ]"
OFFICER = f'{ROLES}\n    }};\n    option (google.api.http) = {{get: "/api/v1/kyc/queue"}}'
LEDGER = "is not what was reviewed in proto/review/access.txt:"
PAGE = "int32 page_size = 3 [(buf.validate.field).int32 = {\n    gte: 0\n    lte: 100"
TOKEN = "  // `next_page_token` of the page before; empty for the first.\n  string page_token = 4 "


def _of(what: str, file: str, old: str, new: str, said: str, check: Check = contract) -> Mistake:
    return mistake(what, file, old, new, check, said)


MISTAKES = [
    # Who may call.
    _of("an owner rule from a field to self", APPLICATION, 'owner: {field: "application_id"}', "owner: {self: true}",
        "reaches only the caller's own by its option, and yet its request names application_id"),
    _of("an RPC made public", KYC, OFFICER, OFFICER.replace(ROLES, "public: true"), LEDGER),
    _of("a role added", KYC, OFFICER, OFFICER.replace("ROLE_MANAGER", "ROLE_MANAGER,\n        ROLE_ADMIN"), LEDGER),
    _of("a role lost", KYC, OFFICER, OFFICER.replace("        ROLE_OFFICER,\n", ""),
        "KycService/GetQueue: access: OFFICER can no longer call it"),
    _of("a caller added without the ledger", APPLICATION, 'callers: ["activation"]', 'callers: ["activation", "risk"]',
        f"application.AuthorizeActivation {LEDGER}"),
    _of("a caller taken away", APPLICATION, 'callers: ["activation"]', 'callers: ["scheduler"]',
        "access: activation can no longer call it"),
    _of("an owner beside roles", KYC, OFFICER, OFFICER.replace("roles: [", "owner: {self: true}\n      roles: ["),
        f"kyc.GetQueue {LEDGER}"),
    _of("login's rate class lost", LOGIN, "public: true\n      rate_class: RATE_CLASS_SENSITIVE", "public: true",
        "rate class: was SENSITIVE and is STANDARD"),
    _of("a payment's idempotency key no longer required", PAYMENTS, "IDEMPOTENCY_KEY_REQUIRED;",
        "IDEMPOTENCY_KEY_OPTIONAL;", "RecordPayment: idempotency key: was REQUIRED and is OPTIONAL"),
    # RPCs and routes.
    Mistake("an RPC removed together with its code",
            (Edit(KYC, QUEUE, ""), Edit(SERVICER, "    def GetQueue(", "    def _queue(")), contract,
            'Previously present RPC "GetQueue" on service "KycService" was deleted'),
    Mistake("an RPC renamed together with its code",
            (Edit(KYC, "rpc GetQueue(GetQueueRequest)", "rpc ListQueue(GetQueueRequest)"),
             Edit(SERVICER, "def GetQueue(", "def ListQueue(")), contract,
            'Previously present RPC "GetQueue" on service "KycService" was deleted'),
    _of("a REST path changed", KYC, '"/api/v1/kyc/queue"', '"/api/v1/kyc/waiting"',
        "routes: GET /api/v1/kyc/queue is gone; add another route beside it"),
    _of("a REST verb changed", KYC, '{get: "/api/v1/kyc/queue"}', '{post: "/api/v1/kyc/queue"}',
        "routes: GET /api/v1/kyc/queue is gone"),
    _of("a REST body changed", KYC, 'post: "/api/v1/kyc/{application_id}/decision"\n      body: "*"',
        'post: "/api/v1/kyc/{application_id}/decision"',
        "routes: POST /api/v1/kyc/{application_id}/decision with body * is gone"),
    Mistake("a parameter of a path renamed",
            (Edit(KYC, 'get: "/api/v1/kyc/{application_id}"', 'get: "/api/v1/kyc/{loan_id}"'),
             Edit(KYC, "message GetReviewRequest {\n  // The application.\n  string application_id",
                  "message GetReviewRequest {\n  // The application.\n  string loan_id")), contract,
            'changed option "json_name" from "applicationId" to "loanId"'),
    _of("a query parameter removed, and reserved", KYC, f"{TOKEN}[(buf.validate.field).string.max_len = 500];\n",
        '  reserved 4;\n  reserved "page_token";\n',
        "KycService/GetQueue: query names: page_token is gone; the edge refuses what it does not know"),
    _of("a query parameter moved into the body", KYC, 'post: "/api/v1/kyc/{application_id}/assign"\n      body: "*"',
        'post: "/api/v1/kyc/{application_id}/assign"\n      body: "officer_id"', "with body * is gone"),
    _of("another request for an RPC", KYC, "rpc GetReview(GetReviewRequest)", "rpc GetReview(CheckApprovedRequest)",
        'RPC "GetReview" on service "KycService" changed request type'),
    _of("a stream where one answer was", KYC, "returns (GetQueueResponse)", "returns (stream GetQueueResponse)",
        'RPC "GetQueue" on service "KycService" changed from server unary to server streaming'),
    # Fields.
    _of("a rule tightened", KYC, f"{TOKEN}[(buf.validate.field).string.max_len = 500]",
        f"{TOKEN}[(buf.validate.field).string.max_len = 50]",
        "GetQueueRequest.page_token: rules: tighter: string.max_len was 500 and is 50"),
    _of("lte that became lt", RISK, "    lte: 1000\n", "    lt: 1000\n",
        "SearchReportsRequest.min_score: rules: tighter: int32.lt was not there and is 1000"),
    _of("gte that became gt", KYC, "int32 kyc_version = 7 [(buf.validate.field).int32.gte = 0]",
        "int32 kyc_version = 7 [(buf.validate.field).int32.gt = 0]", "rules: tighter: int32.gt was not there"),
    _of("a new required field in an old request", KYC, "message GetQueueRequest {",
        "message GetQueueRequest {\n  // Which.\n  int32 branch = 77 [(buf.validate.field).int32.gte = 1];",
        "GetQueueRequest.branch: required: it is new, and requests of old do not have it"),
    _of("a field made required", KYC, "message DecideRequest {",
        "message DecideRequest {\n  // Which.\n  optional bool whole = 77 [(buf.validate.field).required = true];",
        "DecideRequest.whole: required: it is new"),
    _of("a rule over several fields added", KYC, "message AssignRequest {",
        'message AssignRequest {\n  option (buf.validate.message).cel = {\n    id: "assign.other"\n'
        '    message: "must differ"\n    expression: "this.application_id != this.officer_id"\n  };',
        "AssignRequest: rules: tighter: cel.assign.other"),
    _of("a field of a response renumbered", REVIEW, "string decided_by = 7;", "string decided_by = 77;",
        'Previously present field "7" with name "decided_by" on message "Review" was deleted'),
    _of("a JSON name changed", CUSTOMER, "string full_name = ", "string whole_name = ",
        'changed option "json_name" from "fullName" to "wholeName"'),
    _of("a number that became a text", REVIEW, "int32 kyc_version = 8;",
        'string kyc_version = 8 [debug_redact = true];',
        'changed type from "int32" to "string"'),
    _of("a field that became a list", REVIEW, "string decided_by = 7;", "repeated string decided_by = 7;",
        'on message "Review" changed cardinality'),
    _of("an enum value renamed", REVIEW, "REVIEW_STATUS_VERIFIED = 3", "REVIEW_STATUS_CHECKED = 3",
        'changed name from "REVIEW_STATUS_VERIFIED" to "REVIEW_STATUS_CHECKED"'),
    _of("an enum value removed", REVIEW, "  // A manager rejected.\n  REVIEW_STATUS_REJECTED = 5;\n", "",
        'Previously present enum value "5" on enum "ReviewStatus" was deleted'),
    _of("a page that is larger than lists give", KYC, PAGE, PAGE.replace("100", "1000"),
        "GetQueueRequest.page_size: its rules let 0 to 1000 in, and lists give 100 at most"),
    # Persons, and what only staff reads.
    _of("debug_redact dropped", CUSTOMER, "(loanflow.options.v1.kind) = KIND_EMAIL,\n    debug_redact = true",
        "(loanflow.options.v1.kind) = KIND_EMAIL",
        "Customer.email: is personal by its name: add [debug_redact = true]"),
    _of("debug_redact dropped from a message inside", CUSTOMER, "KycDetails kyc = 5 [debug_redact = true]",
        "KycDetails kyc = 5", "Customer.kyc: redaction: logs masked it and no longer do"),
    _of("a personal field with a harmless name", CUSTOMER, "message Customer {",
        "message Customer {\n  // A nick.\n  string nick = 99;",
        "Customer.nick: is a text that was not reviewed, and so personal: add [debug_redact = true]"),
    *(
        _of(f"a personal field named {name}", REVIEW, "message Review {",
            f"message Review {{\n  // It.\n  string {name} = 99;",
            f"Review.{name}: is a text that was not reviewed, and so personal")
        for name in ("colour", "label", "info", "value", "extra", "data", "detail", "hint", "line_two")
    ),
    _of("a note of staff shown to customers",
        REVIEW, "    debug_redact = true,\n    (loanflow.options.v1.audience) = AUDIENCE_STAFF\n",
        "    debug_redact = true\n", "Review.reason: audience: was AUDIENCE_STAFF and is none"),
    _of("a text without its kind", KYC, "    (loanflow.options.v1.kind) = KIND_TEXT,\n", "",
        "is a text that comes in, and says not what it is: add [(loanflow.options.v1.kind) = KIND_LINE]"),
    # Events.
    _of("an event's key changed", KYC_EVENTS, 'key: "application_id"', 'key: "customer_id"',
        "KycVerificationStarted: event key: was application_id and is customer_id"),
    _of("an event's type changed", KYC_EVENTS, 'type: "kyc.approved"', 'type: "kyc.passed"',
        "KycApproved: event type: was kyc.approved and is kyc.passed"),
    _of("a listener dropped from the contract", KYC_EVENTS, '      "approval",\n', "", "listeners: approval no longer"),
    _of("a field of an event gone", KYC_EVENTS, "  string verified_by = 3;\n", "",
        'Previously present field "3" with name "verified_by" on message "KycApproved" was deleted without reserving'),
    _of("a person in an event", KYC_EVENTS, "string verified_by = 3;",
        "string verified_by = 3;\n  // It.\n  string email = 99;",
        "KycApproved.email: is personal, and events are kept for ever: leave it out"),
    _of("an event that is no event any more", KYC_EVENTS, '''  option (loanflow.options.v1.event) = {
    type: "kyc.information.requested"
    key: "application_id"
    listeners: [
      "application",
      "notification"
    ]
  };
''', "", "KycInformationRequested: event type: was kyc.information.requested and is None"),
    # Reasons.
    _of("a reason no longer listed", KYC, "FAILED_PRECONDITION NO_OFFICER: the named",
        "FAILED_PRECONDITION WRONG_STATUS: the named",
        "KycService/Assign: reasons: NO_OFFICER is no longer listed"),
    _of("the status of a reason changed", KYC, "PERMISSION_DENIED MAKER_CHECKER: the manager is the one",
        "FAILED_PRECONDITION MAKER_CHECKER: the manager is the one",
        "KycService/Decide: reasons: MAKER_CHECKER came with PERMISSION_DENIED and no longer does"),
    _of("a reason that there is not", KYC, "INVALID_ARGUMENT INVALID_PAGE_TOKEN:", "INVALID_ARGUMENT BAD_TOKEN:",
        "its comment lists the reason BAD_TOKEN: add REASON_BAD_TOKEN to the reasons"),
    _of("a reason renumbered", REASONS, "REASON_MAKER_CHECKER = 8", "REASON_MAKER_CHECKER = 888",
        'Previously present enum value "8" on enum "Reason" was deleted'),
    _of("a reason renamed", REASONS, "REASON_MAKER_CHECKER = 8", "REASON_FOUR_EYES = 8",
        "its comment lists the reason MAKER_CHECKER: add REASON_MAKER_CHECKER to the reasons"),
    _of("an option that there is not", KYC, "option (loanflow.options.v1.access)", "option (loanflow.options.v1.acess)",
        "loanflow.options.v1.acess"),
]  # fmt: skip
