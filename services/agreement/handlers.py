"""The use cases of the agreement service: unit of work, load, one call on the model, commit.

Files are made and stored before the transaction that records them begins, and removed again when that fails.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.agreement import ports
from services.agreement.codes import OneTimeCodes
from services.agreement.contract import Contract, SignedCopy, StoredFile
from services.agreement.documents import Documents, Origin, digest, pieces
from services.agreement.leaflets import AgreementDocument
from services.agreement.model import Agreement
from services.agreement.pdf import BoundParty
from services.agreement.signers import Signer, Signing
from services.agreement.store import UnitOfWork
from services.lending import LoanTerms
from services.lending.facility import facility
from services.papers.seals import Seal
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.files.uploads import Upload

CODE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Approved:
    """The last level approved these terms."""

    application_id: str
    customer_id: str
    decided_by: str
    terms: LoanTerms
    terms_hash: str


@dataclass(frozen=True)
class ConfirmCopy:
    """An officer decides on a copy that was signed by hand: that of the hash or, without one, whichever waits."""

    application_id: str
    approve: bool
    comment: str
    sha256: str
    signer_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SigningStarted:
    """A code is on its way."""

    application_id: str
    sent_to: str
    expire_time: datetime
    attempts_left: int


@dataclass(frozen=True)
class Verification:
    """The stored files held against what was recorded; the hashes are those of the PDF that counts."""

    agreement: Agreement
    intact: bool
    recorded_sha256: str
    actual_sha256: str
    check_time: datetime
    seals: tuple[Seal, ...] = ()


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    documents: Documents
    codes: OneTimeCodes
    customers: ports.Customers
    mail: ports.Codes
    applications: ports.Applications
    approvals: ports.Approvals

    def read_ahead(self, application_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.agreements.read_ahead(application_ids)
            uow.commit()

    def note_deciders(self, application_id: str, customer_id: str, *people: str) -> None:
        """Notes who decided on an application."""
        with self.begin() as uow:
            uow.agreements.ensure(Agreement(application_id, customer_id)).note_deciders(*people)
            uow.commit()

    def make(self, command: Approved) -> None:
        """Makes the agreement of an approved application; not when it is made, or the application has ended."""
        if command.terms.hash() != command.terms_hash:
            raise InvalidArgument.field("terms_hash", "is not that of the terms")
        self.note_deciders(command.application_id, command.customer_id, command.decided_by)
        with self.begin() as uow:
            agreement = uow.agreements.get(command.application_id)
            if not agreement.is_awaited or not self._goes_on(command.application_id):
                return
            self._check_approved(command.application_id, command.terms_hash)
            with self._contract(agreement, command.terms, command.terms_hash) as contract:
                agreement.generate(*contract)
                uow.commit()

    def generate(self, application_id: str) -> Agreement:
        """Makes the PDF again when the store has lost it."""
        agreement = self.read(application_id)
        if self.documents.hash_now(agreement.made.pdf):
            return agreement
        agreement.check_generatable()
        self.applications.check_ongoing(application_id)
        self._check_approved(application_id, agreement.made.terms_hash)
        with (
            self._contract(agreement, agreement.made.terms, agreement.made.terms_hash) as contract,
            self.begin() as uow,
        ):
            agreement = uow.agreements.change(application_id)
            agreement.generate(*contract)
            uow.commit(why="the stored PDF was gone")
        return agreement

    def start_signing(self, application_id: str) -> SigningStarted:
        """Sends the caller a code, and waits for it."""
        by, expire_time = caller().owner_id, self.clock.now() + CODE_LIFE
        agreement = self.read(application_id)
        agreement.check_code_allowed(by, self.clock.now())
        self.applications.check_ongoing(application_id)
        self.signer_name(agreement, by)
        code, signing = self.codes.draw(expire_time)
        sent_to = self.mail.send(by, application_id, code, expire_time)
        with self.begin() as uow:
            uow.agreements.change(application_id).start_signing(by, signing, self.clock.now())
            uow.commit()
        return SigningStarted(application_id, sent_to, expire_time, signing.attempts_left)

    def confirm_signing(self, application_id: str, code: str, origin: Origin) -> Agreement:
        """Signs for the caller with their code: once it is right, the PDF gets their signature page."""
        by = caller().owner_id
        self.applications.check_ongoing(application_id)
        name = self.signer_name(self.read(application_id), by)
        self._try_code(application_id, by, code)
        seen, at = self.read(application_id), self.clock.now()
        before, signed = seen.partly_signed_pdf, self.documents.signed(seen, by, name, origin, at)
        with self.documents.kept(signed), self.begin() as uow:
            agreement = uow.agreements.change(application_id)
            agreement.sign(by, self._matches(code), signed, at, before)
            uow.commit()
        if before is not None:
            self.documents.discard(before)
        return agreement

    def upload_copy(self, application_id: str, file: Upload) -> Agreement:
        """Takes a copy that the customer signed by hand."""
        found = self.read(application_id)
        found.check_signable()
        self.applications.check_ongoing(application_id)
        with self.documents.copy(application_id, found.customer_id, file) as (copy, scanned), self.begin() as uow:
            agreement = uow.agreements.change(application_id)
            agreement.upload(SignedCopy(copy, caller().holder, self.clock.now(), scanned))
            uow.commit()
        return agreement

    def confirm_copy(self, command: ConfirmCopy) -> Agreement:
        """Takes an officer's decision on a copy."""
        if not command.approve and not command.comment.strip():
            raise InvalidArgument.field("comment", "must say why the copy is rejected")
        by, found = caller().holder, self.read(command.application_id)
        copy = found.check_confirmable(by, command.sha256)
        self.applications.check_ongoing(command.application_id, by)
        if command.approve:
            self.documents.check(*found.files)
        with self.begin() as uow:
            agreement = uow.agreements.change(command.application_id)
            # The hash of the file that was checked: one that came meanwhile was not.
            agreement.confirm_copy(command.approve, by, self.clock.now(), copy.file.sha256, command.signer_ids)
            uow.commit(why=command.comment)
        if not command.approve:
            self.documents.discard(copy.file)
        return agreement

    def close(self, application_id: str, customer_id: str) -> None:
        """Ends what is not signed of an application that ended, even before there is anything."""
        with self.begin() as uow:
            uow.agreements.ensure(Agreement(application_id, customer_id)).close(self.clock.now())
            uow.commit()

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Removes the files, with name and address in them, of all that an erased customer never signed."""
        with self.begin() as uow:
            for agreement in uow.agreements.of_customer(customer_id):
                self.documents.remove(*agreement.forget(self.clock.now()))
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit(why="the customer is erased")

    def read(self, application_id: str) -> Agreement:
        """Reads one agreement."""
        with self.begin() as uow:
            return uow.agreements.read(application_id)

    def owner_of(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        return self.read(application_id).customer_id

    def signers_of(self, application_id: str) -> frozenset[str]:
        """Names the customers who sign an agreement."""
        return frozenset(each.customer_id for each in self.read(application_id).signers)

    def download(self, application_id: str, signed_copy: bool) -> Iterator[bytes]:
        """The PDF that counts in chunks, or the copy that was signed by hand."""
        agreement = self.read(application_id)
        copy = agreement.signed_copy
        if not signed_copy:
            counts = agreement.files[0]
            return self.documents.stream(agreement.made.pdf if _is_copy(agreement, counts) else counts)
        if copy is None:
            raise NotFound("there is no copy that was signed by hand")
        copy.check_scanned()
        return self.documents.stream(copy.file)

    def document(self, application_id: str, wanted: AgreementDocument) -> Iterator[bytes]:
        """Another document about an agreement, made of what is agreed, in chunks."""
        agreement = self.read(application_id)
        if wanted in (AgreementDocument.PROVIDER_SIGNED, AgreementDocument.PROVIDER_CERTIFICATE):
            return self.documents.given(agreement, wanted)
        if wanted is AgreementDocument.CERTIFICATE:
            return pieces(self.documents.certificate(agreement, self.customers.party))
        party = self.customers.party(agreement.customer_id)
        kind = facility(self.applications.applied(application_id).facility_type)
        return pieces(self.documents.leaflet(agreement, party, kind, wanted))

    def verify(self, application_id: str) -> Verification:
        """Hashes every stored file of an agreement again, and looks at the seals of the one that counts."""
        agreement = self.read(application_id)
        found = {file: self.documents.hash_now(file) for file in agreement.files}
        first = agreement.files[0]
        # A copy that was signed by hand is a customer's file, and never sealed by us: nobody here reads it as a PDF.
        seals = () if _is_copy(agreement, first) else tuple(self.documents.seals(first))
        same = all(file.sha256 == actual for file, actual in found.items())
        intact = same and all(each.intact for each in seals)
        return Verification(agreement, intact, first.sha256, found[first], self.clock.now(), seals)

    def signer_name(self, agreement: Agreement, by: str) -> str:
        """A signer's name as it is now, which is the one that the agreement was made for."""
        name = self.customers.party(by).full_name
        self.documents.check_signer(agreement.signer(by), name)
        return name

    def _goes_on(self, application_id: str) -> bool:
        # What ended meanwhile is no fault of the event's: the one of the end is on its way.
        try:
            self.applications.check_ongoing(application_id)
        except FailedPrecondition:
            return False
        return True

    def _check_approved(self, application_id: str, terms_hash: str) -> None:
        # An event that says so is no approval: the approval service is asked.
        if self.approvals.approved_terms(application_id) != terms_hash:
            raise FailedPrecondition.wrong_status("approval", "not of these terms", ["APPROVED"])

    def _try_code(self, application_id: str, by: str, code: str) -> None:
        with self.begin() as uow:
            refusal = uow.agreements.change(application_id).try_code(by, self._matches(code), self.clock.now())
            uow.commit()
        if refusal is not None:
            raise refusal

    def _matches(self, code: str) -> Callable[[Signing], bool]:
        return lambda signing: self.codes.matches(signing, code)

    @contextmanager
    def _contract(
        self, agreement: Agreement, terms: LoanTerms, terms_hash: str
    ) -> Iterator[tuple[Contract, tuple[Signer, ...]]]:
        party, applied = (
            self.customers.party(agreement.customer_id),
            self.applications.applied(agreement.application_id),
        )
        late_fee = facility(applied.facility_type).late_fee
        # Asked, and not heard of: an event that is late would leave somebody out who is bound.
        others = tuple(BoundParty(each, role, self.customers.party(each)) for each, role in applied.parties)
        ids = agreement.application_id, agreement.customer_id
        contract = self.documents.contract(*ids, party, terms, terms_hash, late_fee, self.clock.now(), others)
        with self.documents.kept(contract.pdf):
            yield contract, tuple(Signer(each.customer_id, each.role, digest(each.party.full_name)) for each in others)


def _is_copy(agreement: Agreement, file: StoredFile) -> bool:
    return agreement.signed_copy is not None and file == agreement.signed_copy.file
