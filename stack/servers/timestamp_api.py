"""What a stand-in for a timestamp authority answers: RFC 3161 over HTTP, and its list of revoked certificates.

Its root issued the one certificate that signs tokens, for that alone, and says where the list is. A question that it
cannot answer gets a refusal of RFC 3161, 2.4.2: badDataFormat, badAlg, unacceptedPolicy or unacceptedExtension.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus

from asn1crypto import core, keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

QUERY, REPLY, LIST = "application/timestamp-query", "application/timestamp-reply", "application/pkix-crl"
LIST_PATH = "/revoked.crl"
_LIFE, _LIST_LIFE, _SKEW = timedelta(days=3650), timedelta(days=7), timedelta(minutes=5)
# The length of a hash, in bytes, by its name.
_HASHES = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True)
class Reply:
    """An answer of HTTP."""

    status: int
    content_type: str = "text/plain"
    body: bytes = b""


class Refusal(core.Sequence):  # type: ignore[misc]  # its base has no types
    """A TimeStampResp without a token, which asn1crypto takes for mandatory."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - as asn1crypto reads it


@dataclass(frozen=True)
class TimestampAuthority:
    """The authority: its root and what that issued, each a key and a certificate in PEM."""

    root: str
    leaf: str

    @classmethod
    def made(cls, url: str) -> "TimestampAuthority":
        """A new one, whose list of revoked certificates is below an address."""
        above, own = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
        root, leaf = _names("Timestamps root (stand-in)"), _names("Timestamps (stand-in)")
        basic, usage = x509.BasicConstraints(ca=True, path_length=0), ExtendedKeyUsageOID.TIME_STAMPING
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{url}{LIST_PATH}")], None, None, None)
        top = (
            _dated(root, root).public_key(above.public_key())
            .add_extension(basic, critical=True).add_extension(_usage(certifies=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(above.public_key()), critical=False)
            .sign(above, hashes.SHA256())
        )  # fmt: skip
        issued = (
            _dated(leaf, root).public_key(own.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(certifies=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
            .sign(above, hashes.SHA256())
        )  # fmt: skip
        return cls(_pem(above, top), _pem(own, issued))

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The root's, which whoever checks a time has to have."""
        return x509.load_pem_x509_certificate(self.root.encode())

    def answer(self, method: str, path: str, content_type: str, body: bytes) -> Reply:
        """The answer to a call: a token or a refusal for a question, or the list."""
        if method == "GET" and path == LIST_PATH:
            return Reply(HTTPStatus.OK, LIST, self._list())
        if method != "POST" or path != "/":
            return Reply(HTTPStatus.NOT_FOUND)
        if content_type != QUERY:
            return Reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return Reply(HTTPStatus.OK, REPLY, self._stamped(body))

    def _stamped(self, body: bytes) -> bytes:
        try:
            asked = tsp.TimeStampReq.load(body, strict=True)
            refusal = _refusal(asked)
        except (ValueError, TypeError, KeyError):
            refusal = "bad_data_format"
        if refusal:
            status = {"status": "rejection", "fail_info": tsp.PKIFailureInfo({refusal})}
            return bytes(Refusal({"status": status}).dump())
        return bytes(self._stamper.request_tsa_response(asked).dump())

    @cached_property
    def _stamper(self) -> DummyTimeStamper:
        # pyHanko's, which signs whatever it is asked; what is asked was looked at before.
        key = serialization.load_pem_private_key(self.leaf.encode(), None)
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        issued = x509.load_pem_x509_certificate(self.leaf.encode())
        return DummyTimeStamper(
            tsa_cert=asn1.Certificate.load(issued.public_bytes(serialization.Encoding.DER)),
            tsa_key=keys.PrivateKeyInfo.load(der),
        )

    def _list(self) -> bytes:
        key, now = serialization.load_pem_private_key(self.root.encode(), None), datetime.now(UTC)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        made = (
            x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
            .last_update(now - _SKEW).next_update(now + _LIST_LIFE)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        return made.public_bytes(serialization.Encoding.DER)


def _refusal(asked: tsp.TimeStampReq) -> str:
    """Why a question is refused; empty for one that is answered."""
    imprint = asked["message_imprint"]
    length = _HASHES.get(imprint["hash_algorithm"]["algorithm"].native)
    if length is None:
        return "bad_alg"
    if asked["version"].native != "v1" or len(imprint["hashed_message"].native) != length:
        return "bad_data_format"
    if asked["req_policy"].native is not None:
        return "unaccepted_policy"
    return "unaccepted_extension" if asked["extensions"].native else ""


def _names(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _dated(name: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer)
    return made.serial_number(x509.random_serial_number()).not_valid_before(now - _SKEW).not_valid_after(now + _LIFE)


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies, content_commitment=not certifies, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certifies, crl_sign=certifies, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: x509.Certificate) -> str:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()
