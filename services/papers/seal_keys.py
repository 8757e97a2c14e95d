"""Keys that papers are sealed with: of a file, or of a key service that signs and never gives them away."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

from services.runtime.errors import Unavailable

if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao

_PEM = b"-----BEGIN"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, SEC 2
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
_KEYS = "seal-"
# As long as an ECDSA signature of the largest curve can be, in bytes.
_LONGEST = 144


@dataclass(frozen=True)
class SealKey:
    """One version of a key: `sign` makes an ECDSA signature with SHA-256 in DER, errors.Unavailable.

    `certificates` are its own and those above it, `place` says where it is, and empty of one in a file.
    """

    certificates: Sequence[x509.Certificate]
    place: str
    sign: Callable[[bytes], bytes]


class SealKeys(Protocol):
    """Where the keys are."""

    def current(self) -> SealKey:
        """The one that seals now; errors.Unavailable."""
        ...

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Those of the key that seals now."""
        ...


class FileKeys:
    """The key of a file: a PEM of the key and its certificates, the leaf first, or a text of 32 characters or more,
    from which a key is derived whose certificate it signs itself."""

    def __init__(self, file: Path, name: str) -> None:
        content = file.read_bytes().strip()
        key, chain = _from_pem(content) if content.startswith(_PEM) else _derived(content, name)
        self._key = SealKey(chain, "", lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))

    def current(self) -> SealKey:
        """The only one."""
        return self._key

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Its own."""
        return self._key.certificates


class TransitKeys:
    """A key of the transit engine, of the type ecdsa-p256, in the version that its certificate is about.

    The certificates are a file, the leaf first, which is looked at for each seal: after a rotation the version of
    before signs until a certificate of the new one is delivered.
    """

    def __init__(self, bao: "OpenBao", chain_file: Path) -> None:
        self._bao, self._file, self._name = bao, chain_file, seal_key(bao.settings.role)
        # The text of the file, and the key that it is about; replaced as a whole.
        self._known: tuple[bytes, SealKey] | None = None
        _chain(chain_file.read_bytes())

    def current(self) -> SealKey:
        """That of the certificates which are there now; errors.Unavailable, also when it has no such version."""
        content = self._file.read_bytes()
        if self._known is None or self._known[0] != content:
            self._known = content, self._found(_chain(content))
        return self._known[1]

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Those that are there now."""
        return _chain(self._file.read_bytes())

    def _found(self, chain: Sequence[x509.Certificate]) -> SealKey:
        kept, wanted = self._bao.read(f"transit/keys/{self._name}")["keys"], _public(chain[0].public_key())
        for version, key in kept.items():
            if _public(serialization.load_pem_public_key(str(key["public_key"]).encode())) == wanted:
                return SealKey(chain, f"{self._name}, version {version}", partial(self._sign, int(version)))
        raise Unavailable(f"no version of {self._name} has the key of the seal's certificate")

    def _sign(self, version: int, data: bytes) -> bytes:
        # The key service gets the hash alone.
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        answer = self._bao.write(
            f"transit/sign/{self._name}", input=digest, prehashed=True, hash_algorithm="sha2-256",
            marshaling_algorithm="asn1", key_version=version,
        )  # fmt: skip
        return base64.b64decode(str(answer["signature"]).rpartition(":")[2])


def seal_key(service: str) -> str:
    """The name, in the transit engine, of the key with which a service seals papers."""
    return f"{_KEYS}{service}"


def keys_of(chain_file: Path | None, bao: "OpenBao | None") -> SealKeys | None:
    """Those of the key service, where there are certificates of one; ValueError for certificates without it."""
    if chain_file is None:
        return None
    if bao is None:
        raise ValueError("the seal has certificates of a key of the key service, and there is none")
    return TransitKeys(bao, chain_file)


def signer_of(key: SealKey) -> Any:
    """The key as pyHanko has it."""
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class Signer(signers.Signer):
        """Signs with the key, wherever that is."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            """The signature; only its length when it is not for a file."""
            return bytes(_LONGEST) if dry_run else key.sign(data)

    above = SimpleCertificateStore.from_certs([asn1_of(each) for each in key.certificates[1:]])
    return Signer(signing_cert=asn1_of(key.certificates[0]), cert_registry=above)


def is_own(certificate: x509.Certificate) -> bool:
    """Whether nobody but its own key stands for a certificate."""
    return certificate.issuer == certificate.subject


def asn1_of(certificate: x509.Certificate) -> Any:
    """A certificate as pyHanko has it."""
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _chain(content: bytes) -> list[x509.Certificate]:
    chain = x509.load_pem_x509_certificates(content)
    _public(chain[0].public_key())
    return chain


def _public(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("the key of the seal is none of an elliptic curve")
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _from_pem(content: bytes) -> tuple[ec.EllipticCurvePrivateKey, list[x509.Certificate]]:
    key = serialization.load_pem_private_key(content, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key of the seal is none of an elliptic curve")
    return key, x509.load_pem_x509_certificates(content)


def _derived(secret: bytes, name: str) -> tuple[ec.EllipticCurvePrivateKey, list[x509.Certificate]]:
    """The same key and certificate at every replica that has the same secret."""
    if len(secret) < 32:
        raise ValueError("the secret of the seal has fewer than 32 characters")
    drawn = HKDF(hashes.SHA256(), 48, salt=None, info=b"document seal").derive(secret)
    key = ec.derive_private_key(int.from_bytes(drawn, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
    named = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(public).digest()[:16], "big"))
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return key, [certificate]
