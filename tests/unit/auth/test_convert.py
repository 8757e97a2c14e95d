"""What a token request of OAuth2 may look like."""

import base64

import pytest
from google.api.httpbody_pb2 import HttpBody

from services.auth.commands import ClientCredentials
from services.auth.convert import to_client_credentials
from services.runtime.errors import InvalidArgument

FORM = "application/x-www-form-urlencoded"


def form(text: str, content_type: str = FORM) -> HttpBody:
    return HttpBody(content_type=content_type, data=text.encode())


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_the_client_in_the_form() -> None:
    body = form("grant_type=client_credentials&client_id=c1&client_secret=a%2Bb")
    assert to_client_credentials(body, {}) == ClientCredentials("client_credentials", "c1", "a+b")


def test_the_client_in_the_header_goes_first() -> None:
    body = form("grant_type=client_credentials&client_id=other&client_secret=other", f"{FORM}; charset=utf-8")
    assert to_client_credentials(body, {"authorization": basic("c1:a%2Bb")}) == ClientCredentials(
        "client_credentials", "c1", "a+b"
    )


@pytest.mark.parametrize(
    "authorization", ["Basic", "Basic !", "Basic " + base64.b64encode(b"\xff:\xff").decode(), basic("c1")]
)
def test_a_broken_header_names_no_client(authorization: str) -> None:
    found = to_client_credentials(form("grant_type=client_credentials"), {"authorization": authorization})
    assert found.client_secret == ""


@pytest.mark.parametrize("text", ["grant_type", "{}", "a=1&a=2"])
def test_what_is_no_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        to_client_credentials(form(text), {})
    assert refused.value.violations[0].field == "form"


def test_json_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        to_client_credentials(form("grant_type=client_credentials", "application/json"), {})


def test_what_is_not_visible_text_names_no_client() -> None:
    found = to_client_credentials(form("grant_type=x&client_id=%00&client_secret=%7f"), {})
    assert (found.grant_type, found.client_id, found.client_secret) == ("x", "", "")
