"""Certificates that are not what a part expects: of another authority, of no name or several."""

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.runtime.events.kafka import KafkaSettings
from services.runtime.tls import MutualTlsSettings
from stack import pki
from stack.layout import Layout


def settings(layout: Layout, folder: Path, workload: str) -> KafkaSettings:
    """Reaches the broker with the certificate of `workload` in a folder of another authority or of ours."""
    leaf = folder / workload
    tls = MutualTlsSettings(layout.pki / "ca.pem", certificate_file=leaf / "tls.pem", key_file=leaf / "tls.key")
    return KafkaSettings(f"127.0.0.1:{layout.ports.of('kafka')}", tls)


def forged(folder: Path, workload: str) -> None:
    """The certificate of a workload, by an untrusted authority."""
    pki.issue(folder, pki.load_authority(folder), workload)


def issued(layout: Layout, folder: Path, uris: list[str]) -> None:
    """A certificate of our own authority with these URIs, as `folder`/odd."""
    authority, key = pki.load_authority(layout.pki), ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName("odd"), *map(x509.UniformResourceIdentifier, uris)]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .sign(authority.key, hashes.SHA256())
    )
    (folder / "odd").mkdir(parents=True)
    (folder / "odd" / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "odd" / "tls.key").write_bytes(private)
