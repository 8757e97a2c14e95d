"""The root authority of a local stack, and the first certificate of each workload, named by its SPIFFE id.

It stands in for the mesh's authority outside Kubernetes. The files are <dir>/ca.pem, <dir>/<workload>/tls.pem and
tls.key. By its first certificate a service signs in to OpenBao, whose PKI engine, an authority under this root, issues
all that follow; for the edge, parts and commands the stack's renewer asks there.
"""

import datetime as dt
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services import catalog
from services.runtime.secrets import private_files

TRUST_DOMAIN = "loanflow.local"
# Who brings topics, rights and schemas up to date, and who sends dead letters back: commands of the platform's staff.
DEPLOY, OPERATOR = "deploy", "operator"
# The parts that show a certificate of their own.
SERVERS = (
    "bank", "collector", "kafka", "mail", "mongo", "openbao", "postgres", "providers", "redis", "registry", "s3",
    "search", "timestamps",
)  # fmt: skip
# Whose certificates the renewer replaces: what cannot ask for its own. SecantusDB reads its pair at its start alone,
# and an operator is a person.
RENEWED = ("edge", "scheduler", DEPLOY, *(name for name in SERVERS if name != "mongo"))
WORKLOADS = (*catalog.BY_NAME, "edge", "scheduler", DEPLOY, OPERATOR, *SERVERS)
AUTHORITY_LIFE = dt.timedelta(days=3650)
LEAF_LIFE = dt.timedelta(days=30)
# A leaf is made anew at start-up when less validity is left: a stack that stays up is good for at least this long.
LEAF_MARGIN = dt.timedelta(days=15)
# One that OpenBao issued is replaced by the service itself, once it has started.
ISSUED_MARGIN = dt.timedelta(minutes=15)
ISSUING_LIFE = dt.timedelta(days=90)
# Clocks differ: a certificate is valid from a little before it was made.
SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Authority:
    """The key and the certificate that sign every workload's certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def spiffe_id(workload: str) -> str:
    """The identity of a workload, as its certificate says it."""
    return f"spiffe://{TRUST_DOMAIN}/ns/loanflow/sa/{workload}"


def ensure(folder: Path) -> None:
    """Makes what is missing or about to expire: the authority, and a leaf for every workload."""
    if (folder / "ca.pem").exists() and not _may_have_issuers(folder / "ca.pem"):
        # Made before OpenBao issued certificates; all leaves follow.
        (folder / "ca.pem").unlink()
    authority = load_authority(folder)
    # A part under an account of its own gets to its certificate. None lists the folder, and a key is its owner's.
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for workload in WORKLOADS:
        if not _is_fresh(folder / workload / "tls.pem", workload, authority):
            issue(folder, authority, workload)


def load_authority(folder: Path) -> Authority:
    """The authority of a folder, made there the first time."""
    key_file, certificate_file = folder / "ca.key", folder / "ca.pem"
    if not certificate_file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        _write(key_file, _private(key), 0o600)
        _write(certificate_file, _authority_certificate(key).public_bytes(serialization.Encoding.PEM), 0o644)
    loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return Authority(loaded, x509.load_pem_x509_certificate(certificate_file.read_bytes()))


def issue(
    folder: Path, authority: Authority, workload: str, validity: dt.timedelta = LEAF_LIFE, hosts: Iterable[str] = ()
) -> None:
    """Makes a new key and certificate for a workload, in place of the ones it had; `hosts` are names it has besides."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _leaf_certificate(authority, workload, key, validity, hosts)
    _write(folder / workload / "tls.key", _private(key), 0o600)
    _write(folder / workload / "tls.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def sign_issuer(authority: Authority, request: str) -> str:
    """The certificate (PEM) of an authority under this one, which issues leaves alone, for its request (PEM)."""
    asked = x509.load_pem_x509_csr(request.encode())
    made = (
        _dated(ISSUING_LIFE)
        .subject_name(asked.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(asked.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(asked.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def is_issued_under(authority: Authority, chain: bytes, margin: dt.timedelta) -> bool:
    """Whether a chain (PEM, the leaf first) leads to the authority, and its leaf is good for longer than `margin`."""
    certificates = x509.load_pem_x509_certificates(chain)
    try:
        for each, issuer in zip(certificates, [*certificates[1:], authority.certificate], strict=True):
            each.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return certificates[0].not_valid_after_utc - dt.datetime.now(dt.UTC) > margin


def _may_have_issuers(certificate_file: Path) -> bool:
    found = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return found.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 1


def _authority_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "LoanFlow local CA")])
    return (
        _dated(AUTHORITY_LIFE)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"spiffe://{TRUST_DOMAIN}")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def _leaf_certificate(
    authority: Authority, workload: str, key: ec.EllipticCurvePrivateKey, validity: dt.timedelta, hosts: Iterable[str]
) -> x509.Certificate:
    names = [
        x509.UniformResourceIdentifier(spiffe_id(workload)),
        *(x509.DNSName(host) for host in (workload, "localhost", *hosts)),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    # Only the SPIFFE id says who it is, so the alternative names are critical; OpenBao wants a common name besides.
    return (
        _dated(validity)
        .subject_name(_named(workload))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )


def _named(workload: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, workload)])


def _dated(validity: dt.timedelta) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - SKEW).not_valid_after(now + validity)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _is_fresh(certificate_file: Path, workload: str, authority: Authority) -> bool:
    if not certificate_file.exists():
        return False
    chain = certificate_file.read_bytes()
    certificates = x509.load_pem_x509_certificates(chain)
    margin = LEAF_MARGIN if len(certificates) == 1 else ISSUED_MARGIN
    return certificates[0].subject == _named(workload) and is_issued_under(authority, chain, margin)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    # Moved into its place, the account's under which its part runs: a server that rereads it never sees half a file.
    path.parent.mkdir(parents=True, exist_ok=True)
    private_files.replace(path, data, mode)
