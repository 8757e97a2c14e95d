"""What binds a signature, for machines: a file in the signed agreement, of each signature one."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from services.agreement.events import SignerRole
from services.papers.forms import CONSENT, consent

EVIDENCE_FILE = "signature.json"
# What a provider gave, beside the evidence that names it.
PROVIDER_SIGNED, PROVIDER_CERTIFICATE = "provider-signed.pdf", "provider-certificate.pdf"
# How codes are hashed (codes.py), and the one way that they go.
_HASH, _CHANNEL = "HMAC-SHA256", "EMAIL"
# Of the first who signed; of the others signature-2.json and so on, in the order in which they did.
_EVIDENCE = re.compile(r"signature(?:-(\d+))?\.json")


@dataclass(frozen=True)
class AtProvider:
    """A signature at a provider: its envelope, and the hashes (hex) of the file and the certificate that it gave."""

    envelope_id: str
    signed_sha256: str
    certificate_sha256: str


@dataclass(frozen=True)
class SentCode:
    """How a one-time code reached the signer: by mail, to `sent_to`, masked; and at which try it was right.

    Its hash is an HMAC of `salt` and code under a key of the lender, who alone can say that a code was this one.
    """

    salt: str
    sent_to: str
    send_time: datetime
    expire_time: datetime
    tries: int


@dataclass(frozen=True)
class Informed:
    """A paper that the signer was given before they signed: its form, the file that is attached, its hash, and when."""

    form: str
    file: str
    sha256: str
    give_time: datetime


@dataclass(frozen=True)
class SignaturePage:
    """What the signature page says: who signed which file, when and how.

    `code_hash` is the keyed hash of the one-time code; `device` and `address` are those of the call that brought it.
    Of a signature at a provider that has `provider` these are in the provider's certificate. `consent` is the version
    of the text that was agreed to; evidence of before says nothing of `code` and `informed`.
    """

    application_id: str
    full_name: str
    customer_id: str
    method: str
    sign_time: datetime
    pdf_sha256: str
    code_hash: str = ""
    device: str = ""
    address: str = ""
    role: SignerRole = SignerRole.BORROWER
    provider: AtProvider | None = None
    consent: str = CONSENT
    code: SentCode | None = None
    informed: tuple[Informed, ...] = ()


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files in a PDF by name."""
    # Its tables of glyphs are large, and a replica that nothing is signed at needs none of them.
    from pypdf import PdfReader

    return {name: bytes(found[0]) for name, found in PdfReader(BytesIO(pdf)).attachments.items()}


def evidence_in(attached: Mapping[str, bytes]) -> dict[str, bytes]:
    """The evidence of the signatures among the files of a PDF, in the order in which they were given."""
    found = {name: matched for name in attached if (matched := _EVIDENCE.fullmatch(name))}
    return {name: attached[name] for name in sorted(found, key=lambda each: int(found[each][1] or 1))}


def page_of(evidence: bytes) -> SignaturePage:
    """What the evidence of a signature says; that of a time when all who signed were borrowers names no role."""
    said = json.loads(evidence)
    return SignaturePage(
        said["application_id"],
        said["name"],
        said["account"],
        said["method"],
        datetime.fromisoformat(said["time"]),
        said["document_sha256"],
        said["code_hash"],
        said["device"],
        said["address"],
        SignerRole[said.get("role", SignerRole.BORROWER.name)],
        AtProvider(**said["provider"]) if "provider" in said else None,
        said["consent"]["version"] if "consent" in said else CONSENT,
        _sent(said["code"]) if "code" in said else None,
        tuple(_given(each) for each in said.get("informed", ())),
    )


def evidence_file(page: SignaturePage, language: str, terms_hash: str) -> bytes:
    """What binds the signature, for machines: document, terms, and what else is known of how it was given.

    With a one-time code that is consent, code, device and address; at a provider its envelope, and what it gave for it.
    Beside either what they were given to read before.
    """
    said: dict[str, Any] = {
        "application_id": page.application_id,
        "account": page.customer_id,
        "name": page.full_name,
        "role": page.role.name,
        "method": page.method,
        "time": page.sign_time.isoformat(timespec="seconds"),
        "document_sha256": page.pdf_sha256,
        "terms_sha256": terms_hash,
        "code_hash": page.code_hash,
        "device": page.device,
        "address": page.address,
    }
    if page.code is not None:
        said["code"] = {"hash": _HASH, "channel": _CHANNEL, **_plain(vars(page.code))}
    if page.informed:
        said["informed"] = [_plain(vars(each)) for each in page.informed]
    if page.provider is not None:
        said["provider"] = vars(page.provider)
    else:
        version, text = consent(language, page.consent)
        agreed = {"version": version, "language": language, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        said["consent"] = agreed
    return json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False).encode()


def _sent(said: Mapping[str, Any]) -> SentCode:
    sent, expires = (datetime.fromisoformat(said[name]) for name in ("send_time", "expire_time"))
    return SentCode(said["salt"], said["sent_to"], sent, expires, said["tries"])


def _given(said: Mapping[str, Any]) -> Informed:
    return Informed(said["form"], said["file"], said["sha256"], datetime.fromisoformat(said["give_time"]))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: each.isoformat(timespec="seconds") if isinstance(each, datetime) else each
        for name, each in values.items()
    }
