"""DocuSign and Adobe Acrobat Sign: the stack's stand-ins, in this process or over TLS; callbacks wait for the test."""

import json
import ssl
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from services.agreement.adobe_sign import AdobeSign, AdobeSignSettings
from services.agreement.docusign import DocuSign, DocusignSettings
from services.runtime.calling.identity import Identity
from services.runtime.calling.outside import Answer, Headers
from services.runtime.errors import Unavailable
from stack.servers.adobe_sign_api import AdobeSignApi
from stack.servers.docusign_api import DocuSignApi
from stack.servers.provider_apis import Callback, Json
from stack.servers.providers import ADOBE_CALLBACK, ADOBE_CLIENT, DOCUSIGN, Handler, _pem
from stack.servers.secured import Secured

EDGE = "https://edge.example"
SECRET, REFRESH = "a-secret-of-a-test", "a-refresh-token-of-a-test"


@cache
def private_key() -> str:
    """The key of the integration."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


class SignatureApis:
    """Both stand-ins at an address; `callbacks` are those that are to be reported, in their order."""

    def __init__(self, folder: Path, url: str = "https://signatures.example") -> None:
        self.folder, self.url = folder, url
        self.callbacks: list[Callback] = []
        self.hmac_keys = ["a-key-of-connect"]
        report = self.callbacks.append
        self.docusign = DocuSignApi(*DOCUSIGN, private_key(), lambda: self.hmac_keys, url, report)
        self.adobe = AdobeSignApi(ADOBE_CLIENT, SECRET, REFRESH, url, f"{EDGE}{ADOBE_CALLBACK}", report)
        for each in (self.docusign, self.adobe):
            each.room.later = lambda seconds, work: work()
        for name, text in (("key", private_key()), ("secret", SECRET), ("refresh", REFRESH)):
            (folder / name).write_text(text)
        self.know(*self.hmac_keys)

    def know(self, *keys: str) -> None:
        """The keys that the lender knows Connect by."""
        (self.folder / "hmac").write_text("\n".join(keys))

    def docusign_settings(self, trust_file: Path | None = None) -> DocusignSettings:
        """How to reach the one."""
        files = self.folder / "key", self.folder / "hmac"
        return DocusignSettings(*DOCUSIGN, *files, url=self.url, login_url=self.url, trust_file=trust_file)

    def adobe_settings(self, trust_file: Path | None = None) -> AdobeSignSettings:
        """How to reach the other."""
        files = self.folder / "secret", self.folder / "refresh"
        return AdobeSignSettings(ADOBE_CLIENT, *files, url=self.url, trust_file=trust_file)

    def sign(self, url: str) -> str:
        """What a signer does who is led there; where they are led then."""
        token = url.rpartition("/")[2]
        back = self.docusign.room.opened(token) or self.adobe.room.opened(token)
        assert back is not None, "this address was used, or is another's"
        return back


class FakeHttp:
    """services.agreement.provider_calls.Http to a stand-in; `away` plays an outage, `hears` sees each call before."""

    def __init__(self, api: DocuSignApi | AdobeSignApi) -> None:
        self.api = api
        self.away = False
        self.hears: Callable[[str, str], None] = lambda _method, _path: None
        self.answers: list[Answer] = []

    def call(self, method: str, url: str, headers: Headers | None = None, content: bytes = b"") -> Answer:
        path = url.removeprefix(self.api.url)
        self.hears(method, path)
        if self.answers:
            return self.answers.pop(0)
        given = {str(name).lower(): str(value) for name, value in (headers or {}).items()}
        reply = None if self.away else self.api.answer(method, path, given, content)
        if reply is None:
            raise Unavailable("the provider is out of reach")
        body = reply.content if reply.body is None else json.dumps(reply.body).encode()
        return Answer(reply.status, body, {name.lower(): value for name, value in reply.headers.items()})

    def close(self) -> None:
        pass


def docusign(apis: SignatureApis) -> tuple[DocuSign, FakeHttp]:
    """The client of the one, without a network."""
    http = FakeHttp(apis.docusign)
    return DocuSign(apis.docusign_settings(), http), http


def adobe_sign(apis: SignatureApis) -> tuple[AdobeSign, FakeHttp]:
    """The client of the other, without a network."""
    http = FakeHttp(apis.adobe)
    return AdobeSign(apis.adobe_settings(), http), http


class FakeSignatures:
    """Both over TLS on a free port."""

    def __init__(self, identity: Identity, folder: Path) -> None:
        handler = type("OwnHandler", (Handler,), {})
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._server = Secured(0, handler, trust, str(identity.certificate_file), str(identity.key_file))
        self.apis = SignatureApis(folder, f"https://127.0.0.1:{self._server.server_address[1]}")
        handler.docusign, handler.adobe = self.apis.docusign, self.apis.adobe  # type: ignore[attr-defined]
        self.docusign = DocuSign(self.apis.docusign_settings(identity.authority_file))
        self.adobe = AdobeSign(self.apis.adobe_settings(identity.authority_file))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends."""
        for each in (self.docusign, self.adobe):
            each.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def said(callback: Callback) -> Json:
    """What a callback says."""
    found: Json = json.loads(callback.body)
    return found
