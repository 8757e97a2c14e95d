"""An app of customers, as tests play it: it has customers agree in a browser of its own, and asks for tokens."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import grpc
from google.api.httpbody_pb2 import HttpBody
from joserfc import jwt
from joserfc.jwk import KeySet

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from services.runtime.calling.status_mapping import from_call
from services.runtime.ids import new_id
from tests.harness import staff
from tests.integration.auth.conftest import PASSWORD, Auth

REDIRECT, AFTERWARDS = "https://app.example/callback", "https://app.example/bye"
VERIFIER = "v" * 43
SCOPES = ("OPENID", "PROFILE", "EMAIL", "LOANS_READ", "APPLICATIONS_READ")
FORM = "application/x-www-form-urlencoded"


def challenge(verifier: str = VERIFIER) -> str:
    """What an app sends ahead of a verifier, RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@dataclass
class Answered:
    """What the browser got."""

    page: str
    headers: dict[str, str]

    @property
    def status(self) -> int:
        """As the edge answers with."""
        return int(self.headers["x-loanflow-status"])

    @property
    def address(self) -> str:
        """Where it goes on to, without the query."""
        return self.headers.get("location", "").partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """What goes with it there."""
        return dict(parse_qsl(urlsplit(self.headers.get("location", "")).query, keep_blank_values=True))

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(f'name="{name}" value="([^"]*)"', self.page)
        return unescape(found[1]) if found else ""


@dataclass
class Browser:
    """A browser, with its cookies."""

    auth: Auth
    cookies: dict[str, str] = field(default_factory=dict)

    def authorize(self, **parameters: Any) -> Answered:
        """Goes to the authorization endpoint."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._got("Authorize", pb.AuthorizeRequest(**given), self._sent())

    def post(self, **form: str) -> Answered:
        """Sends a form there, with the cookies."""
        body = HttpBody(content_type=FORM, data=urlencode(form).encode())
        request = pb.DecideAuthorizationRequest(form=body)
        return self._got("DecideAuthorization", request, self._sent())

    def decide(self, page: Answered, email: str, password: str = PASSWORD, decision: str = "allow") -> Answered:
        """Fills the page in."""
        transaction = page.hidden("transaction")
        return self.post(transaction=transaction, email=email, password=password, decision=decision)

    def logout(self, **parameters: str) -> Answered:
        """Goes to the end-session endpoint."""
        return self._got("EndAppSession", pb.EndAppSessionRequest(**parameters))

    def _sent(self) -> tuple[tuple[str, str], ...]:
        return (("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())),)

    def _got(self, rpc: str, request: Any, metadata: tuple[tuple[str, str], ...] = ()) -> Answered:
        """The answer with its headers, which stubs of services do not show."""
        running = self.auth.servers.serve(self.auth.servicer, store=self.auth.database)
        with running.mesh.identity("edge").connect(running.name, running.target, ()) as channel:
            try:
                response, call = getattr(AuthServiceStub(channel), rpc).with_call(request, metadata=metadata)
            except grpc.RpcError as failure:
                raise from_call(failure) from failure
            headers = {key: str(value) for key, value in call.initial_metadata()}
        if "set-cookie" in headers:
            name, _, value = headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answered(response.page.data.decode(), headers)


@dataclass
class AppOf:
    """A registered app; `secret` is empty for a public one."""

    auth: Auth
    client_id: str
    secret: str

    @classmethod
    def registered(
        cls, auth: Auth, *, public: bool = False, scopes: tuple[str, ...] = SCOPES, **fields: Any
    ) -> "AppOf":
        """A new app with the addresses above."""
        given = {"redirect_uris": [REDIRECT], "post_logout_redirect_uris": [AFTERWARDS], **fields}
        request = pb.CreateClientRequest(
            name=f"App {new_id()}", scopes=[f"SCOPE_{each}" for each in scopes], public_client=public, **given
        )
        made = auth.client(staff("ADMIN")).CreateClient(request)
        return cls(auth, made.client.client_id, made.client_secret)

    def wants(self, **parameters: Any) -> dict[str, Any]:
        """The parameters of an authorization request; None leaves one out."""
        return {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT,
            "scope": "openid loans.read", "state": "s1", "nonce": "n1", "code_challenge": challenge(),
            "code_challenge_method": "S256", **parameters,
        }  # fmt: skip

    def asks(self, email: str, browser: Browser | None = None, **parameters: Any) -> Answered:
        """Has a customer agree; where the browser comes back to."""
        with_it = browser or Browser(self.auth)
        return with_it.decide(with_it.authorize(**self.wants(**parameters)), email)

    def code(self, email: str, **parameters: Any) -> str:
        """The code that comes of it."""
        return self.asks(email, **parameters).query["code"]

    def post(self, rpc: str, headers: Any = (), **form: str | None) -> dict[str, Any]:
        """Sends a form to an endpoint as this client; None leaves a parameter out."""
        proof = {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}
        data = urlencode({name: value for name, value in {**proof, **form}.items() if value is not None}).encode()
        body = HttpBody(content_type=FORM, data=data)
        request = getattr(pb, f"{rpc}Request")(form=body)
        answer = getattr(self.auth.client(), rpc)(request, metadata=tuple(dict(headers).items()))
        return dict(json.loads((answer.token if rpc == "IssueToken" else answer.answer).data))

    def redeem(self, code: str, **form: str | None) -> dict[str, Any]:
        """The tokens for a code."""
        given: dict[str, Any] = {"redirect_uri": REDIRECT, "code_verifier": VERIFIER, **form}
        return self.post("IssueToken", grant_type="authorization_code", code=code, **given)

    def refresh(self, token: str, **form: str | None) -> dict[str, Any]:
        """The next tokens."""
        return self.post("IssueToken", grant_type="refresh_token", refresh_token=token, **form)

    def tokens(self, email: str, **parameters: Any) -> dict[str, Any]:
        """The whole way."""
        return self.redeem(self.code(email, **parameters))


def claims_of(auth: Auth, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token of ours, whose signature is right."""
    published = KeySet.import_key_set(json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data))
    read = jwt.decode(token, published, algorithms=["ES256"])
    return dict(read.header), dict(read.claims)
