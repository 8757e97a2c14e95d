"""Mistakes between contract and model, each made in a copy: the service is not even imported, and says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from proto.plugins.generate import generate
from tests.contract.built import forgotten
from tests.contract.copies import Copy

REVIEW, KYC = (f"proto/loanflow/{name}.proto" for name in ("kyc/v1/review", "kyc/v1/kyc_service"))
KYC_MODEL, KYC_STATUS, KYC_EVENTS, HANDLERS = (
    f"services/kyc/{name}.py" for name in ("model", "status", "events", "handlers")
)

# What, file, old, new, the service, what is said.
IN_CODE = [
    ("a field of an answer renamed", "services/application/ports.py", "    left_count: int", "    leavers: int",
     "application",
     "left_count: StageMetrics has no such attribute or property: rename or add it"),
    ("a nested field renamed", "services/kyc/verification.py", "    verify_time: datetime | None = None",
     "    verified_at: datetime | None = None", "kyc",
     "Out(Review, loanflow.kyc.v1.Review): verification.verify_time: Verification has no such attribute or property"),
    ("a property turned into a method", "services/kyc/evidence.py", "    @property\n    def deviation_percent",
     "    def deviation_percent", "kyc",
     "verification.income.deviation_percent: Income has no such attribute or property"),
    ("a field of an event renamed", KYC_EVENTS, "    verified_by: str", "    verifier_id: str", "kyc",
     "Out(KycApproved, loanflow.kyc.v1.KycApproved): verified_by: KycApproved has no such attribute or property"),
    ("a field of a command renamed", HANDLERS, "    income_reason: str", "    reason: str", "kyc",
     'In(loanflow.kyc.v1.VerifyRequest, Verify): income_reason: Verify has no such field: rename or add it'),
    ("a field of another service's message renamed here", HANDLERS, "    monthly_income: Money | None",
     "    income: Money | None = None", "kyc",
     "In(loanflow.application.v1.ApplicationSubmitted, Open): income: loanflow.application.v1.Applicatio"),
    ("money as text", "services/kyc/evidence.py", "    applied: Money | None", "    applied: str", "kyc",
     "verification.income.applied: is loanflow.types.v1.Money in the message and str in the class: make them agree"),
    ("an enum value that the model lacks", KYC_STATUS, "    CLOSED = auto()\n", "", "kyc",
     "status: ReviewStatus lacks CLOSED of loanflow.kyc.v1.ReviewStatus: add it to the class"),
    ("an enum value that the contract lacks", KYC_STATUS, "    CLOSED = auto()\n",
     "    CLOSED = auto()\n    LOST = auto()\n",
     "kyc", "status: loanflow.kyc.v1.ReviewStatus lacks LOST of ReviewStatus: add REVIEW_STATUS_LOST to the contract"),
    ("a role that the contract lacks", "services/auth/model.py", "    ADMIN = auto()\n",
     "    ADMIN = auto()\n    AUDITOR = auto()\n", "auth",
     "Role lacks AUDITOR of Role: add ROLE_AUDITOR to the contract"),
    ("a field named as given that is gone", "services/risk/convert.py", '"score": report_pb2.Score',
     '"scores": report_pb2.Score',
     "risk", "scores: is named in given, but the message has no such field: take it out"),
]  # fmt: skip
IN_CONTRACT = [
    ("a field added to a resource", REVIEW, "message Review {",
     "message Review {\n  // A word.\n  string remark_id = 99;",
     "kyc",
     'remark_id: Review has no such attribute or property: rename or add it, or say given={"remark_id": its type}'),
    ("a field added to a request", KYC, "message AssignRequest {",
     "message AssignRequest {\n  // A number.\n  int32 rank = 99;", "kyc",
     'rank: Assign has no such field: rename or add it, or say ignored={"rank"}'),
    ("an enum value added", REVIEW, "  REVIEW_STATUS_ASSIGNED = 2;",
     "  REVIEW_STATUS_ASSIGNED = 2;\n  // Put off.\n  REVIEW_STATUS_POSTPONED = 99;", "kyc",
     "status: ReviewStatus lacks POSTPONED of loanflow.kyc.v1.ReviewStatus: add it to the class"),
]  # fmt: skip


def _imported(copy: Copy, service: str) -> str:
    """What the import of a service's conversions says."""
    environment = {**os.environ, "PYTHONPATH": f"{copy.root}{os.pathsep}{copy.root / 'gen'}"}
    command = [sys.executable, "-c", f"import services.{service}.convert"]
    done = subprocess.run(command, env=environment, cwd=copy.root, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize(("what", "file", "old", "new", "service", "said"), IN_CODE, ids=[row[0] for row in IN_CODE])
def test_the_model_drifts_from_the_contract(
    copy: Copy, what: str, file: str, old: str, new: str, service: str, said: str
) -> None:
    copy.change(file, old, new)
    noted = _imported(copy, service)
    assert said in noted, what
    assert f"\nservices.runtime.messages.mismatch.Mismatch: services/{service}/convert.py:" in noted


@pytest.mark.parametrize(
    ("what", "file", "old", "new", "service", "said"), IN_CONTRACT, ids=[row[0] for row in IN_CONTRACT]
)
def test_the_contract_drifts_from_the_model(
    copy: Copy, what: str, file: str, old: str, new: str, service: str, said: str
) -> None:
    copy.change(file, old, new)
    assert generate(copy.root) == 0
    noted = _imported(copy, service)
    assert said in noted, what
    assert f"\nservices.runtime.messages.mismatch.Mismatch: services/{service}/convert.py:" in noted


def test_a_message_that_is_built_by_hand_lacks_a_field(tmp_path: Path) -> None:
    path = tmp_path / "services" / "kyc" / "servicer.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "from loanflow.kyc.v1 import kyc_service_pb2 as pb\n\n\n"
        "def queue():\n    return pb.GetQueueResponse(reviews=[])\n"
    )
    assert list(forgotten(path, tmp_path)) == [
        "services/kyc/servicer.py:5: loanflow.kyc.v1.GetQueueResponse is built without next_page_token: "
        "give it, or declare an Out"
    ]


def test_the_model_drifts_from_its_table(copy: Copy) -> None:
    copy.change(KYC_MODEL, "    assign_time: datetime | None = None", "    assigned_time: datetime | None = None")
    noted = _imported(copy, "kyc")
    assert "services/kyc/store.py: Reviews: Review.assigned_time is no column of reviews: add the column" in noted
    assert "column assign_time of reviews is no attribute of Review: name it in derived or unaudited" in noted
