"""Traces of calls with what is personal in them, of good calls and refused ones: as they go to a collector.

Beside the whole platform's, in the test of the sinks: calls that no journey makes.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from google.api.httpbody_pb2 import HttpBody
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.document.v1 import document_pb2
from loanflow.document.v1 import document_service_pb2 as documents_pb
from services.runtime.errors import Error
from services.runtime.ids import new_id
from services.runtime.observing import tracing
from tests.fakes.files import holding
from tests.fakes.scanner import FakeScanner
from tests.harness import service, staff
from tests.integration.auth.conftest import Auth
from tests.integration.document.conftest import Documents
from tests.integration.runtime.spans import Spans, recorded
from tests.security.sinks import search
from tests.security.test_sinks import seeds
from tests.waiting import until

USUAL_RATIO = 0.05
METHODS = ("StartRegistration", "Login", "RequestPasswordReset", "IssueToken", "UploadDocument", "RejectDocument")


@pytest.fixture
def scanner() -> FakeScanner:
    """None is needed."""
    return FakeScanner()


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spans]:
    """Those of every call; each server that begins would set its own share."""
    with recorded() as found, monkeypatch.context() as patch:
        tracing.set_ratio(1)
        patch.setattr(tracing, "set_ratio", lambda _: None)
        yield found
    tracing.set_ratio(USUAL_RATIO)


def calls(auth: Auth, documents: Documents, texts: dict[str, str]) -> None:
    """What somebody types in where it belongs, and where it does not."""
    said = {name: texts[name] for name in ("email", "full_name", "phone", "password")}
    customer, application_id = auth.client(service("customer")), documents.draft()
    for changed in ({}, {"phone": texts["street"]}, {"email": texts["iban"]}, {"password": texts["email"]}):
        with suppress(Error):
            customer.StartRegistration(pb.StartRegistrationRequest(customer_id=new_id(), **{**said, **changed}))
    for email, password in ((texts["email"], texts["document_number"]), (texts["full_name"], texts["password"])):
        with suppress(Error):
            auth.client().Login(pb.LoginRequest(email=email, password=password))
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=texts["email"]))
    form = HttpBody(data=urlencode({"grant_type": texts["purpose"], "client_id": texts["email"]}).encode())
    with suppress(Error):
        auth.client().IssueToken(pb.IssueTokenRequest(form=form))
    refused: dict[str, Any] = {"content": texts["answer"].encode(), "file_name": texts["file_name"]}
    with suppress(Error):
        documents.upload(application_id, **refused)
    content = holding(texts["document_number"].encode())
    made = documents.upload(application_id, content=content, file_name=texts["file_name"])
    why = document_pb2.DOCUMENT_REJECTION_REASON_UNREADABLE
    rejected = {"document_id": made.document_id, "rejection_reason": why, "reason": texts["kyc_reason"]}
    documents.client(staff("OFFICER")).RejectDocument(documents_pb.RejectDocumentRequest(**rejected))


@pytest.mark.tries(11)
def test_no_trace_has_what_is_personal(auth: Auth, documents: Documents, spans: Spans, tmp_path: Path) -> None:
    texts = seeds()
    calls(auth, documents, texts)
    until(lambda: all(any(span.name.endswith(each) for span in spans.all()) for each in METHODS))
    sent = tmp_path / "traces"
    sent.mkdir()
    (sent / "spans").write_bytes(encode_spans(spans.all()).SerializeToString())
    assert not search(sent, texts, tmp_path / "forms")
    # What it would find: a text that somebody gave a span.
    (sent / "wrong").write_bytes(f"exception.message: {texts['full_name']}".encode())
    assert search(sent, texts, tmp_path / "forms") == [("wrong", "full_name")]
