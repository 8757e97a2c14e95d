"""A customer's app by a kept OpenID client, over the edge: discovery, a real browser, tokens, userinfo, its ends."""

import hashlib
import secrets
import shutil
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from playwright.sync_api import Browser, sync_playwright

from services.runtime.calling.terms import thumbprint
from stack.demo.api import Session
from stack.demo.registration import become_customer
from stack.demo.staff import Staff
from stack.layout import Layout
from tests.e2e.reference import Reference
from tests.e2e.test_docs import PATIENCE_MILLISECONDS, QUIET
from tests.waiting import until

PASSWORD = "correct horse battery"
SCOPES = ("OPENID", "PROFILE", "EMAIL", "APPLICATIONS_READ")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or nothing on a machine without it."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is needed for this test: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def app_url() -> Iterator[str]:
    """Where the app itself is: it answers whatever comes back to it."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "4")
            self.end_headers()
            self.wfile.write(b"back")

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def trust(layout: Layout) -> ssl.SSLContext:
    """What a client on this machine trusts the edge by."""
    return ssl.create_default_context(cafile=layout.pki / "ca.pem")


@pytest.fixture
def tls(layout: Layout) -> str:
    """The edge's address by TLS."""
    return f"https://localhost:{layout.ports.of('edge tls')}"


def registered(admin: Session, **fields: Any) -> dict[str, Any]:
    """A new client."""
    made: dict[str, Any] = admin.post("/api/v1/auth/clients", {"name": f"App {secrets.token_hex(4)}", **fields})
    return made


def of_httpx(answer: Any) -> httpx.Response:
    """An answer to Authlib's client, whose HTTP library has classes of its own."""
    request = httpx.Request(answer.request.method, str(answer.request.url))
    headers = list(answer.headers.multi_items())
    return httpx.Response(answer.status_code, headers=headers, content=answer.read(), request=request)


def sent_to(browser: Browser, address: str, email: str = "") -> str:
    """Where a browser that is sent to an address ends up; the customer signs in and agrees when they are asked."""
    page = browser.new_context(ignore_https_errors=True).new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(address)
    if email:
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill("a wrong one at first")
        page.get_by_role("button", name="Sign in and allow").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in and allow").click()
    page.wait_for_url("http://127.0.0.1:*/**")
    return page.url


def test_an_app_goes_the_whole_way(
    edge: Session,
    layout: Layout,
    staff: Staff,
    tls: str,
    trust: ssl.SSLContext,
    browser: Browser,
    app_url: str,
    reference: Reference,
) -> None:
    back_url, bye_url = f"{app_url}/callback", f"{app_url}/bye"
    email = f"ada.{secrets.token_hex(4)}@example.com"
    person = {"email": email, "password": PASSWORD, "fullName": "Ada Lovelace", "phone": "+491701234567"}
    customer = become_customer(edge, layout.mails, person)
    made = registered(
        staff.admin,
        scopes=[f"SCOPE_{each}" for each in SCOPES],
        redirectUris=[back_url],
        postLogoutRedirectUris=[bye_url],
    )
    client_id = made["client"]["clientId"]
    hooks = {"response": [lambda answer: reference.judge(of_httpx(answer))]}
    with OAuth2Client(
        client_id, made["clientSecret"], scope="openid profile email applications.read", redirect_uri=back_url,
        code_challenge_method="S256", verify=trust, event_hooks=hooks, timeout=30,
    ) as app:  # fmt: skip
        found = app.request("GET", f"{tls}/.well-known/openid-configuration", withhold_token=True).json()
        assert app.request("GET", f"{tls}/.well-known/oauth-authorization-server", withhold_token=True).json() == found
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe()
        address, state = app.create_authorization_url(
            found["authorization_endpoint"], code_verifier=verifier, nonce=nonce, utm_source="passed over"
        )
        back = sent_to(browser, address, email)
        assert parse_qs(urlsplit(back).query)["iss"] == [found["issuer"]]
        token = app.fetch_token(
            found["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
        )
        keys = KeySet.import_key_set(app.request("GET", found["jwks_uri"], withhold_token=True).json())
        read = jwt.decode(token["id_token"], keys, algorithms=found["id_token_signing_alg_values_supported"])
        wanted = {"iss": {"essential": True, "value": found["issuer"]}, "aud": {"essential": True, "value": client_id}}
        params = {"nonce": nonce, "access_token": token["access_token"], "client_id": client_id}
        claims = CodeIDToken(read.claims, read.header, wanted, params)
        claims.validate()
        said = app.get(found["userinfo_endpoint"]).json()
        assert (said["sub"], said["email"]) == (claims["sub"], email) == (customer.account_id, email)
        assert app.get(f"{tls}/api/v1/applications").json()["applications"] == []
        refused = [
            app.get(f"{tls}{path}").status_code for path in ("/api/v1/auth/consents", "/api/v1/notifications/inbox")
        ]
        assert refused == [403, 403]
        first, identity = token["access_token"], token["id_token"]
        token = app.refresh_token(found["token_endpoint"])
        assert token["access_token"] != first
        assert app.introspect_token(found["introspection_endpoint"], token["access_token"], "access_token").json()[
            "active"
        ]

        query = httpx.QueryParams(id_token_hint=identity, post_logout_redirect_uri=bye_url, state="s")
        ended = sent_to(browser, f"{found['end_session_endpoint']}?{query}")
        assert ended == f"{bye_url}?state=s"
        until(lambda: app.get(found["userinfo_endpoint"]).status_code == 401)

        again, state = app.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier)
        app.token = app.fetch_token(
            found["token_endpoint"], authorization_response=sent_to(browser, again, email), code_verifier=verifier,
            state=state,
        )  # fmt: skip
        assert app.get(found["userinfo_endpoint"]).status_code == 200
        consents = customer.get("/api/v1/auth/consents")["consents"]
        assert [(each["clientId"], each["scopes"]) for each in consents] == [
            (client_id, ["SCOPE_APPLICATIONS_READ", "SCOPE_OPENID", "SCOPE_PROFILE", "SCOPE_EMAIL"])
        ]
        customer.delete(f"/api/v1/auth/consents/{consents[0]['consentId']}")
        until(lambda: app.get(found["userinfo_endpoint"]).status_code == 401)
        assert app.revoke_token(found["revocation_endpoint"], app.token["refresh_token"]).status_code == 200


def test_a_token_of_a_certificate_is_nothing_without_it_at_the_edge(
    staff: Staff, layout: Layout, tls: str, url: str, trust: ssl.SSLContext
) -> None:
    own, other = (layout.pki / name for name in ("kyc", "risk"))
    first = (own / "tls.pem").read_text().partition("-----END CERTIFICATE-----")
    shown = thumbprint(hashlib.sha256(ssl.PEM_cert_to_DER_cert("".join(first[:2]))).hexdigest())
    made = registered(staff.admin, scopes=["SCOPE_REGISTRATION_READ"], certificateThumbprints=[shown])
    form = {"grant_type": "client_credentials", "client_id": made["client"]["clientId"]}
    statuses, token = {}, ""
    for name, folder in (("own", own), ("other", other), ("none", None)):
        context = ssl.create_default_context(cafile=layout.pki / "ca.pem")
        if folder is not None:
            context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        with httpx.Client(verify=context, timeout=30) as client:
            issued = client.post(f"{tls}/oauth2/token", data=form)
            token = token or issued.json().get("access_token", "")
            bearer = {"authorization": f"Bearer {token}"}
            read = client.get(f"{tls}/api/v1/auth/registration", headers=bearer)
            statuses[name] = (issued.status_code, read.status_code)
    forged = {"authorization": f"Bearer {token}", "x-loanflow-certificate": hashlib.sha256(b"x").hexdigest()}
    statuses["plain"] = (0, httpx.get(f"{url}/api/v1/auth/registration", headers=forged).status_code)
    assert statuses == {"own": (200, 200), "other": (401, 401), "none": (401, 401), "plain": (0, 401)}
