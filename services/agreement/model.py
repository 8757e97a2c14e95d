"""The agreement of an approved application: made, signed by code, at a provider or by hand, and then unchangeable."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.agreement import sessions as signing_sessions
from services.agreement.contract import Contract, GivenPaper, ProviderFiles, SignedCopy, StoredFile
from services.agreement.events import (
    AgreementCopyRejected,
    AgreementGenerated,
    AgreementPartySigned,
    AgreementSigned,
    AgreementUploaded,
    CopyRejectionReason,
    SignerRole,
    SigningMethod,
)
from services.agreement.record import AgreementRecord
from services.agreement.sessions import SigningSession
from services.agreement.signers import AgreementStatus, Attempt, Signature, Signer, Signing, check_all_named
from services.runtime.errors import Aborted, Error, FailedPrecondition, PermissionDenied


@dataclass
class Agreement(AgreementRecord):
    """The agreement of one application, and what can become of it."""

    def note_deciders(self, *people: str) -> None:
        """Remembers who decided on the application."""
        self.deciders = tuple(dict.fromkeys((*self.deciders, *people)))

    def generate(self, contract: Contract, parties: tuple[Signer, ...] = (), at: datetime | None = None) -> None:
        """Takes the PDF, and who signs it beside the customer; again as long as not all have: they then sign anew.

        One that is made again `at` a later time is of the day on which it was made first.
        """
        at = at or contract.generate_time
        self._move(
            AgreementStatus.GENERATED, at, AgreementStatus.AWAITED, AgreementStatus.GENERATED, AgreementStatus.SIGNING
        )
        self.contract, self.parties = contract, parties
        self.signing = self.signature = self.partly_signed_pdf = None
        self.sessions = signing_sessions.dropped(self.sessions, at)
        self._emit(
            AgreementGenerated(
                self.application_id, self.customer_id, contract.terms_hash, contract.pdf.sha256, contract.cost,
                contract.terms.currency,
            )
        )  # fmt: skip

    def check_signable(self) -> None:
        """Refuses to sign what is not made, signed already, waits for an officer or has ended."""
        self._require(AgreementStatus.GENERATED, AgreementStatus.SIGNING)

    def check_code_allowed(self, by: str, at: datetime) -> None:
        """Refuses a code to who has signed or was not informed, and one too many: ResourceExhausted RATE_LIMITED."""
        self.check_signable()
        self.signer(by).check_code_allowed(at)
        self.check_informed(by)

    def check_copy_allowed(self) -> None:
        """Refuses a copy signed by hand of what cannot be signed, or while one who signs it was not informed."""
        self.check_signable()
        self.check_informed(*(each.customer_id for each in self.signers))

    def check_informed(self, *signers: str) -> None:
        """Refuses PRECONTRACT_NOT_GIVEN when one of them was not given the information first, and the law wants it."""
        missing = [each for each in signers if not self.was_informed(each)] if self.made.pack.precontract_first else []
        if missing:
            text = "the information before the agreement was not given yet; who signs it downloads it first"
            raise FailedPrecondition(text, reason="PRECONTRACT_NOT_GIVEN", metadata={"missing": ",".join(missing)})

    def check_informable(self) -> None:
        """Refuses to make the information before an agreement that ended unsigned: nobody is bound by it any more."""
        self._require(*(each for each in AgreementStatus if each is not AgreementStatus.CLOSED))

    def give(self, paper: GivenPaper) -> None:
        """Notes that somebody who has to sign was given the information before it, all the same file; Aborted."""
        known = self.precontract
        if not self.needs_informing(paper.customer_id) or (known is not None and known.file != paper.file):
            raise Aborted("the information before the agreement was given at the same moment")
        self.given = (*self.given, paper)

    def check_generatable(self) -> None:
        """Refuses to make a PDF again that is signed, or of an application that has ended."""
        self._require(AgreementStatus.AWAITED, AgreementStatus.GENERATED, AgreementStatus.SIGNING)

    def start_signing(self, by: str, signing: Signing, at: datetime) -> None:
        """Waits for the code of a signer; an earlier one of theirs is void. Aborted when another PDF is made since."""
        self.check_signable()
        if signing.shown is not None and signing.shown != self.made.to_show:
            raise Aborted("the agreement was made anew at the same moment")
        self._keep(self.signer(by).asked(signing, at), at)

    def try_code(self, by: str, attempt: Attempt, at: datetime) -> Error | None:
        """Tries a signer's code; returns the refusal of a wrong one, which is to be raised once the attempt is saved.

        Errors: FailedPrecondition WRONG_STATUS, CODE_EXPIRED or NOT_AS_SHOWN, by which nothing changes.
        """
        self._require(AgreementStatus.SIGNING)
        # Every try is a change, the right one too: of many at once each is held against what the others left.
        signer, refusal = self.signer(by).tried(attempt, self.made.to_show, at)
        self._keep(signer, at)
        return refusal

    def sign(self, by: str, attempt: Attempt, pdf: StoredFile, at: datetime, before: StoredFile | None = None) -> None:
        """Signs with the right code; `pdf` has the signature, and those that were `before`.

        Errors: FailedPrecondition, InvalidArgument CODE_WRONG; Aborted when somebody else has signed since.
        """
        self._require(AgreementStatus.SIGNING)
        signer = self.signer(by).signed_with(attempt, self.made.to_show, at)
        if self.partly_signed_pdf != before:
            raise Aborted("somebody else signed at the same moment")
        self.sessions = signing_sessions.dropped(self.sessions, at)
        self._keep(signer, at)
        missing = [each for each in self.signers if each.signature is None]
        if missing:
            self.partly_signed_pdf = pdf
            ids = self.application_id, self.customer_id, by
            self._emit(AgreementPartySigned(*ids, signer.role, len(missing), at))
        else:
            self.status, self.partly_signed_pdf = AgreementStatus.SIGNED, None
            self._signed(pdf, at)

    def upload(self, copy: SignedCopy) -> None:
        """Takes a copy that was signed by hand; one that is not scanned waits for that first."""
        to = AgreementStatus.UPLOADED if copy.scanned else AgreementStatus.QUARANTINED
        self._move(to, copy.upload_time, AgreementStatus.GENERATED, AgreementStatus.SIGNING)
        self.signed_copy = copy
        self._void_others(copy.upload_time)
        if copy.scanned:
            self._uploaded(copy)

    def judge_copy(self, file_key: str, clean: bool, at: datetime) -> None:
        """Ends the quarantine of a copy: an officer's turn, or the customer's again.

        An agreement that ended meanwhile keeps its copy or loses it. When another copy is there, nothing changes.
        """
        copy = self.signed_copy
        if copy is None or copy.scanned or copy.file.key != file_key:
            return
        self.signed_copy = replace(copy, scanned=True) if clean else None
        if self.status is not AgreementStatus.QUARANTINED:
            return
        self._move(AgreementStatus.UPLOADED if clean else AgreementStatus.GENERATED, at, AgreementStatus.QUARANTINED)
        if clean:
            self._uploaded(copy)
        else:
            self._drop(copy, "", CopyRejectionReason.INFECTED)

    def check_confirmable(self, by: str, sha256: str) -> SignedCopy:
        """The copy that waits; refuses another than that of the hash, and who decided on this application before."""
        self._require(AgreementStatus.UPLOADED)
        if by in self.deciders:
            raise PermissionDenied("you have decided on this application before", reason="MAKER_CHECKER")
        assert self.signed_copy is not None
        waiting = self.signed_copy.file.sha256
        if sha256 not in ("", waiting):
            raise FailedPrecondition("another copy waits by now", reason="WRONG_STATUS", metadata={"sha256": waiting})
        return self.signed_copy

    def confirm_copy(
        self, approve: bool, by: str, at: datetime, sha256: str = "", signer_ids: tuple[str, ...] = ()
    ) -> None:
        """Takes the copy of the hash as the signature of everybody, or drops it; without a hash, whichever waits.

        FailedPrecondition SIGNATURES_MISSING unless `signer_ids` has all, where there are several.
        """
        copy = self.check_confirmable(by, sha256)
        if approve:
            check_all_named(self.signers, signer_ids)
        to = AgreementStatus.SIGNED if approve else AgreementStatus.GENERATED
        self._move(to, at, AgreementStatus.UPLOADED)
        self.note_deciders(by)
        if approve:
            for signer in self.signers:
                signed_by = copy.uploaded_by if signer.role is SignerRole.BORROWER else signer.customer_id
                self._put(signer.with_signature(Signature(SigningMethod.MANUAL, signed_by, by, at)))
            self._signed(copy.file, at)
        else:
            self._drop(copy, by, CopyRejectionReason.NOT_SIGNED)

    def order_session(self, by: str, new: SigningSession, at: datetime) -> SigningSession:
        """Orders a signing at a provider, by all; the one under way stays. FailedPrecondition, PROVIDER_NOT_OFFERED."""
        self.check_signable()
        self.signer(by)
        self.sessions = signing_sessions.ordered(self.sessions, self.signers, new)
        self._rest(at)
        return self.sessions[-1]

    def change_session(self, changed: SigningSession, at: datetime) -> None:
        """Takes a signing at a provider as it is now; when that came to nothing, the other ways are open as before."""
        self.sessions = signing_sessions.put(self.sessions, changed)
        if self.status in (AgreementStatus.GENERATED, AgreementStatus.SIGNING):
            self._rest(at)

    def sign_at_provider(self, session: SigningSession, pdf: StoredFile, given: ProviderFiles, at: datetime) -> None:
        """Signs for everybody, who did at a provider; `pdf` is the lender's file of it. FailedPrecondition."""
        self.check_signable()
        for signer in session.signatures(self.signers, self.made.pdf.sha256, at):
            self._put(signer)
        self.provider_files, self.status, self.update_time = given, AgreementStatus.SIGNED, at
        self.sessions = signing_sessions.put(self.sessions, session.concluded())
        self._signed(pdf, max(each.sign_time or at for each in session.signers))

    def close(self, at: datetime) -> None:
        """Ends what is not signed, because the application ended; what is signed stays."""
        if self.status is not AgreementStatus.SIGNED:
            self.status, self.update_time = AgreementStatus.CLOSED, at
            self._void_others(at)

    def forget(self, at: datetime) -> tuple[StoredFile, ...]:
        """Ends what is not signed, because the customer is erased; the files that may not be kept any more.

        What is signed is kept: the loan's documents have to be there for as long as the law says.
        """
        if self.contract is None or self.status is AgreementStatus.SIGNED:
            return ()
        self.close(at)
        self.files_removed = True
        return self.files

    def _uploaded(self, copy: SignedCopy) -> None:
        self._emit(AgreementUploaded(self.application_id, self.customer_id, copy.uploaded_by, copy.file.sha256))

    def _drop(self, copy: SignedCopy, by: str, reason: CopyRejectionReason) -> None:
        self.signed_copy = None
        self._emit(AgreementCopyRejected(self.application_id, self.customer_id, by, copy.file.sha256, reason))

    def _signed(self, pdf: StoredFile, at: datetime) -> None:
        signature, contract = self.signature, self.made
        assert signature is not None, "the customer is one of those who signed"
        self.signed_pdf = pdf
        ids, by = (self.application_id, self.customer_id), signature.confirmed_by or signature.signed_by
        others = tuple(each.customer_id for each in self.parties)
        self._emit(
            AgreementSigned(*ids, signature.method, by, contract.terms, contract.terms_hash, pdf.sha256, at, others)
        )

    def _keep(self, signer: Signer, at: datetime) -> None:
        """Takes a signer as they are now."""
        self._put(signer)
        self._rest(at)

    def _rest(self, at: datetime) -> None:
        """Says by the status whether somebody is signing: a code is out, or a signing at a provider under way."""
        is_out = any(each.signing is not None for each in self.signers)
        is_out = is_out or signing_sessions.present(self.sessions) is not None
        self.status, self.update_time = AgreementStatus.SIGNING if is_out else AgreementStatus.GENERATED, at

    def _put(self, signer: Signer) -> None:
        if signer.role is SignerRole.BORROWER:
            self.signing, self.code_times, self.signature = signer.signing, signer.code_times, signer.signature
        else:
            self.parties = tuple(signer if each.customer_id == signer.customer_id else each for each in self.parties)

    def _void_others(self, at: datetime) -> None:
        self.signing, self.parties = None, tuple(each.without_code() for each in self.parties)
        self.sessions = signing_sessions.dropped(self.sessions, at)

    def _move(self, to: AgreementStatus, at: datetime, *allowed: AgreementStatus) -> None:
        self._require(*allowed)
        self.status, self.update_time = to, at

    def _require(self, *allowed: AgreementStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("agreement", self.status, allowed)
