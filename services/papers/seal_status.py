"""What pyHanko says of a signature in a PDF, by what is in the file alone: its time, what it covers, its level.

pyHanko is loaded with the first seal: it takes 30 MB of a process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Stamp:
    """What a token beside a seal says of itself."""

    time: datetime
    authority: str


def stamped(embedded: Any) -> Stamp | None:
    """What the token beside a seal says; None without one."""
    from pyhanko.sign.general import extract_certificate_info
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    token = next(extract_tst_data_iter(embedded.signer_info, signed=False), None)
    if token is None:
        return None
    time: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    certificate = extract_certificate_info(token).signer_cert
    return Stamp(time, name_of(x509.load_der_x509_certificate(certificate.dump())))


def status_of(embedded: Any, anchors: Sequence[Any], at: datetime | None = None, mode: str = "soft-fail") -> Any:
    """What pyHanko says of a seal, as of a moment or now, by what is in the file alone."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator import ValidationContext

    asked: dict[str, Any] = {
        "trust_roots": list(anchors),
        "allow_fetching": False,
        "moment": at,
        "revocation_mode": mode,
    }
    try:
        context = DocumentSecurityStore.read_dss(embedded.reader).as_validation_context(asked)
    except NoDSSFoundError:
        context = ValidationContext(**asked)
    return validate_pdf_signature(embedded, context, ts_validation_context=context)


def is_good(stamp: Any, *, believes: bool) -> bool:
    """Whether a time is beside a seal, and believed where one of an authority has to be."""
    return bool(stamp is not None and stamp.valid and stamp.intact and (stamp.trusted or not believes))


def lasts(embedded: Any, anchors: Sequence[Any], at: datetime) -> bool:
    """Whether the file itself shows that neither certificate was revoked when it was sealed."""
    if "/DSS" not in embedded.reader.root:
        return False
    status = status_of(embedded, anchors, at, "require")
    return bool(status.trusted and is_good(status.timestamp_validity, believes=True))


def covers(status: Any) -> bool:
    """Whether nothing but what a seal allows came after the part that is sealed."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    return bool(status.modification_level is not None and status.modification_level <= ModificationLevel.FORM_FILLING)


def name_of(certificate: x509.Certificate) -> str:
    """What a certificate calls its owner."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
