"""What DocuSign and Adobe Acrobat Sign call back: refused at delivery, by name, unless it is they who call."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from google.api.httpbody_pb2 import HttpBody

from loanflow.agreement.v1 import agreement_service_pb2 as pb
from services.agreement.adobe_sign import CLIENT_ID
from services.agreement.events import SigningMethod
from services.runtime import context
from services.runtime.errors import InvalidArgument, Unauthenticated
from stack.servers.providers import ADOBE_CLIENT
from tests.fakes.signatures import FakeSignatures, said
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.signing import AtProvider, report

DOCUSIGN, ADOBE_SIGN = SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN
BOTH = pytest.mark.parametrize("method", [DOCUSIGN, ADOBE_SIGN], ids=lambda each: each.name.lower())
Make = Callable[..., AtProvider]


@pytest.fixture
def make(agreements: Agreements, signatures: FakeSignatures) -> Make:
    def made(method: SigningMethod = DOCUSIGN, last_name: str = "Lovelace") -> AtProvider:
        return AtProvider(agreements, signatures, method, last_name)

    return made


@BOTH
def test_a_wrong_signature_is_refused_at_delivery_by_name_and_changes_nothing(
    make: Make, method: SigningMethod
) -> None:
    one = make(method, "Forged")
    one.sign()
    before = one.read()
    for callback in one.signatures.apis.callbacks:
        with pytest.raises(Unauthenticated) as caught:
            report(one.agreements, one.application_id, callback)
        assert (caught.value.reason, caught.value.metadata["provider"]) == ("SIGNATURE_INVALID", method.name)
    assert one.read() == before and not one.agreements.woken


@BOTH
def test_a_provider_that_is_not_connected_is_believed_nothing(make: Make, method: SigningMethod) -> None:
    one = make(method)
    one.sign()
    one.agreements.providers.clear()
    with pytest.raises(Unauthenticated) as caught:
        one.hear()
    assert caught.value.metadata["provider"] == method.name


@BOTH
def test_of_envelopes_that_are_not_known_nothing_is_noted(make: Make, method: SigningMethod) -> None:
    one, other = make(method), make(method)
    one.sign()
    callback = one.signatures.apis.callbacks[-1]
    strange = replace(callback, url=callback.url.replace(one.application_id, other.application_id))
    report(one.agreements, other.application_id, strange)
    read = one.agreements.read(other.application_id)
    assert not read.HasField("session")


def test_a_body_of_another_shape_is_refused_by_its_field(make: Make) -> None:
    one = make(ADOBE_SIGN)
    one.sign()
    callback = one.signatures.apis.callbacks[-1]
    wrong = {**said(callback), "agreement": {"id": ["x"]}}
    with pytest.raises(InvalidArgument) as caught:
        report(one.agreements, one.application_id, replace(callback, body=json.dumps(wrong).encode()))
    assert caught.value.violations[0].field == "event.agreement.id"


class Answered:
    """The context of a call, as far as headers go."""

    def __init__(self, *given: tuple[str, str]) -> None:
        self.given, self.sent = given, dict[str, str]()

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self.given

    def send_initial_metadata(self, headers: tuple[tuple[str, str], ...]) -> None:
        self.sent.update(headers)


def test_adobe_gets_the_name_of_the_application_back(make: Make) -> None:
    one = make(ADOBE_SIGN)
    one.sign()
    servicer, ours = one.agreements.servicer, (CLIENT_ID, ADOBE_CLIENT)
    event = HttpBody(data=one.signatures.apis.callbacks[-1].body)
    asked, told = Answered(ours), Answered(ours)
    servicer.ConfirmAdobeSignWebhook(pb.ConfirmAdobeSignWebhookRequest(), asked)  # type: ignore[arg-type]
    with context.background("agreement", "a test"):
        servicer.ReportAdobeSignEvent(pb.ReportAdobeSignEventRequest(event=event), told)  # type: ignore[arg-type]
    assert asked.sent == told.sent == dict([ours])
    other = Answered((CLIENT_ID, "another"))
    with pytest.raises(Unauthenticated):
        servicer.ConfirmAdobeSignWebhook(pb.ConfirmAdobeSignWebhookRequest(), other)  # type: ignore[arg-type]
    assert other.sent == {}
