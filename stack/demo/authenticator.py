"""An authenticator in software: a passkey as a browser with a security key would make and use it (WebAuthn Level 2)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

# Flags of authenticator data: the user was present and verified, and a credential is attached.
PRESENT, VERIFIED, ATTACHED = 0x01, 0x04, 0x40
_AAGUID = bytes(16)
# COSE (RFC 9053): an EC2 key for ES256 on P-256, with the order of that curve.
_KEY_TYPE, _ALGORITHM, _CURVE = 2, -7, 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Authenticator:
    """One key pair, the same for the same secret; with `sign_count` 0 it does not count, like those that are synced.

    `origin` is the page on which the browser is.
    """

    secret: str = field(repr=False)
    origin: str
    flags: int = PRESENT | VERIFIED
    sign_count: int = 0

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` gives for creation options, both as JSON."""
        asked = json.loads(options)
        key, identity = self._key.public_key().public_numbers(), self._credential_id
        cose = {1: _KEY_TYPE, 3: _ALGORITHM, -1: _CURVE, -2: key.x.to_bytes(32, "big"), -3: key.y.to_bytes(32, "big")}
        attached = _AAGUID + len(identity).to_bytes(2, "big") + identity + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], self.flags | ATTACHED) + attached
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", asked["challenge"])
        return self._credential(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: str) -> str:
        """What `navigator.credentials.get` gives for request options, both as JSON."""
        asked = json.loads(options)
        data = self._data(asked["rpId"], self.flags)
        client = self._client_data("webauthn.get", asked["challenge"])
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(clientDataJSON=client, authenticatorData=data, signature=signature)

    @property
    def _credential_id(self) -> bytes:
        return hashlib.sha256(b"id" + self.secret.encode()).digest()

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(hashlib.sha512(self.secret.encode()).digest(), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> str:
        identity = _base64url(self._credential_id)
        made: dict[str, Any] = {name: _base64url(value) for name, value in response.items()}
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": made})


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
