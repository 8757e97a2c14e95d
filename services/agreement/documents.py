"""The files of agreements: made, stored, held against what was recorded."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from services.agreement import leaflets, shown
from services.agreement.contract import Contract, ProviderFiles, StoredFile
from services.agreement.evidence import PROVIDER_CERTIFICATE, PROVIDER_SIGNED, AtProvider
from services.agreement.leaflets import AgreementDocument
from services.agreement.model import Agreement
from services.agreement.pdf import (
    SIGNED_FILE,
    TEMPLATE_VERSION,
    BoundParty,
    ContractData,
    contract_pdf,
    parties_in,
    signed_at_provider,
    signed_pdf,
)
from services.agreement.ports import Files, Party
from services.agreement.sessions import SigningSession
from services.agreement.signature_pages import Origin, page_at_provider, page_by_code, papers_by_name
from services.agreement.signers import AgreementStatus, Signer
from services.agreement.verify import Report, checked
from services.law import Pack, pack_of
from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.facility import Facility
from services.papers import Lender, Unprintable, language_of
from services.papers.seals import Sealer
from services.runtime.errors import DataLoss, FailedPrecondition, NotFound
from services.runtime.files import storing
from services.runtime.files.quarantine import Unscanned, rescan
from services.runtime.files.scanning import Scanner
from services.runtime.files.uploads import Upload
from services.runtime.ids import new_id

PDF = "application/pdf"
_PIECE_BYTES = 256 * 1024
_SIGNED, _COUNTERSIGNED = "Loan agreement, signed by those it names", "Countersigned, after all had signed"
_log = structlog.get_logger(__name__)


class Documents:
    """Every file has a key of its own, so that one that is removed is never somebody else's."""

    def __init__(
        self, files: Files, scanner: Scanner, lender: Lender, sealer: Sealer | None = None, law_file: Path | None = None
    ) -> None:  # fmt: skip
        self._files, self._scanner, self._lender = files, scanner, lender
        self._sealer, self._law_file = sealer, law_file

    def contract(
        self,
        application_id: str,
        customer_id: str,
        party: Party,
        terms: LoanTerms,
        terms_hash: str,
        kind: Facility,
        at: datetime,
        others: tuple[BoundParty, ...] = (),
        before: Contract | None = None,
    ) -> Contract:
        """Makes and stores the PDF of an agreement, by the law of its facility type, for a payout on that day.

        It is in the customer's language, also for `others` who sign beside them. One that was there `before` is made
        again of its day, under its law and in its language, whatever they would be now. FailedPrecondition
        TEXT_UNPRINTABLE when a name or address cannot be shown.
        """
        law = pack_of(kind.code, self._law_file)
        language = language_of(law.language, party.language, self._lender.language)
        if before is not None:
            at, law, language = before.generate_time, before.pack if before.law else law, before.language
        cost, schedule = loan_cost(terms, at.date()), loan_schedule(terms, at.date())
        data = ContractData(
            application_id, party, terms, terms_hash, cost, schedule, at.date(), kind.late_fee, self._lender, law,
            language, customer_id, others,
        )  # fmt: skip
        with _printable():
            content = self._sealed(contract_pdf(data), "Loan agreement, to be signed by all who are bound")
        pdf = self._store(application_id, customer_id, "agreement", content)
        name = digest(party.full_name)
        return Contract(terms, terms_hash, cost, TEMPLATE_VERSION, pdf, at, name, language, law.code)

    @staticmethod
    def check_signer(signer: Signer, full_name: str) -> None:
        """Refuses the signature of somebody whose name is no longer the one in the PDF: FailedPrecondition."""
        if signer.name_sha256 not in ("", digest(full_name)):
            raise FailedPrecondition("the agreement was made for another name", reason="NAME_CHANGED")

    def signed(self, agreement: Agreement, by: str, name: str, origin: Origin, at: datetime) -> StoredFile:
        """Stores the PDF with one more signature page; countersigned once nobody else has to sign.

        FailedPrecondition AGREEMENT_TAMPERED when it, or what was given before it, was changed.
        """
        before = agreement.partly_signed_pdf
        content, partly = self.unsigned(agreement), self._content(before) if before else None
        page, given = page_by_code(agreement, by, name, origin, at), self._given(agreement)
        last = all(each.signature is not None for each in agreement.signers if each.customer_id != by)
        with _printable():
            paper = signed_pdf(content, page, partly, given, countersigned=last)
            whole = self._sealed(paper, _SIGNED, countersigned=last)
        return self._store(agreement.application_id, agreement.customer_id, "signed", whole)

    def unsigned(self, agreement: Agreement) -> bytes:
        """The PDF that is to be signed; FailedPrecondition AGREEMENT_TAMPERED when it is not what was recorded."""
        return self._content(agreement.made.pdf)

    @contextmanager
    def at_provider(
        self, agreement: Agreement, session: SigningSession, signed: bytes, certificate: bytes, at: datetime
    ) -> Iterator[tuple[StoredFile, ProviderFiles]]:
        """Stores what a provider gave, and the lender's file that says so; they go again when the block fails.

        FailedPrecondition AGREEMENT_TAMPERED when the PDF was changed; NotAsShown when what was signed lacks of it, or
        not all have signed whom it was shown to.
        """
        if session.unsigned:
            raise shown.NotAsShown(f"signature {session.unsigned[0]}")
        content, ids = self.unsigned(agreement), (agreement.application_id, agreement.customer_id)
        if lacking := shown.missing(content, signed):
            raise shown.NotAsShown(lacking)
        there = AtProvider(session.envelope_id, *(hashlib.sha256(each).hexdigest() for each in (signed, certificate)))
        named = parties_in(content, agreement.customer_id)
        pages = [page_at_provider(agreement, session, place, named, there, at) for place in range(len(session.signers))]
        with _printable():
            given = self._given(agreement) | {PROVIDER_SIGNED: signed, PROVIDER_CERTIFICATE: certificate}
            reason = "Loan agreement, signed at a provider"
            paper = signed_at_provider(content, pages, given, countersigned=True)
            whole = self._sealed(paper, reason, countersigned=True)
        made = {"signed": whole, "provider-signed": signed, "provider-certificate": certificate}
        with ExitStack() as kept:
            stored = []
            for kind, each in made.items():
                stored.append(self._store(*ids, kind, each))
                kept.enter_context(self.kept(stored[-1]))
            yield stored[0], ProviderFiles(*stored[1:])

    @contextmanager
    def copy(self, application_id: str, customer_id: str, file: Upload) -> Iterator[tuple[StoredFile, bool]]:
        """Stores a copy signed by hand, and says whether it was scanned; it goes again when the block fails."""
        key = _key(application_id, "copy")
        with storing.quarantined(self._files, self._scanner, key, customer_id, file) as scanned:
            yield StoredFile(key, file.sha256, file.size), scanned

    def rescan(self, waiting: Sequence[Unscanned[str]], settle: Callable[[str, bool], None]) -> bool:
        """Has the scanner judge copies that wait for it; whether it judged any."""
        return rescan(self._files, self._scanner, waiting, settle)

    def check(self, *files: StoredFile) -> None:
        """Refuses files that are not what was recorded: FailedPrecondition AGREEMENT_TAMPERED."""
        if any(self.hash_now(file) != file.sha256 for file in files):
            raise _tampered()

    def hash_now(self, file: StoredFile) -> str:
        """The hash of the file as it is stored now; empty when it is gone."""
        return self._files.hash_now(file.key)

    def leaflet(self, agreement: Agreement, party: Party, facility: Facility, wanted: AgreementDocument) -> bytes:
        """The information before the agreement, or its schedule; FailedPrecondition TEXT_UNPRINTABLE, WRONG_STATUS."""
        if wanted is AgreementDocument.PRECONTRACT:
            agreement.check_informable()
        law = self._law(agreement, facility)
        made = leaflets.precontract if wanted is AgreementDocument.PRECONTRACT else leaflets.schedule
        with _printable():
            return made(agreement, party, facility, self._lender, law).pdf()

    def precontract(self, agreement: Agreement, party: Party, facility: Facility) -> tuple[str, StoredFile]:
        """Makes the information before the agreement, sealed, and stores it; its form, and the file.

        FailedPrecondition TEXT_UNPRINTABLE.
        """
        law = self._law(agreement, facility)
        with _printable():
            made = leaflets.precontract(agreement, party, facility, self._lender, law).pdf()
        content = self._sealed(made, "Information before the agreement")
        return law.precontract, self._store(agreement.application_id, agreement.customer_id, "precontract", content)

    def certificate(self, agreement: Agreement, party: Callable[[str], Party]) -> bytes:
        """That an agreement was signed, with the signed file attached, sealed; FailedPrecondition WRONG_STATUS.

        Who signed is named as the agreement names them: one of them may be erased since, the others need it all the
        same. `party` is asked for those whom an agreement of before names to no machine.
        """
        signed = agreement.signed_pdf
        if signed is None:
            raise FailedPrecondition.wrong_status("agreement", agreement.status, [AgreementStatus.SIGNED])
        named = parties_in(b"".join(self.stream(agreement.made.pdf)), agreement.customer_id)
        parties = [named.get(each.customer_id) or party(each.customer_id) for each in agreement.signers]
        found = leaflets.certificate(agreement, signed, parties, self._lender)
        with _printable():
            return self._sealed(found.pdf({SIGNED_FILE: b"".join(self.stream(signed))}), "Certificate of signature")

    def given(self, agreement: Agreement, wanted: AgreementDocument) -> Iterator[bytes]:
        """What a provider gave when all had signed there, in chunks; errors.NotFound when none did."""
        files = agreement.provider_files
        if files is None:
            raise NotFound("it was not signed at a provider")
        return self.stream(files.signed_file if wanted is AgreementDocument.PROVIDER_SIGNED else files.certificate_file)

    def checked(self, file: StoredFile) -> Report | None:
        """What a file shows as it is stored now, as it does to anybody; None of one that is gone, or was changed."""
        try:
            content = b"".join(self.stream(file))
        except (NotFound, DataLoss):
            return None
        return checked(content, self._sealer.certificates if self._sealer else ())

    def stream(self, file: StoredFile) -> Iterator[bytes]:
        """The file in chunks; errors.NotFound when it is gone, errors.DataLoss when it is not what was recorded."""
        return self._files.stream(file.key, file.sha256)

    def remove(self, *files: StoredFile) -> None:
        """Removes files that must go, if they are there; errors.Unavailable."""
        for file in files:
            self._files.delete(file.key)

    def discard(self, file: StoredFile) -> None:
        """Removes a file that no record names; a failure is only logged, another one may be on its way."""
        storing.discard(self._files, file.key)

    def kept(self, file: StoredFile) -> AbstractContextManager[None]:
        """A stored file that goes again when the block, which records it, fails."""
        return storing.kept(self._files, file.key)

    def _content(self, file: StoredFile) -> bytes:
        try:
            return b"".join(self.stream(file))
        except (NotFound, DataLoss):
            raise _tampered() from None

    def _sealed(self, content: bytes, reason: str, *, countersigned: bool = False) -> bytes:
        if self._sealer is None:
            return content
        sealed = self._sealer.seal(content, reason)
        return self._sealer.countersign(sealed, _COUNTERSIGNED) if countersigned else sealed

    def _given(self, agreement: Agreement) -> dict[str, bytes]:
        """What was given before the agreement, by the names that the evidence has for it."""
        return {name: self._content(each.file) for name, each in papers_by_name(agreement.given).items()}

    def _law(self, agreement: Agreement, facility: Facility) -> Pack:
        """The pack that an agreement was made under; that of its facility type, of one which does not say so."""
        return agreement.made.pack if agreement.made.law else pack_of(facility.code, self._law_file)

    def _store(self, application_id: str, customer_id: str, kind: str, content: bytes) -> StoredFile:
        key = _key(application_id, kind)
        self._files.upload(key, customer_id, [content], PDF)
        return StoredFile(key, hashlib.sha256(content).hexdigest(), len(content))


def pieces(content: bytes) -> Iterator[bytes]:
    """A file that is not stored, as one that is streamed."""
    return (content[at : at + _PIECE_BYTES] for at in range(0, len(content), _PIECE_BYTES))


def _key(application_id: str, kind: str) -> str:
    return f"{application_id}/{kind}-{new_id()}.pdf"


@contextmanager
def _printable() -> Iterator[None]:
    try:
        yield
    except Unprintable as error:
        raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error


def digest(name: str) -> str:
    """What is kept of a name beside the PDF that has it."""
    return hashlib.sha256(name.encode()).hexdigest()


def _tampered() -> FailedPrecondition:
    return FailedPrecondition("the stored agreement is not what was recorded", reason="AGREEMENT_TAMPERED")
