"""Between the contract and the use cases of customers' apps; pure."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1 import consent_pb2
from services.auth.app_authorizations import Consent
from services.auth.authorization_pages import COOKIE, BrowserAnswer
from services.auth.clients import Client
from services.auth.scopes import Scope
from services.runtime.messages import Out

_CONSENT = Out(Consent, consent_pb2.Consent, given={"scopes": list[Scope], "client_name": str})
_STANDING = Out(Consent, consent_pb2.StandingConsent, given={"scopes": list[Scope], "customer_id": str})
# By which the edge knows what a browser is to be answered with; it goes no further.
PAGE_STATUS = "x-loanflow-status"


def to_parameters(request: Message) -> dict[str, str]:
    """The parameters of a request by their names; one that is empty is not there (RFC 6749 §3.1)."""
    return {descriptor.name: value for descriptor, value in request.ListFields()}


def to_begin(form: Mapping[str, str]) -> dict[str, str]:
    """What a form says of the parameters of an authorization request."""
    names = (each.name for each in pb.AuthorizeRequest.DESCRIPTOR.fields)
    return {name: form[name] for name in names if form.get(name)}


def to_cookie(headers: Mapping[str, str]) -> str:
    """What the page left in the browser; empty without it."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def from_consent(found: tuple[Consent, Client]) -> consent_pb2.Consent:
    """The resource of a consent."""
    consent, client = found
    given = [scope for scope in Scope if scope in consent.scopes]
    return _CONSENT(consent, scopes=given, client_name=client.name)


def from_standing(consent: Consent) -> consent_pb2.StandingConsent:
    """What a program may do for a customer."""
    given = [scope for scope in Scope if scope in consent.scopes]
    return _STANDING(consent, scopes=given, customer_id=consent.account_id)


def from_answer(answer: BrowserAnswer, context: Any) -> HttpBody:
    """The page; its status, where it goes on to and its headers go ahead as metadata."""
    location = (("location", answer.location),) if answer.location else ()
    context.send_initial_metadata(((PAGE_STATUS, str(answer.status)), *location, *answer.headers))
    return HttpBody(content_type="text/html; charset=utf-8", data=answer.page)
