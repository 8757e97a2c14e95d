"""Customers' apps on the real database: a customer agrees in a browser, the app gets what they agreed to, it ends."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from authlib.oidc.discovery import OpenIDProviderMetadata
from google.api.httpbody_pb2 import HttpBody

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.runtime import context
from services.runtime.calling.terms import ADDRESS, CERTIFICATE, thumbprint
from services.runtime.context import Caller
from services.runtime.errors import (
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
)
from tests.harness import customer, program, staff
from tests.integration.auth.apps import AFTERWARDS, REDIRECT, VERIFIER, AppOf, Browser, claims_of
from tests.integration.auth.conftest import Auth

ADA = "ada@example.com"


@pytest.fixture
def ada(auth: Auth) -> str:
    """A customer."""
    return auth.customer(ADA)


def revoked(auth: Auth) -> list[str]:
    """The names under which tokens are revoked."""
    with auth.begin() as uow:
        return [name for name, _ in uow.revoked.since(auth.clock.now() - timedelta(minutes=20))]


@pytest.mark.parametrize("public", [True, False])
def test_an_app_gets_what_the_customer_agreed_to(auth: Auth, ada: str, public: bool) -> None:
    app = AppOf.registered(auth, public=public)
    assert bool(app.secret) is not public
    back = app.asks(ADA)
    assert (back.status, back.address, back.page) == (303, REDIRECT, "")
    assert back.query.keys() == {"code", "state", "iss"}
    assert (back.query["state"], back.query["iss"]) == ("s1", "https://auth.loanflow.local")
    tokens = app.redeem(back.query["code"])
    header, claims = claims_of(auth, tokens["access_token"])
    assert header["typ"] == "at+jwt"
    assert (claims["sub"], claims["kind"], claims["roles"], claims["client_id"]) == (ada, "customer", [], app.client_id)
    assert claims["scope"] == tokens["scope"] == "loans.read openid"
    header, said = claims_of(auth, tokens["id_token"])
    now = int(auth.clock.now().timestamp())
    assert header["typ"] == "JWT"
    assert said.pop("at_hash")
    assert said == {
        "iss": "https://auth.loanflow.local", "aud": app.client_id, "sub": ada, "sid": claims["sid"], "nonce": "n1",
        "auth_time": now, "iat": now, "exp": now + 900, "acr": "aal1", "amr": ["pwd"],
    }  # fmt: skip


def erase(auth: Auth, customer_id: str) -> None:
    """Has the customer service report that they are erased."""
    with context.background("auth", "test"):
        auth.app.on_customer_erased(customer_id, auth.clock.now())


def refused(reason: str, wanted: Any) -> None:
    """Has the token endpoint refuse for that reason."""
    with pytest.raises(InvalidArgument) as error:
        wanted()
    assert error.value.reason == reason


def test_without_openid_there_is_no_id_token(auth: Auth, ada: str) -> None:
    tokens = AppOf.registered(auth).tokens(ADA, scope="loans.read")
    assert "id_token" not in tokens
    assert tokens["scope"] == "loans.read"


def test_a_customer_sees_their_consents_and_withdraws_one(auth: Auth, ada: str) -> None:
    first, second = AppOf.registered(auth), AppOf.registered(auth)
    kept = first.tokens(ADA)
    auth.clock.advance(timedelta(seconds=1))
    ended = second.tokens(ADA, scope="openid email")
    grace = auth.customer("grace@example.com")
    found = auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents
    assert [(each.client_id, list(each.scopes)) for each in found] == [
        (second.client_id, [6, 8]),
        (first.client_id, [4, 6]),
    ]
    assert found[0].expire_time.ToDatetime() - found[0].grant_time.ToDatetime() == timedelta(days=90)
    assert found[0].client_name.startswith("App ")
    for other in (grace, first.client_id):
        with pytest.raises(NotFound):
            auth.client(customer(other)).WithdrawConsent(pb.WithdrawConsentRequest(consent_id=found[0].consent_id))
    withdraw = pb.WithdrawConsentRequest(consent_id=found[0].consent_id)
    assert auth.client(customer(ada)).WithdrawConsent(withdraw).consent.HasField("withdraw_time")
    with pytest.raises(NotFound):
        auth.client(customer(ada)).WithdrawConsent(withdraw)
    assert claims_of(auth, ended["access_token"])[1]["sid"] in revoked(auth)
    assert claims_of(auth, kept["access_token"])[1]["sid"] not in revoked(auth)
    refused("GRANT_INVALID", lambda: second.refresh(ended["refresh_token"]))
    assert first.refresh(kept["refresh_token"])
    left = auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents
    assert [each.client_id for each in left] == [first.client_id]
    assert [row["why"] for row in auth.audit("Consent") if "withdraw_time" in str(row["after"])]


def test_a_code_of_a_consent_that_was_withdrawn_gives_nothing(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    code = app.code(ADA)
    found = auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents
    auth.client(customer(ada)).WithdrawConsent(pb.WithdrawConsentRequest(consent_id=found[0].consent_id))
    refused("GRANT_INVALID", lambda: app.redeem(code))


def test_a_consent_ends_by_itself_and_a_smaller_one_ends_what_went_further(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    wide = app.tokens(ADA, scope="openid loans.read applications.read")
    narrow = app.tokens(ADA, scope="openid")
    refused("GRANT_INVALID", lambda: app.refresh(wide["refresh_token"]))
    assert len(auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents) == 1
    token = narrow["refresh_token"]
    for _ in range(9):
        auth.clock.advance(timedelta(days=10) - timedelta(seconds=1))
        token = app.refresh(token)["refresh_token"]
    auth.clock.advance(timedelta(seconds=9))
    refused("GRANT_INVALID", lambda: app.refresh(token))
    assert not auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents


def test_signing_out_everywhere_and_erasure_end_what_apps_have(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    tokens = app.tokens(ADA)
    code = app.code(ADA)
    assert auth.client(customer(ada)).Logout(pb.LogoutRequest()).ended_sessions == 1
    refused("GRANT_INVALID", lambda: app.redeem(code))
    assert claims_of(auth, tokens["access_token"])[1]["sid"] in revoked(auth)
    refused("GRANT_INVALID", lambda: app.refresh(tokens["refresh_token"]))
    again = app.tokens(ADA)
    erase(auth, ada)
    assert claims_of(auth, again["access_token"])[1]["sid"] in revoked(auth)
    refused("GRANT_INVALID", lambda: app.refresh(again["refresh_token"]))
    assert not auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents


def test_refresh_tokens_go_round_and_the_scope_may_only_shrink(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    first = app.tokens(ADA)
    second = app.refresh(first["refresh_token"], scope="openid")
    assert second["scope"] == claims_of(auth, second["access_token"])[1]["scope"] == "openid"
    assert "id_token" not in second
    for wider in ("openid email", "applications.write", "OFFICER", "openid  loans.read"):
        refused("SCOPE_INVALID", lambda: app.refresh(second["refresh_token"], scope=wider))  # noqa: B023
    third = app.refresh(second["refresh_token"])
    assert third["scope"] == "loans.read openid"
    auth.clock.advance(timedelta(seconds=11))
    refused("GRANT_INVALID", lambda: app.refresh(first["refresh_token"]))
    refused("GRANT_INVALID", lambda: app.refresh(third["refresh_token"]))
    assert claims_of(auth, third["access_token"])[1]["sid"] in revoked(auth)


def test_an_app_learns_about_the_customer_what_they_agreed_to(auth: Auth, ada: str) -> None:
    def told(caller: Caller) -> dict[str, Any]:
        return dict(json.loads(auth.client(caller).GetUserInfo(pb.GetUserInfoRequest()).claims.data))

    updated = int(auth.clock.now().timestamp())
    everything = {"sub": ada, "email": ADA, "updated_at": updated}
    assert told(program("openid", customer_id=ada)) == {"sub": ada}
    assert told(program("openid", "email", customer_id=ada)) == {"sub": ada, "email": ADA}
    assert told(program("openid", "profile", "loans.read", customer_id=ada)) == {"sub": ada, "updated_at": updated}
    assert told(program("openid", "profile", "email", customer_id=ada)) == told(customer(ada)) == everything
    erase(auth, ada)
    with pytest.raises(Unauthenticated):
        told(program("openid", customer_id=ada))
    with pytest.raises(PermissionDenied):
        told(program("email", "profile", customer_id=ada))


def test_an_app_may_ask_what_a_token_is_and_end_it(auth: Auth, ada: str) -> None:
    app, other = AppOf.registered(auth, public=True), AppOf.registered(auth)
    tokens = app.tokens(ADA)
    access, fresh, identity = (tokens[name] for name in ("access_token", "refresh_token", "id_token"))
    said = app.post("IntrospectToken", token=access, token_type_hint="access_token")
    assert (said["active"], said["sub"], said["scope"], said["client_id"]) == (
        True,
        ada,
        "loans.read openid",
        app.client_id,
    )
    assert app.post("IntrospectToken", token=fresh)["active"]
    for token in (identity, "", "x", access[:-2], f"{access}x"):
        if token:
            assert app.post("IntrospectToken", token=token) == {"active": False}
        else:
            refused("INVALID_FIELD", lambda: app.post("IntrospectToken", token=""))
            refused("INVALID_FIELD", lambda: app.post("RevokeToken", token=""))
    for mine in (access, fresh):
        assert other.post("IntrospectToken", token=mine) == {"active": False}
        assert other.post("RevokeToken", token=mine) == {}
    assert app.post("IntrospectToken", token=access)["active"]
    used = app.refresh(fresh)["refresh_token"]
    assert app.post("IntrospectToken", token=fresh) == {"active": False}
    assert app.post("RevokeToken", token=used, token_type_hint="refresh_token") == {}
    assert [app.post("IntrospectToken", token=each) for each in (access, used)] == [{"active": False}] * 2
    assert claims_of(auth, access)[1]["sid"] in revoked(auth)
    assert auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents


def test_a_token_of_a_program_by_itself_can_be_asked_about(auth: Auth) -> None:
    app = AppOf.registered(auth, scopes=("OPENID", "REGISTRATION_READ"))
    token = app.post("IssueToken", grant_type="client_credentials")["access_token"]
    assert app.post("IntrospectToken", token=token)["sub"] == app.client_id
    auth.clock.advance(timedelta(minutes=16))
    assert app.post("IntrospectToken", token=token) == {"active": False}


def test_an_app_signs_the_customer_out_and_has_them_sent_back(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    tokens = app.tokens(ADA)
    auth.clock.advance(timedelta(hours=1))
    hint = tokens["id_token"]
    back = Browser(auth).logout(id_token_hint=hint, post_logout_redirect_uri=AFTERWARDS, state="s 2")
    assert (back.status, back.address, back.query) == (303, AFTERWARDS, {"state": "s 2"})
    assert claims_of(auth, tokens["access_token"])[1]["sid"] in revoked(auth)
    refused("GRANT_INVALID", lambda: app.refresh(tokens["refresh_token"]))
    plain = Browser(auth).logout(id_token_hint=hint, client_id=app.client_id)
    assert (plain.status, plain.address) == (200, "")
    assert "signed out" in plain.page


def test_a_refresh_token_is_good_at_its_own_endpoint_alone(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    own, apps = auth.login(ADA).tokens.refresh_token, app.tokens(ADA)["refresh_token"]
    with pytest.raises(Unauthenticated) as error:
        auth.refresh(apps)
    assert error.value.reason == "REFRESH_TOKEN_INVALID"
    refused("GRANT_INVALID", lambda: app.refresh(own))
    assert auth.refresh(own).access_token
    assert app.refresh(apps)["access_token"]


def test_what_a_client_is_registered_for_decides_its_grants(auth: Auth, ada: str) -> None:
    program_alone = AppOf.registered(
        auth, scopes=("REGISTRATION_READ",), redirect_uris=[], post_logout_redirect_uris=[]
    )
    refused("CLIENT_UNAUTHORIZED", lambda: program_alone.redeem("c" * 43))
    refused("CLIENT_UNAUTHORIZED", lambda: program_alone.refresh("c" * 43))
    public = AppOf.registered(auth, public=True)
    refused("CLIENT_UNAUTHORIZED", lambda: public.post("IssueToken", grant_type="client_credentials"))
    refused("GRANT_UNSUPPORTED", lambda: public.post("IssueToken", grant_type="password", username=ADA, password="x"))
    assert Browser(auth).authorize(**program_alone.wants()).status == 400


BAD_ADDRESSES = (
    "http://app.example/", "https://", "https:///x", "javascript:alert(1)", "data:text/html,x", "app:/x", "/x", "",
    "https://app.example/#x", "https://ada@app.example/", "https://app.example/a b", "https://app.example/\u00e9",
    "http://localhost/x", "http://127.0.0.1.example/", "https://app.example/a/../b", "com.example.app://host/x",
    "https://app.example\\@evil.example/", "https://app.example:x/", "file:///etc/passwd", "https://*.example/",
    "https://app.example/\x00", "https://app.example/\n", "//app.example/", "https:app.example",
)  # fmt: skip


def test_an_address_that_nobody_may_be_sent_to_is_not_registered(auth: Auth) -> None:
    wrong: list[dict[str, Any]] = [{"redirect_uris": [each]} for each in BAD_ADDRESSES]
    wrong += [{"post_logout_redirect_uris": [each]} for each in BAD_ADDRESSES]
    wrong += [
        {"redirect_uris": []},
        {"scopes": ("OPENID", "REGISTRATION_READ")},
        {"certificate_thumbprints": ["x" * 43]},
    ]
    for fields in wrong:
        refused("INVALID_FIELD", lambda: AppOf.registered(auth, public=True, **fields))  # noqa: B023


def test_addresses_of_apps_on_the_machine_itself_are_registered(auth: Auth, ada: str) -> None:
    own = ["http://127.0.0.1:8765/cb", "http://[::1]/cb", "com.example.app:/cb", "https://app.example/cb?keep=1"]
    app = AppOf.registered(auth, public=True, redirect_uris=own)
    for address in own:
        back = app.asks(ADA, redirect_uri=address)
        assert back.headers["location"].startswith(f"{address}{'&' if '?' in address else '?'}code=")


def test_discovery_says_what_there_is(auth: Auth) -> None:
    said = json.loads(auth.client().GetDiscovery(pb.GetDiscoveryRequest()).configuration.data)
    assert said["issuer"] == "https://auth.loanflow.local"
    required = {
        "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
        "revocation_endpoint", "introspection_endpoint", "scopes_supported", "response_types_supported",
        "grant_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported", "code_challenge_methods_supported", "claims_supported",
    }  # fmt: skip
    assert required <= said.keys()
    assert (said["response_types_supported"], said["code_challenge_methods_supported"]) == (["code"], ["S256"])
    access = json.loads((Path(__file__).parents[3] / "gen" / "access.json").read_text())
    paths = {binding["path"] for entry in access.values() for binding in entry["http"]}
    named = {
        value.removeprefix("https://edge.example")
        for name, value in said.items()
        if name.endswith(("_endpoint", "_uri"))
    }
    assert named <= paths
    # All but one thing that OpenID Connect has of a provider for everyone: no key of ours is an RSA key.
    signing = {"id_token_signing_alg_values_supported": ["RS256", *said["id_token_signing_alg_values_supported"]]}
    OpenIDProviderMetadata(said | signing).validate()


def test_codes_and_nothing_of_them_are_kept(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    code = app.code(ADA)
    app.redeem(code)
    everything = auth.everything()
    assert code not in everything
    assert ADA not in everything
    auth.clock.advance(timedelta(days=15))
    auth.app.tidy()
    with auth.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM authorization_codes").scalar_one() == 0


def test_a_disabled_customer_lets_no_app_act(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth)
    tokens, code = app.tokens(ADA), app.code(ADA)
    disable = pb.DisableAccountRequest(account_id=ada, reason="ACCOUNT_DISABLE_REASON_MISUSE")
    auth.client(staff("ADMIN")).DisableAccount(disable)
    assert claims_of(auth, tokens["access_token"])[1]["sid"] in revoked(auth)
    refused("GRANT_INVALID", lambda: app.refresh(tokens["refresh_token"]))
    refused("GRANT_INVALID", lambda: app.redeem(code))
    assert app.asks(ADA).status == 403


def test_too_many_at_once_are_told_so(auth: Auth, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def overloaded(*_: object) -> bool:
        raise ResourceExhausted("too many sign in", reason="OVERLOADED")

    monkeypatch.setattr(auth.app.passwords, "verify", overloaded)
    with pytest.raises(ResourceExhausted) as error:
        AppOf.registered(auth).asks(ADA)
    assert error.value.reason == "OVERLOADED"


def test_what_is_no_form_is_refused(auth: Auth) -> None:
    body = HttpBody(content_type="application/json", data=b"{}")
    for rpc in ("DecideAuthorization", "RevokeToken", "IntrospectToken", "IssueToken"):
        request = getattr(pb, f"{rpc}Request")(form=body)
        refused("INVALID_FIELD", lambda: getattr(auth.client(), rpc)(request))  # noqa: B023


def test_an_app_asks_from_its_networks_alone(auth: Auth, ada: str) -> None:
    app = AppOf.registered(auth, networks=["198.51.100.0/24"])
    code = app.code(ADA)
    for rpc, form in (
        ("IssueToken", {"grant_type": "authorization_code", "code": code}), ("RevokeToken", {"token": "x"}),
        ("IntrospectToken", {"token": "x"}),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied) as error:
            app.post(rpc, {ADDRESS: "203.0.113.1"}, **form)
        assert error.value.reason == "ADDRESS_REFUSED"
    inside = {ADDRESS: "198.51.100.7"}
    given = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    claims = claims_of(auth, app.post("IssueToken", inside, code=code, **given)["access_token"])[1]
    assert (claims["networks"], claims["rate"]) == (["198.51.100.0/24"], 60)


def test_the_tokens_of_an_app_with_a_certificate_are_bound_to_it(auth: Auth, ada: str) -> None:
    shown = hashlib.sha256(b"one").hexdigest()
    app = AppOf.registered(auth, certificate_thumbprints=[thumbprint(shown)])
    given = {"redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    tokens = app.post(
        "IssueToken", {CERTIFICATE: shown}, grant_type="authorization_code", code=app.code(ADA), **given
    )  # fmt: skip
    again = app.post(
        "IssueToken", {CERTIFICATE: shown}, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )  # fmt: skip
    for each in (tokens, again):
        assert claims_of(auth, each["access_token"])[1]["cnf"] == {"x5t#S256": thumbprint(shown)}
