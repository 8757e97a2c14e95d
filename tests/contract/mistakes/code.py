"""Mistakes in the services: model against contract, subscriptions, clocks, imports, stores, the way of a call."""

from tests.contract.mistakes.checks import LAYERS, REVIEW, RUFF, importing, tests
from tests.contract.mistakes.mistake import Mistake, mistake
from tests.contract.mistakes.tree import Edit

MODEL, EVENTS, HANDLERS, STORE, GATES, ENTRY = (
    f"services/kyc/{name}.py" for name in ("model", "events", "handlers", "store", "gates", "__main__")
)
STATUS = "services/kyc/status.py"
COUNTS, REPORTS, RISK = "services/application/ports.py", "services/application/consumer.py", "services/risk/consumer.py"
APPROVALS, APPLICATIONS = "services/approval/handlers.py", "services/application/handlers.py"
EFFECTS = tests("tests/unit/listeners/test_effects.py")
CHAIN, PURE = "services/runtime/serving/chain.py", tests("tests/contract/test_pure.py")
CONVERT, USAGE = importing("services.kyc.convert"), tests("tests/contract/test_usage.py")
GATE_TESTS, WAY = tests("tests/contract/test_gates.py"), tests("tests/contract/test_chain.py")
MIGRATED = tests("tests/contract/test_migrations.py")
CLOCK = "take it as an argument, from the handler's clock or ids"
FIRST = "from dataclasses import dataclass\n"
DRAFT = "    def check_assignable(self, by: str) -> None:\n"

MISTAKES = [
    # Model and contract.
    mistake("a model's field renamed, so that a response field stays empty", COUNTS,
            "    left_count: int", "    leavers: int", importing("services.application.convert"),
            "left_count: StageMetrics has no such attribute or property: rename"),
    mistake("a field of an event renamed", EVENTS, "    verified_by: str", "    verifier_id: str", CONVERT,
            "verified_by: KycApproved has no such attribute or property: rename or add it"),
    mistake("a field of a command renamed", HANDLERS, "    income_reason: str", "    reason: str", CONVERT,
            "income_reason: Verify has no such field: rename or add it"),
    mistake("an enum value that the model lacks", STATUS, "    CLOSED = auto()\n", "", CONVERT,
            "status: ReviewStatus lacks CLOSED of loanflow.kyc.v1.ReviewStatus: add it to the class"),
    mistake("an enum value that the contract lacks", STATUS, "    CLOSED = auto()\n",
            "    CLOSED = auto()\n    LOST = auto()\n", CONVERT, "add REVIEW_STATUS_LOST to the contract"),
    mistake("a response built by hand without a field", "services/kyc/servicer.py", ", next_page_token=page.next_token",
            "", tests("tests/contract/test_conversions.py"), "is built without next_page_token: give it, or declare"),
    mistake("a column without its attribute", "services/kyc/tables.py", 'Column("assign_time"', 'Column("assigned_time"', CONVERT,
            "Review.assign_time is no column of reviews: add the column"),
    # Events.
    mistake("a subscription dropped", REPORTS, "    kyc.KycRejected: Action.REJECT_KYC,\n", "", REVIEW,
            "must subscribe to kyc.rejected"),
    mistake("a listener that makes another move", REPORTS, "kyc.KycApproved: Action.APPROVE_KYC",
            "kyc.KycApproved: Action.REJECT_KYC", REVIEW, "kyc.approved calls move application_id REJECT_KYC, not move application_id APPROVE_KYC"),
    mistake("a listener that ignores the event", RISK, "dict.fromkeys(_ENDED, close)",
            "dict.fromkeys(_ENDED, lambda event: None)", REVIEW, "application.withdrawn calls -, not close application_id"),
    mistake("a listener that takes another id", RISK, "app.close(event.application_id)", "app.close(event.customer_id)",
            REVIEW, "application.withdrawn calls close customer_id, not close application_id as was reviewed"),
    mistake("a listener without its row", "proto/review/listeners.txt", "  risk          open                              what was applied for is what is assessed\n", "", REVIEW,
            "risk is a listener of"),
    mistake("a use case of a listener that does nothing", APPROVALS, "uow.dossiers.open(application_id).risk_deciders = tuple(each for each in deciders if each)",
            "uow.dossiers.open(application_id)", EFFECTS, "dossiers.risk_deciders is (), and should be ('<decided_by>', '<proposed_by>')"),
    mistake("a use case of a listener that saves nothing", APPLICATIONS, ".note(_reported(), owed.arrears)\n            uow.commit()\n",
            ".note(_reported(), owed.arrears)\n", EFFECTS, "application note application_id: applications.entry_count stays as it is"),
    mistake("two notices swapped between events", "services/notification/consumer.py",
            "partial(_notify, app, notice) for notice in NOTICES}",
            "partial(_notify, app, other) for notice, other in zip(NOTICES, (*NOTICES[1:], NOTICES[0]), strict=True)}",
            EFFECTS, "notification notify: raises KeyError('update_time'): mend services/notification/consumer.py"),
    mistake("an event that nothing emits", MODEL, "ProjectValidated(", "dict(", USAGE,
            "services/kyc/events.py:1: ProjectValidated: no use case emits it"),
    mistake("a topic renamed", "services/catalog.py", 'return f"loanflow.{self.name}.v1"\n\n\nMETRICS',
            'return f"loanflow.{self.name}.v2"\n\n\nMETRICS', USAGE,
            "the topic loanflow.customer.v2: is not loanflow.customer.v1: publish on the topic of the package"),
    mistake("an event that no notice speaks of", "services/notification/notices.py",
            "    Notice(kyc.KycRejected, _MAIL, mandatory=True),\n", "", REVIEW, "must subscribe to kyc.rejected"),
    # Calls.
    Mistake("a call that the contract does not allow", (Edit("services/kyc/mail.py", "", '''"""Sends."""
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub


def send(channel, request):
    return NotificationServiceStub(channel).SendOneTimeCode(request)
'''),), USAGE, 'add "kyc" to the callers in its access option, or listen to an event'),
    mistake("a service that imports another", HANDLERS, "from services.kyc.events import",
            "from services.risk import events as other\nfrom services.kyc.events import", LAYERS,
            "services.kyc.handlers -> services.risk.events (l."),
    mistake("a service that imports another by a relative import", HANDLERS, "from services.kyc.events import",
            "from ..risk import events as other\nfrom services.kyc.events import", RUFF,
            "TID252 Prefer absolute imports over relative imports from parent modules"),
    mistake("a model that reaches for its store", MODEL, FIRST, f"from services.kyc import store\n{FIRST}", LAYERS,
            "services.kyc.model -> services.kyc.store (l."),
    mistake("a server of one's own", ENTRY, "def main()", "import grpc\nSERVER = grpc.server(None)\n\n\ndef main()", USAGE,
            "builds a server of its own: use services.runtime.serving.service"),
    mistake("an interceptor left out of the chain", CHAIN, "        HideTexts(),\n", "", WAY,
            "lacks HideTexts: every call must pass it"),
    mistake("interceptors in another order", CHAIN, "        RetryConflicts(),\n        Idempotency(rules.rpcs, rules.stores),\n",
            "        Idempotency(rules.rpcs, rules.stores),\n        RetryConflicts(),\n", WAY,
            "Idempotency stands where RetryConflicts must"),
    mistake("an owner whose look-up is not given", ENTRY, ', owners={"application_id": app.owner_of}', "",
            WAY, "Information names its owner by application_id"),
    # Reasons.
    mistake("a reason raised that the RPC does not list", "services/kyc/staffing.py", 'reason="NO_OFFICER"', 'reason="OVERPAYMENT"',
            tests("tests/contract/test_reasons.py"), "raises OVERPAYMENT, which the comment of KycService/"),
    mistake("a reason raised that the contract lacks", "services/kyc/staffing.py", 'reason="NO_OFFICER"', 'reason="NO_CLERK"', USAGE,
            "lacks NO_CLERK: the code gives it: add it"),
    mistake("a reason raised with another status", MODEL, 'PermissionDenied(', 'NotFound(',
            tests("tests/contract/test_reasons.py"), "with NOT_FOUND, and the contract lists it with PERMISSION_DENIED: raise the error of that code"),
    # Clocks and chance.
    mistake("datetime.now() in a model", MODEL, DRAFT, f"    made = datetime.now()\n\n{DRAFT}", PURE, CLOCK),
    mistake("a clock as a default", MODEL, "    submit_time: datetime\n", "    submit_time: datetime = field(default_factory=datetime.now)\n",
            PURE, CLOCK),
    Mistake("a clock under another name", (
            Edit(MODEL, FIRST, f"{FIRST}from datetime import datetime as d\n"),
            Edit(MODEL, DRAFT, f"    made = d.utcnow()\n\n{DRAFT}")), PURE, CLOCK),
    Mistake("the time in a model", (Edit(MODEL, FIRST, f"{FIRST}import time\n"),
            Edit(MODEL, DRAFT, f"    made = time.time()\n\n{DRAFT}")), PURE, CLOCK),
    Mistake("a random number in a model", (Edit(MODEL, FIRST, f"{FIRST}from random import random\n"),
            Edit(MODEL, DRAFT, f"    made = random()\n\n{DRAFT}")), PURE, CLOCK),
    Mistake("a random id in a model", (Edit(MODEL, FIRST, f"{FIRST}from uuid import uuid4 as make\n"),
            Edit(MODEL, DRAFT, f"    made = make()\n\n{DRAFT}")), PURE, CLOCK),
    mistake("a model that imports a clock", MODEL, FIRST, f"{FIRST}import time\n", LAYERS, "services.kyc.model -> time (l."),
    # Gates.
    mistake("a fact taken out of a gate", GATES, '        Fact("the manager is not the one who verified", "kyc", Source.ROW, "MAKER_CHECKER"),\n',
            "", GATE_TESTS, "no gate has this fact: take it out"),
    mistake("a gate that asks another RPC", GATES, '"AuthService.ListUsers"', '"AuthService.Login"', GATE_TESTS,
            "services/kyc/peers.py does not call /loanflow.auth.v1.AuthService/Login: have it ask"),
    # Stores.
    mistake("a migration missing", "services/kyc/migrations/versions/0003_information_requests.py",
            "ADD COLUMN information_requests", "ADD COLUMN IF NOT EXISTS version", MIGRATED,
            "is made by no migration: make migration SERVICE=kyc NAME=information_requests"),
    Mistake("two heads of migrations", (Edit("services/kyc/migrations/versions/0003_other.py", "", '''"""Another."""
revision = "0003_other"
down_revision = "0002"


def upgrade() -> None:
    """Adds nothing."""
'''),), MIGRATED, "stand side by side: give one of them the other as its down_revision"),
    Mistake("a migration that drops a column", (Edit("services/kyc/migrations/versions/0004_drop.py", "", '''"""Drops."""
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Drops the reason."""
    op.drop_column("reviews", "reason")
'''),), tests("tests/contract/test_rolling.py"), "services/kyc/migrations/versions/0004_drop.py:10: drops"),
    Mistake("a new column that the running version does not fill", (Edit("services/kyc/migrations/versions/0004_add.py", "",
'''"""Adds."""
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds a branch."""
    op.execute("ALTER TABLE reviews ADD COLUMN branch TEXT NOT NULL")
'''),), tests("tests/contract/test_rolling.py"), "services/kyc/migrations/versions/0004_add.py:10: adds"),
    # Sizes.
    mistake("a use case that decides by itself", HANDLERS, '        """Gives a review to an officer."""\n',
            '        """Gives a review to an officer."""\n' + "        _ = 1\n" * 12, tests("tests/contract/test_sizes.py"),
            "assign has 22 lines, 15 at most: what it decides belongs into the model"),
]  # fmt: skip
