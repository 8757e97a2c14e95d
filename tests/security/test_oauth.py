"""Customers' apps: redirects, codes, PKCE, consent, scopes and tokens, as those who mean no good would have them."""

import base64
import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import grpc
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.authorization_pages import COOKIE
from services.runtime.calling.status_mapping import from_call
from services.runtime.calling.terms import CERTIFICATE, thumbprint
from services.runtime.errors import Error, InvalidArgument, Unauthenticated
from services.runtime.ids import new_id
from tests.harness import TokenIdentity, customer, program, staff
from tests.integration.auth.apps import AFTERWARDS, REDIRECT, VERIFIER, Answered, AppOf, Browser, challenge, claims_of
from tests.integration.auth.conftest import Auth

ADA, OTTO = "ada@example.com", "otto@lender.example"
ISSUER = "https://auth.loanflow.local"
REDIRECTS = (
    None, "", "https://evil.example/", "https://app.example", "https://app.example/", "https://app.example/callback/",
    "https://app.example/callback?x=1", "https://app.example/callback#x", "https://app.example/callback/../evil",
    "https://app.example/callbac", "https://app.example/callback%00", "https://app.example/callback\r\nx: y",
    "https://APP.example/callback", "https://app.example:443/callback", "http://app.example/callback",
    "https://app.example.evil.example/callback", "https://app.example@evil.example/callback",
    "https://evil.example/https://app.example/callback", "https://evil.example\\@app.example/callback",
    "//app.example/callback", "javascript:alert(1)//https://app.example/callback", " https://app.example/callback",
    "https://app.example/callback ", "https://app.example/call%62ack", "https://xn--app-.example/callback",
    'https://app.example/callback"', "https://app.example/callback\u200b", "data:text/html,https://app.example/callback",
    AFTERWARDS,
)  # fmt: skip
CHALLENGES: tuple[dict[str, Any], ...] = (
    {"code_challenge": None, "code_challenge_method": None}, {"code_challenge": None}, {"code_challenge": ""},
    {"code_challenge_method": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": "s256"},
    {"code_challenge_method": "S512"}, {"code_challenge_method": "S256 plain"}, {"code_challenge": "x" * 42},
    {"code_challenge": "x" * 44}, {"code_challenge": "x" * 128}, {"code_challenge": "=" * 43},
    {"code_challenge": "\u00e9" * 43}, {"code_challenge": f"{challenge()}="},
)  # fmt: skip
KINDS: tuple[dict[str, Any], ...] = (
    {"response_type": None}, {"response_type": ""}, {"response_type": "token"}, {"response_type": "id_token"},
    {"response_type": "code token"}, {"response_type": "code id_token token"}, {"response_type": "none"},
    {"response_type": 'x"<script>\\'}, {"response_type": "CODE"}, {"response_mode": "fragment"},
    {"response_mode": "form_post"}, {"response_mode": "web_message"}, {"request": "e30.e30."},
    {"request_uri": "https://evil.example/request"}, {"registration": "{}"}, {"prompt": "none"},
    {"prompt": "none login"},
)  # fmt: skip
SCOPES = (
    None, "", " ", "openid  loans.read", "openid OFFICER", "ADMIN", "BEARER", "registration.read",
    "openid registration.read", "documents.read", "applications.write", "openid,loans.read", "openid\tloans.read",
    "openid\nloans.read", "*", "loans.*", "OPENID", "offline_access", "loans.read\u00a0openid",
)  # fmt: skip


@pytest.fixture
def ada(auth: Auth) -> str:
    """A customer."""
    return auth.customer(ADA)


@pytest.fixture
def app(auth: Auth, ada: str) -> AppOf:
    """A public app, with all that a customer may let it have but writing and documents."""
    return AppOf.registered(auth, public=True)


def refused(asked: Callable[[], object]) -> str:
    """Why."""
    with pytest.raises(Error) as error:
        asked()
    return error.value.reason


def nowhere(answer: Answered) -> None:
    """The browser is sent nowhere, and shown no form."""
    assert (answer.status, answer.address, answer.hidden("transaction")) == (400, "", "")


def back(answer: Answered, error: str) -> None:
    """The app learns why, by the issuer's name, and gets no code."""
    assert (answer.status, answer.address) == (303, REDIRECT)
    assert (answer.query["error"], answer.query["iss"], answer.query.get("state")) == (error, ISSUER, "s1")
    assert "code" not in answer.query


@pytest.mark.tries(len(REDIRECTS) + 5)
def test_a_browser_is_sent_to_no_address_that_is_not_registered_letter_by_letter(auth: Auth, app: AppOf) -> None:
    for address in REDIRECTS:
        nowhere(Browser(auth).authorize(**app.wants(redirect_uri=address)))
    other = AppOf.registered(auth, public=True, redirect_uris=["https://other.example/"])
    nowhere(Browser(auth).authorize(**app.wants(redirect_uri="https://other.example/")))
    for client_id in (None, "", new_id(), "' OR 1=1 --"):
        nowhere(Browser(auth).authorize(**other.wants(client_id=client_id, redirect_uri="https://other.example/")))


@pytest.mark.tries(2)
def test_a_revoked_app_sends_nobody_anywhere_and_a_page_of_before_is_dead(auth: Auth, app: AppOf) -> None:
    browser = Browser(auth)
    page = browser.authorize(**app.wants())
    auth.client(staff("ADMIN")).RevokeClient(pb.RevokeClientRequest(client_id=app.client_id))
    nowhere(browser.decide(page, ADA))
    nowhere(browser.authorize(**app.wants()))


@pytest.mark.tries(len(CHALLENGES))
def test_no_app_gets_a_code_without_a_challenge_by_s256(auth: Auth, app: AppOf) -> None:
    confidential = AppOf.registered(auth)
    for number, wrong in enumerate(CHALLENGES):
        back(Browser(auth).authorize(**(app, confidential)[number % 2].wants(**wrong)), "invalid_request")


@pytest.mark.tries(len(KINDS))
def test_no_other_flow_and_no_other_way_back_is_there(auth: Auth, app: AppOf) -> None:
    expected = {
        "response_type": "unsupported_response_type",
        "response_mode": "invalid_request",
        "prompt": "login_required",
    }
    for wrong in KINDS:
        (name, value), *_ = wrong.items()
        error = "invalid_request" if value == "none login" else expected.get(name, f"{name}_not_supported")
        back(Browser(auth).authorize(**app.wants(**wrong)), error)


@pytest.mark.tries(len(SCOPES))
def test_no_scope_is_asked_for_that_there_is_not_or_the_app_may_not_have(auth: Auth, app: AppOf) -> None:
    for scope in SCOPES:
        back(Browser(auth).authorize(**app.wants(scope=scope)), "invalid_scope")


@pytest.mark.tries(12)
def test_a_stolen_code_gives_a_thief_nothing(auth: Auth, app: AppOf) -> None:
    other, confidential = AppOf.registered(auth, public=True), AppOf.registered(auth)

    def late(code: str) -> object:
        auth.clock.advance(timedelta(seconds=60))
        return app.redeem(code)

    tries: list[Callable[[str], object]] = [
        lambda code: other.redeem(code),
        lambda code: confidential.redeem(code),
        lambda code: app.redeem(code, code_verifier="w" * 43),
        lambda code: app.redeem(code, code_verifier=challenge()),
        lambda code: app.redeem(code, code_verifier=VERIFIER[:-1]),
        lambda code: app.redeem(code, redirect_uri=AFTERWARDS),
        lambda code: app.redeem(code, redirect_uri=f"{REDIRECT}/"),
        lambda code: app.redeem(f"{code}x"),
        lambda code: app.redeem(code[:-1]),
        late,
    ]
    for attack in tries:
        code = app.code(ADA)
        assert refused(lambda: attack(code)) in ("GRANT_INVALID", "INVALID_FIELD")  # noqa: B023
    for lacking in ("code_verifier", "redirect_uri"):
        code = app.code(ADA)
        assert refused(lambda: app.redeem(code, **{lacking: None})) in ("GRANT_INVALID", "INVALID_FIELD")  # noqa: B023
    with auth.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 0


@pytest.mark.tries(10)
def test_a_code_is_good_once_however_many_come_at_once_and_twice_ends_what_it_gave(auth: Auth, app: AppOf) -> None:
    code, found = app.code(ADA), []

    def once(_: int) -> str:
        try:
            found.append(app.redeem(code))
        except InvalidArgument as error:
            return error.reason
        return "tokens"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(8))) == ["GRANT_INVALID"] * 7 + ["tokens"]
    assert refused(lambda: app.refresh(found[0]["refresh_token"])) == "GRANT_INVALID"
    assert app.post("IntrospectToken", token=found[0]["access_token"]) == {"active": False}
    ends = [row["after"]["end_reason"] for row in auth.audit("Session") if row["after"].get("end_reason")]
    assert ends == ["CODE_REUSED"]


@pytest.mark.tries(9)
def test_a_refresh_token_serves_nobody_but_its_app_and_twice_ends_it(auth: Auth, app: AppOf) -> None:
    other, own = AppOf.registered(auth, public=True), auth.login(ADA).tokens.refresh_token
    tokens = app.tokens(ADA)
    token = tokens["refresh_token"]
    for attack in (
        lambda: other.refresh(token), lambda: app.refresh(own), lambda: app.refresh(f"{token}x"),
        lambda: app.refresh(tokens["access_token"]), lambda: app.refresh(tokens["id_token"]),
    ):  # fmt: skip
        assert refused(attack) == "GRANT_INVALID"
    assert refused(lambda: auth.refresh(token)) == "REFRESH_TOKEN_INVALID"
    assert refused(lambda: app.refresh(token, scope="openid loans.read email")) == "SCOPE_INVALID"
    latest = app.refresh(token)["refresh_token"]
    auth.clock.advance(timedelta(seconds=11))
    for each in (token, latest):
        assert refused(lambda: app.refresh(each)) == "GRANT_INVALID"  # noqa: B023


@pytest.mark.tries(12)
def test_every_answer_names_the_issuer_and_nothing_is_added_to_it(auth: Auth, app: AppOf) -> None:
    awkward = 'a&iss=https://evil.example&code=x\r\nset-cookie: a=b;\u00e9 +%00"<>'
    for state in ("s 1", awkward, "x" * 2000):
        answer = app.asks(ADA, state=state)
        assert (answer.query["state"], answer.query["iss"]) == (state, ISSUER)
        assert answer.headers["location"].isascii()
        assert not {"\r", "\n", " "} & set(answer.headers["location"])
        denied = Browser(auth)
        answer = denied.decide(denied.authorize(**app.wants(state=state)), "", "", "deny")
        assert (answer.query["error"], answer.query["state"], answer.query["iss"]) == ("access_denied", state, ISSUER)
    plain = app.asks(ADA, state=None)
    assert plain.query.keys() == {"code", "iss"}
    nonces = [claims_of(auth, app.tokens(ADA, nonce=each)["id_token"])[1].get("nonce") for each in ("n<>&\u00e9", None)]
    assert nonces == ["n<>&\u00e9", None]
    for decision in ("", "ALLOW", "yes"):
        browser = Browser(auth)
        back(browser.decide(browser.authorize(**app.wants()), ADA, decision=decision), "access_denied")


@pytest.mark.tries(14)
def test_a_consent_comes_from_the_browser_that_was_asked(auth: Auth, app: AppOf, ada: str) -> None:
    victim, attacker = Browser(auth), Browser(auth)
    page, foreign = victim.authorize(**app.wants()), attacker.authorize(**app.wants(scope="openid"))
    form = {"email": ADA, "password": "correct horse battery", "decision": "allow"}
    sealed = page.hidden("transaction")
    # Somebody else's page in this browser, this page in somebody else's, and in none.
    nowhere(victim.post(transaction=foreign.hidden("transaction"), **form))
    nowhere(attacker.post(transaction=sealed, **form))
    nowhere(Browser(auth).post(transaction=sealed, **form))
    for cookie in ("", "x", "\u00e9".encode().hex(), f'"{victim.cookies[COOKIE]}x"'):
        nowhere(Browser(auth, {COOKIE: cookie}).post(transaction=sealed, **form))
    for changed in ("", "x", sealed[:-4], f"A{sealed[1:]}", sealed[:40] + "AAAA" + sealed[44:], "\u00e9" * 40):
        nowhere(victim.post(transaction=changed, **form))
    auth.clock.advance(timedelta(minutes=10))
    nowhere(victim.post(transaction=sealed, **form))
    assert not auth.client(customer(ada)).ListConsents(pb.ListConsentsRequest()).consents


@pytest.mark.tries(6)
def test_no_page_is_framed_runs_a_script_or_is_kept(auth: Auth, ada: str) -> None:
    wicked = '<script>alert(1)</script>"onload=x'
    made = pb.CreateClientRequest(name=wicked, scopes=["SCOPE_OPENID"], redirect_uris=[REDIRECT], public_client=True)
    app = AppOf(auth, auth.client(staff("ADMIN")).CreateClient(made).client.client_id, "")
    browser = Browser(auth)
    shown = browser.authorize(**app.wants(scope="openid", login_hint=wicked, state=wicked))
    cookie = shown.headers["set-cookie"]
    assert all(word in cookie for word in ("__Host-", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
    tokens = app.tokens(ADA, scope="openid")
    pages = [
        shown, browser.decide(shown, wicked, "wrong"), browser.authorize(redirect_uri=wicked),
        browser.post(transaction="x"),
        browser.logout(id_token_hint=wicked, post_logout_redirect_uri=wicked),
        browser.logout(id_token_hint=tokens["id_token"]),
    ]  # fmt: skip
    for page in pages:
        policy = dict(each.strip().partition(" ")[::2] for each in page.headers["content-security-policy"].split(";"))
        assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3
        assert "script-src" not in policy
        assert "unsafe" not in page.headers["content-security-policy"]
        assert (page.headers["x-frame-options"], page.headers["cache-control"]) == ("DENY", "no-store")
        assert "<script" not in page.page
        assert '"onload' not in page.page
        assert tokens["id_token"] not in page.page
    assert policy["form-action"] == "'none'"
    first = shown.headers["content-security-policy"]
    assert first.endswith("form-action 'self' https://app.example")


@pytest.mark.tries(4)
def test_staff_are_no_customers_and_their_password_is_not_told_from_a_wrong_one(auth: Auth, app: AppOf) -> None:
    auth.user(OTTO, "OFFICER")
    browser = Browser(auth)
    page = browser.authorize(**app.wants())
    answers = [
        browser.decide(page, OTTO),
        browser.decide(page, OTTO, "wrong"),
        browser.decide(page, "nobody@example.com"),
    ]
    shown = [(each.status, each.page.replace(OTTO, "").replace("nobody@example.com", "")) for each in answers]
    assert shown[0] == shown[1] == shown[2]
    assert (shown[0][0], 'role="alert"' in shown[0][1]) == (403, True)
    for _ in range(4):
        browser.decide(page, OTTO)
    assert "too many failed attempts" in browser.decide(page, OTTO).page
    assert refused(lambda: auth.ask(OTTO)) == "ACCOUNT_LOCKED"


@pytest.mark.tries(7)
def test_guesses_on_the_page_lock_the_address_as_at_every_sign_in(auth: Auth, app: AppOf) -> None:
    browser = Browser(auth)
    page = browser.authorize(**app.wants())
    answers = [browser.decide(page, ADA, f"guess {number}") for number in range(6)]
    assert {(each.status, each.address) for each in answers} == {(403, "")}
    locked = browser.decide(page, ADA)
    assert (locked.status, "too many failed attempts" in locked.page) == (403, True)
    auth.clock.advance(timedelta(hours=1))
    page = browser.authorize(**app.wants())
    assert "code" in browser.decide(page, ADA).query


def id_token_forged(auth: Auth, app: AppOf, tokens: dict[str, Any]) -> list[str]:
    """What would pass for an ID token of the app, and of its session."""
    _, claims = claims_of(auth, tokens["id_token"])
    public = json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data)["keys"][0]
    own = ECKey.generate_key("P-256", {"kid": public["kid"]})
    part = [
        base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({"alg": "none"}, claims)
    ]
    shared = OctKey.import_key(json.dumps(public))
    header = {"kid": public["kid"], "typ": "JWT"}
    return [
        tokens["access_token"], tokens["refresh_token"], "", "x", f"{part[0]}.{part[1]}.",
        tokens["id_token"][:-4] + "AAAA", jwt.encode({"alg": "ES256", **header}, claims, own),
        jwt.encode({"alg": "HS256", **header}, claims, shared, algorithms=["HS256"]),
    ]  # fmt: skip


@pytest.mark.tries(13)
def test_only_an_id_token_of_ours_signs_somebody_out_and_only_to_where_the_app_says(auth: Auth, app: AppOf) -> None:
    other = AppOf.registered(auth, public=True, post_logout_redirect_uris=["https://other.example/bye"])
    tokens = app.tokens(ADA)
    for hint in id_token_forged(auth, app, tokens):
        nowhere(Browser(auth).logout(id_token_hint=hint, post_logout_redirect_uri=AFTERWARDS))
    nowhere(Browser(auth).logout(id_token_hint=tokens["id_token"], client_id=other.client_id))
    assert app.post("IntrospectToken", token=tokens["access_token"])["active"]
    for address in ("https://evil.example/", "https://other.example/bye", f"{AFTERWARDS}?x", REDIRECT):
        nowhere(Browser(auth).logout(id_token_hint=tokens["id_token"], post_logout_redirect_uri=address))


def seen_by_a_service(auth: Auth, token: str, *metadata: tuple[str, str]) -> str:
    """What becomes of a call of GetUserInfo with a token, signed as a service believes it; empty when it is let in."""
    running = auth.servers.serve(auth.servicer, store=auth.database)
    edge = running.mesh.identity("edge")
    identity = TokenIdentity(edge.name, edge.folder, edge.trust_domain, token)
    with identity.connect(running.name, running.target, ()) as channel:
        call = channel.unary_unary(
            "/loanflow.auth.v1.AuthService/GetUserInfo", pb.GetUserInfoRequest.SerializeToString,
            pb.GetUserInfoResponse.FromString,
        )  # fmt: skip
        try:
            call(pb.GetUserInfoRequest(), metadata=metadata)
        except grpc.RpcError as failure:
            return type(from_call(failure)).__name__
    return ""


@pytest.mark.tries(9)
def test_an_id_token_is_no_access_token_and_a_scope_no_role(auth: Auth, ada: str) -> None:
    mesh = auth.servers.serve(auth.servicer, store=auth.database).mesh
    caller = program("openid", customer_id=ada)
    now = mesh.token(caller)
    assert seen_by_a_service(auth, now) == ""
    claims = jwt.decode(now, mesh.key, algorithms=["ES256"]).claims
    headers: list[dict[str, str]] = [{"typ": "JWT"}, {}, {"typ": "at+jwt2"}]
    for header in headers:
        forged = jwt.encode({"alg": "ES256", "kid": mesh.key.kid, **header}, claims, mesh.key)
        assert seen_by_a_service(auth, forged) == "Unauthenticated"
    wrong: list[dict[str, Any]] = [
        {"aud": caller.program},
        {"roles": ["ADMIN"]},
        {"roles": ["BEARER"]},
        {"kind": "staff"},
        {"kind": "client2"},
    ]
    for each in wrong:
        assert seen_by_a_service(auth, mesh.token(caller, **each)) == "Unauthenticated"
    for scope in ("loans.read", "OFFICER ADMIN"):
        assert seen_by_a_service(auth, mesh.token(caller, scope=scope)) == "PermissionDenied"


@pytest.mark.tries(5)
def test_a_token_of_a_certificate_is_nothing_without_it_at_a_service(auth: Auth, ada: str) -> None:
    mesh = auth.servers.serve(auth.servicer, store=auth.database).mesh
    right, other = (hashlib.sha256(each).hexdigest() for each in (b"right", b"other"))
    bound = mesh.token(program("openid", customer_id=ada), cnf={"x5t#S256": thumbprint(right)})
    for shown in ((), ((CERTIFICATE, ""),), ((CERTIFICATE, other),), ((CERTIFICATE, thumbprint(right)),)):
        assert seen_by_a_service(auth, bound, *shown) == "Unauthenticated"
    unknown = mesh.token(program("openid", customer_id=ada), cnf={"jkt": "x"})
    assert seen_by_a_service(auth, unknown, (CERTIFICATE, right)) == "Unauthenticated"
    assert seen_by_a_service(auth, bound, (CERTIFICATE, right)) == ""


@pytest.mark.tries(6)
def test_a_client_ends_and_asks_about_its_own_tokens_alone(auth: Auth, app: AppOf) -> None:
    other = AppOf.registered(auth)
    tokens = app.tokens(ADA)
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert other.post("RevokeToken", token=token) == {}
        assert other.post("IntrospectToken", token=token) == {"active": False}
    for rpc in ("RevokeToken", "IntrospectToken"):
        with pytest.raises(Unauthenticated):
            other.post(rpc, token=tokens["access_token"], client_secret="guess")
    assert app.post("IntrospectToken", token=tokens["access_token"])["active"]
