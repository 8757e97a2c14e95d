"""Electronic seals of PDF files: PAdES baseline signatures of the lender, made and checked by pyHanko.

A seal certifies: it allows further signatures, and nothing else to be changed. With a timestamp authority (RFC 3161) it
is PAdES B-T, without one B-B. Whether a file is as it was sealed can be said of any copy, without the lender.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

# What reads and signs PDF files takes 30 MB of a process: it is loaded with the first seal.
if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Lender"
_PEM = b"-----BEGIN"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, SEC 2
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)


class Unsealed(ValueError):
    """A file that has no seal, or is no PDF that can be read."""


@dataclass(frozen=True)
class Seal:
    """A seal that was found: `signer` is the certificate's name, `certificate_sha256` its fingerprint in hex.

    `intact` says that nothing but what the seal allows was changed since, `trusted` that the certificate leads to one
    that was asked for; `timestamped` that the time is that of a timestamp authority and not of the signer's clock.
    """

    signer: str
    certificate_sha256: str
    seal_time: datetime | None
    intact: bool
    trusted: bool
    timestamped: bool


class Sealer:
    """Seals with the key of a file: a PEM of the key and its certificates, the leaf first, or a text of 32 characters
    or more, from which a key is derived whose certificate it signs itself."""

    def __init__(self, key_file: Path, name: str, timestamps: "TimeStamper | None" = None) -> None:
        content = key_file.read_bytes().strip()
        self._key, self._chain = _from_pem(content) if content.startswith(_PEM) else _derived(content, name)
        self._timestamps = timestamps

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """The certificate of the seal and those above it."""
        return self._chain

    def seal(self, pdf: bytes, reason: str) -> bytes:
        """The PDF with a certifying seal, the file as it was being its beginning; PDF/A stays what it is."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            reason=reason,
            certify=True,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        )
        written = signers.PdfSigner(metadata, signer=self._signer(), timestamper=self._timestamps).sign_pdf(
            # An object of PDF/A begins on a line of its own (ISO 19005-3, 6.1.9), also the first after the end.
            IncrementalPdfFileWriter(BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
        )
        found: bytes = written.getvalue()
        return found

    def _signer(self) -> Any:
        from asn1crypto import keys
        from pyhanko.sign import signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        private = self._key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signers.SimpleSigner(
            signing_cert=_asn1(self._chain[0]),
            signing_key=keys.PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore.from_certs([_asn1(each) for each in self._chain[1:]]),
        )


def seals_of(pdf: bytes, roots: Sequence[x509.Certificate] = ()) -> list[Seal]:
    """Every seal of a PDF in the order in which they were made; Unsealed when there is none."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
    except (PdfError, ValueError, KeyError, IndexError, TypeError, AssertionError) as error:
        raise Unsealed(f"it cannot be read as a PDF: {error}") from error
    if not embedded:
        raise Unsealed("it has no seal")
    # What comes after the last seal, if only a byte behind the end, no one stands for.
    _, _, start, length = map(int, embedded[-1].byte_range)
    whole = start + length == len(pdf)
    return [_checked(each, roots, whole=whole and _is_plain(pdf, each)) for each in embedded]


def _is_plain(pdf: bytes, embedded: Any) -> bool:
    """Whether a seal's own digits, for which no seal stands, are written in one case, as they were made."""
    _, begins, ends, _ = map(int, embedded.byte_range)
    digits = pdf[begins:ends]
    return digits in (digits.lower(), digits.upper())


def _checked(embedded: Any, roots: Sequence[x509.Certificate], *, whole: bool) -> Seal:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        signer = str(names[0].value) if names else certificate.subject.rfc4514_string()
    except ValueError:
        # A byte of the certificate itself was changed: it says nothing of anybody any more.
        return Seal("", "", None, intact=False, trusted=False, timestamped=False)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    # Without one to lead to, the certificate stands for itself: the file is then intact, and not trusted.
    anchors = [_asn1(each) for each in roots] or [embedded.signer_cert]
    context = ValidationContext(trust_roots=anchors, allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, context, ts_validation_context=context)
    except Exception:
        # Of a seal with a changed byte the library raises its own errors, and those of whatever it parses.
        return Seal(signer, fingerprint, None, intact=False, trusted=False, timestamped=False)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.intact
    intact = bool(whole and status.intact and status.valid and status.docmdp_ok and _covers(status))
    time = stamp.timestamp if stamp is not None and stamped else status.signer_reported_dt
    return Seal(signer, fingerprint, time, intact, bool(status.trusted and roots), bool(stamped))


def _covers(status: Any) -> bool:
    """Whether nothing but what a seal allows came after the part that is sealed."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    return bool(status.modification_level is not None and status.modification_level <= ModificationLevel.FORM_FILLING)


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


def _asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
