"""Why something changes, in words that no key seals: those that OAuth's library gives are known, and no other."""

import inspect
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest
from authlib.oauth2 import OAuth2Error

from services.auth.authorization_server import AuthorizationServer, CodeGrant, RefreshGrant, S256Challenge
from services.auth.model import FIXED_WHYS, ChangeReason
from services.auth.oauth_adapter import CODE, REFRESH, Request

OWN = {ChangeReason.FIRST_ADMINISTRATORS.value, ChangeReason.REFRESH_REFUSED.value}
# Of the page on which a customer agrees, which nothing is committed with: RFC 6749 §4.1.2.1, OpenID Connect §3.1.2.6.
AT_THE_PAGE = {
    "access_denied", "unsupported_response_type", "request_not_supported", "request_uri_not_supported",
    "registration_not_supported",
}  # fmt: skip


def parts() -> Iterator[type[object]]:
    """The classes that a token request is answered by: the server, its grants and what extends these."""
    server = AuthorizationServer(MagicMock())
    yield type(server)
    for grant, extensions in server._token_grants:
        yield grant
        yield from (type(each) for each in extensions or ())


def given() -> set[str]:
    """The codes of the errors that the modules of these classes know."""
    modules = {each.__module__ for part in parts() for each in part.__mro__}
    known: list[Any] = [each for name in modules for each in vars(sys.modules[name]).values() if inspect.isclass(each)]
    return {str(each.error) for each in known if issubclass(each, OAuth2Error) and each.error}


def test_the_walk_reaches_the_library() -> None:
    assert {CodeGrant, RefreshGrant, S256Challenge} <= {*parts()}
    assert {"invalid_grant", "unsupported_grant_type", "invalid_scope"} <= given()


def test_what_the_library_refuses_with_is_named_and_nothing_that_it_never_gives() -> None:
    named = FIXED_WHYS - OWN
    missing, gone = given() - AT_THE_PAGE - named, named - given()
    assert not missing, f"services/auth/model.py: ChangeReason has no {sorted(missing)}, which would be sealed"
    assert not gone, f"services/auth/model.py: ChangeReason has {sorted(gone)}, which no part of Authlib gives"
    assert given() >= AT_THE_PAGE


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": CODE}, "invalid_request"),
        ({"grant_type": CODE, "code": "none"}, "invalid_grant"),
        ({"grant_type": REFRESH}, "invalid_request"),
    ],
)
def test_a_token_request_is_refused_in_these_words(parameters: dict[str, str], code: str) -> None:
    work = MagicMock()
    work.uow.codes.of_hash.return_value = None
    work.client.public_client, work.client.redirect_uris = False, ("https://app.example.org/back",)
    answer = AuthorizationServer(work).create_token_response(Request("POST", "https://edge.example.org", parameters))
    assert answer.error is not None and (answer.error.error, code in FIXED_WHYS) == (code, True)
