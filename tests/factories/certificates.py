"""An authority for keys of seals, with a list of those that it revoked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "LoanFlow Lending Ltd"


@dataclass
class Authority:
    """It names its list at `url`, unless that is empty."""

    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    revoked: list[x509.Certificate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.certificate = (
            self._begun("Papers").public_key(self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip

    def certified(
        self, key: ec.EllipticCurvePrivateKey, life: timedelta = timedelta(days=1), name: str = NAME
    ) -> x509.Certificate:
        """A certificate of a key."""
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        made = (
            self._begun(name, life).public_key(key.public_key()).add_extension(usage, critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )  # fmt: skip
        if self.url:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.url)], None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def chain(self, *leaves: x509.Certificate) -> bytes:
        """Certificates and its own, in PEM."""
        return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (*leaves, self.certificate))

    def revocations(self) -> bytes:
        """Its list, in DER."""
        now = datetime.now(UTC)
        made = (
            x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
            .last_update(now - timedelta(minutes=5)).next_update(now + timedelta(days=1))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )  # fmt: skip
        for each in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number)
            made = made.add_revoked_certificate(entry.revocation_date(now - timedelta(minutes=1)).build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _begun(self, name: str, life: timedelta = timedelta(days=30)) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, "Papers")]
        made = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1])
        return (
            made.serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=10)).not_valid_after(now + life)
        )  # fmt: skip
