"""Electronic seals of PDF files: PAdES baseline signatures of the lender, made and checked by pyHanko.

A seal certifies: it allows further signatures, and nothing else to be changed. Alone it is PAdES B-B, with a timestamp
authority (RFC 3161) B-T, and B-LT with what shows that no certificate of either was revoked then. All of it is in the
revision that is sealed, so that a seal covers its file to the last byte. Whether a file is as it was sealed can be said
of any copy, without the lender.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from services.papers.revocations import Revocations
from services.papers.seal_bytes import is_as_made
from services.papers.seal_keys import FileKeys, SealKey, SealKeys, asn1_of, is_own, signer_of
from services.papers.seal_status import covers, is_good, lasts, name_of, stamped, status_of
from services.papers.timestamps import Timestamps
from services.runtime.errors import Unavailable

# What reads and signs PDF files takes 30 MB of a process: it is loaded with the first seal.
# What it warns of, with its stack, is in what is found of a seal; and lists are fetched here, by a client with a limit.
logging.getLogger("pyhanko").setLevel(logging.ERROR)
_log = structlog.get_logger(__name__)
FIELD, COUNTER_FIELD = "Lender", "Countersignature"
# What seals, by its name in a seal.
_SEALED_BY = "LoanFlow"
B_B, B_T, B_LT = "B-B", "B-T", "B-LT"


class Unsealed(ValueError):
    """A file that has no seal."""


class Unreadable(Unsealed):
    """A file that is no PDF that can be read, so that nobody can say whether it has a seal."""


@dataclass(frozen=True)
class Seal:
    """A seal that was found: `signer` is the certificate's name, `certificate_sha256` its fingerprint in hex.

    `intact` says that nothing but what the seal allows was changed since, `trusted` that the certificate leads to one
    that was asked for; `timestamped` that the time is that of a timestamp authority which does, and not of the signer's
    clock. `authority` is the name of one that is beside the seal, believed or not. `level` is that of PAdES, `key` the
    lender's own name of the key and its version, where a key service has it. `reason` is what it was made for, as it
    says itself; `countersigns` that it was put to what others had signed, in a revision of its own. `made_as` is the
    level that it was made with, by its own signed word, which older ones lack: no signature covers a time beside it.
    """

    signer: str
    certificate_sha256: str
    seal_time: datetime | None
    intact: bool
    trusted: bool
    timestamped: bool
    level: str = B_B
    authority: str = ""
    key: str = ""
    reason: str = ""
    countersigns: bool = False
    made_as: str = ""

    @property
    def lost_its_time(self) -> bool:
        """Whether it was made with the time of an authority, which somebody took away since."""
        return self.made_as in (B_T, B_LT) and not self.authority


class Sealer:
    """Seals with the key of a file, or with that of `service_keys` where there are such.

    With `timestamps` a seal has the time of the authority or is not made at all; with `revocations` besides it has
    what B-LT needs. ValueError for revocations without an authority for the time, or of a key that certifies itself.
    """

    def __init__(
        self, key_file: Path, name: str, timestamps: Timestamps | None = None, *,
        service_keys: SealKeys | None = None, revocations: Revocations | None = None,
    ) -> None:  # fmt: skip
        own = FileKeys(key_file, name)
        self._own, self._keys = own, service_keys or own
        self._timestamps, self._revocations = timestamps, revocations
        if revocations is not None and (timestamps is None or is_own(self._keys.certificates[0])):
            raise ValueError("long-term seals need a timestamp authority, and a key that an authority certifies")

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Those that the lender's seals and their times lead to: of its keys, also that of the file, and of time."""
        authorities = self._timestamps.authorities if self._timestamps else ()
        return list(dict.fromkeys([self._keys.certificates[-1], self._own.certificates[-1], *authorities]))

    def seal(self, pdf: bytes, reason: str) -> bytes:
        """The PDF with a certifying seal, the file as it was being its beginning; PDF/A stays what it is.

        errors.Unavailable when the key service, the timestamp authority or a list of revoked certificates is.
        """
        return self._signed(pdf, reason, FIELD)

    def countersign(self, sealed: bytes, reason: str) -> bytes:
        """A sealed PDF with a further signature (PAdES) of the lender, in a revision of its own; errors.Unavailable."""
        return self._signed(sealed, reason, COUNTER_FIELD)

    def close(self) -> None:
        """Ends the connections to authorities."""
        for each in (self._timestamps, self._revocations):
            if each is not None:
                each.close()

    def _signed(self, pdf: bytes, reason: str, field: str) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers

        key = self._keys.current()
        with _failures():
            metadata = self._metadata(key, reason, field)
            stamper = self._timestamps.stamper if self._timestamps else None
            written = signers.PdfSigner(metadata, signer=signer_of(key), timestamper=stamper).sign_pdf(
                # An object of PDF/A begins on a line of its own (ISO 19005-3, 6.1.9), also the first after the end.
                IncrementalPdfFileWriter(BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
            )
        found: bytes = written.getvalue()
        self._check(found)
        return found

    def _metadata(self, key: SealKey, reason: str, field: str) -> Any:
        from pyhanko.sign import fields, signers
        from pyhanko.sign.signers.pdf_byterange import BuildProps
        from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference

        placed = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)
        return signers.PdfSignatureMetadata(
            field_name=field,
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            reason=reason,
            location=key.place or None,
            app_build_props=BuildProps(_SEALED_BY, f"PAdES {self._level}"),
            # What a certifying seal allows, and no more, is what comes after it.
            certify=field == FIELD,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
            embed_validation_info=self._revocations is not None,
            validation_context=self._evidence(key),
            dss_settings=placed,
        )

    @property
    def _level(self) -> str:
        """The level of what it seals."""
        return B_LT if self._revocations else B_T if self._timestamps else B_B

    def _evidence(self, key: SealKey) -> Any:
        """What pyHanko holds the certificates of the seal and of the time against, before it seals."""
        if self._revocations is None or self._timestamps is None:
            return None
        from pyhanko_certvalidator import ValidationContext

        stamper = self._timestamps.stamper
        # The first time it is asked for a token of nothing, to know its certificates.
        asyncio.run(stamper.async_dummy_response("sha256"))
        theirs = [x509.load_der_x509_certificate(each.dump()) for each in stamper.cert_registry]
        others = [*key.certificates[1:], *theirs]
        lists = self._revocations.lists([*key.certificates, *theirs])
        return ValidationContext(
            trust_roots=[asn1_of(each) for each in (*key.certificates[-1:], *self._timestamps.authorities)],
            other_certs=[asn1_of(each) for each in others], crls=lists, revocation_mode="require",
        )  # fmt: skip

    def _check(self, sealed: bytes) -> None:
        """What an authority gave is looked at before anybody signs: the paper is as strong as was asked for."""
        wanted = self._level
        if wanted != B_B and (level := seals_of(sealed, self.certificates)[-1].level) != wanted:
            raise Unavailable(
                f"the seal is {level}, and not {wanted}: what an authority gave does not lead to its root"
            )


def seals_of(pdf: bytes, roots: Sequence[x509.Certificate] = ()) -> list[Seal]:
    """Every seal of a PDF in the order in which they were made; Unsealed when there is none, Unreadable."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
        ranges = [_range(each) for each in embedded]
    except Exception as error:
        # Of what is another kind of object than it has to be, the library raises whatever comes of it.
        raise Unreadable(f"it cannot be read as a PDF: {str(error) or type(error).__name__}") from error
    if not embedded:
        raise Unsealed("it has no seal")
    # What comes after the last seal, if only a byte behind the end, no one stands for.
    whole = ranges[-1].stop == len(pdf)
    return [_checked(pdf, each, gap, roots, whole=whole) for each, gap in zip(embedded, ranges, strict=True)]


@dataclass(frozen=True)
class _Range:
    """Where in a file the digits of a seal are, and where what is sealed ends."""

    digits: slice
    stop: int


def _range(embedded: Any) -> _Range:
    """ValueError or TypeError for what are not two places with a length each."""
    _, begins, ends, length = (int(each) for each in embedded.byte_range)
    return _Range(slice(begins, ends), ends + length)


def _checked(pdf: bytes, embedded: Any, gap: _Range, roots: Sequence[x509.Certificate], *, whole: bool) -> Seal:
    try:
        certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
        signer = name_of(certificate)
    except Exception:
        # A byte of the certificate itself was changed, or it is not there: it says nothing of anybody any more.
        return Seal("", "", None, intact=False, trusted=False, timestamped=False)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    broken = Seal(signer, fingerprint, None, intact=False, trusted=False, timestamped=False)
    # Without one to lead to, the certificate stands for itself: the file is then intact, and not trusted.
    anchors = [asn1_of(each) for each in roots] or [embedded.signer_cert]
    try:
        untouched = whole and is_as_made(pdf[gap.digits], roots)
        return _judged(broken, embedded, anchors, whole=untouched, believes=bool(roots))
    except Exception:
        # Of a seal with a changed byte the library raises its own errors, and those of whatever it parses.
        return broken


def _judged(broken: Seal, embedded: Any, anchors: Sequence[Any], *, whole: bool, believes: bool) -> Seal:
    """A certificate that has ended since still stands for a seal of whose time an authority is believed."""
    stamp = stamped(embedded)
    status = status_of(embedded, anchors, stamp.time if stamp else None)
    timestamped = stamp is not None and is_good(status.timestamp_validity, believes=believes)
    if stamp is not None and not timestamped:
        status = status_of(embedded, anchors)
    intact = bool(whole and status.intact and status.valid and status.docmdp_ok and covers(status))
    time = stamp.time if stamp is not None and timestamped else status.signer_reported_dt
    lasting = timestamped and believes and stamp is not None and lasts(embedded, anchors, stamp.time)
    return replace(
        broken, seal_time=time, intact=intact, trusted=bool(status.trusted and believes), timestamped=timestamped,
        level=B_LT if lasting else B_T if timestamped else B_B, authority=stamp.authority if stamp else "",
        key=str(embedded.sig_object.get("/Location", "")), reason=str(embedded.sig_object.get("/Reason", "")),
        countersigns=embedded.field_name == COUNTER_FIELD, made_as=_made_as(embedded.sig_object),
    )  # fmt: skip


def _made_as(seal: Any) -> str:
    """The level that a seal says it was made with; empty in one that says nothing of that."""
    said = seal.get("/Prop_Build", {}).get("/App", {})
    level = str(said.get("/REx", "")).removeprefix("PAdES ")
    return level if said.get("/Name") == f"/{_SEALED_BY}" and level in (B_B, B_T, B_LT) else ""


@contextmanager
def _failures() -> Iterator[None]:
    """A certificate of the seal or of the authority that is revoked, ended, or of nobody who is trusted."""
    from pyhanko.sign.general import SigningError
    from pyhanko_certvalidator.errors import PathError

    try:
        yield
    except (SigningError, PathError) as error:
        _log.error("seal_not_made", why=str(error.__cause__ or error))
        raise Unavailable("a seal cannot be made that everybody could check") from error
