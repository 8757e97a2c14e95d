"""The transit engine in the process, with a key of the type ecdsa-p256: versions, and signatures of hashes."""

import base64
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from services.runtime.errors import Unavailable


class FakeTransit:
    """What services.papers.seal_keys.TransitKeys asks of OpenBao, as the service `role`."""

    def __init__(self, role: str) -> None:
        self.settings = SimpleNamespace(role=role)
        self.versions = [ec.generate_private_key(ec.SECP256R1())]
        self.away, self.signed = False, list[int]()

    def rotate(self) -> ec.EllipticCurvePrivateKey:
        """A new version."""
        self.versions.append(ec.generate_private_key(ec.SECP256R1()))
        return self.versions[-1]

    def read(self, path: str) -> dict[str, Any]:
        """The public halves of the versions."""
        self._here(path, "transit/keys")
        form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        halves = (each.public_key().public_bytes(*form).decode() for each in self.versions)
        return {"keys": {str(version): {"public_key": half} for version, half in enumerate(halves, 1)}}

    def write(self, path: str, **asked: Any) -> dict[str, Any]:
        """A signature of a hash."""
        self._here(path, "transit/sign")
        wanted = {"prehashed": True, "hash_algorithm": "sha2-256", "marshaling_algorithm": "asn1"}
        assert {name: asked[name] for name in wanted} == wanted
        version, digest = asked["key_version"], base64.b64decode(asked["input"])
        self.signed.append(version)
        made = self.versions[version - 1].sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return {"signature": f"vault:v{version}:{base64.b64encode(made).decode()}", "key_version": version}

    def _here(self, path: str, engine: str) -> None:
        if self.away:
            raise Unavailable("the key service does not answer")
        assert path == f"{engine}/seal-{self.settings.role}"
