"""The use cases of the agreement service: unit of work, load, one call on the model, commit.

Files are made and stored before the transaction that records them begins, and removed again when that fails.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from services.agreement import ports
from services.agreement.codes import OneTimeCodes
from services.agreement.commands import Approved, ConfirmCopy, ConfirmSigning, SigningStarted, Verification
from services.agreement.contract import Contract, GivenPaper, SignedCopy, StoredFile
from services.agreement.documents import Documents, digest, pieces
from services.agreement.leaflets import AgreementDocument
from services.agreement.model import Agreement
from services.agreement.pdf import BoundParty
from services.agreement.signature_pages import Origin
from services.agreement.signers import Attempt, Signer, Signing
from services.agreement.store import UnitOfWork
from services.lending import LoanTerms
from services.lending.facility import Facility, facility
from services.papers.forms import consent
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.files.uploads import Upload
from services.runtime.retry import on_conflict

CODE_LIFE = timedelta(minutes=10)


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
        """Makes the PDF again when the store has lost it: of its day, in its language, and under its law."""
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
            why = f"the stored PDF was gone; {agreement.made.said_of(contract[0])}"
            agreement.generate(*contract, at=self.clock.now())
            uow.commit(why=why)
        return agreement

    def start_signing(self, application_id: str) -> SigningStarted:
        """Sends the caller a code, and waits for it."""
        by, expire_time = caller().owner_id, self.clock.now() + CODE_LIFE
        agreement = self.read(application_id)
        agreement.check_code_allowed(by, self.clock.now())
        self.applications.check_ongoing(application_id)
        self.signer_name(agreement, by)
        shown, (code, drawn) = agreement.made.to_show, self.codes.draw(expire_time)
        sent_to = self.mail.send(by, application_id, code, expire_time)
        signing = replace(drawn, shown=shown, sent_to=sent_to, send_time=self.clock.now())
        with self.begin() as uow:
            uow.agreements.change(application_id).start_signing(by, signing, self.clock.now())
            uow.commit()
        _, text = consent(agreement.made.language, shown.consent_version)
        said = shown.consent_version, text, shown.document_sha256
        return SigningStarted(application_id, sent_to, expire_time, signing.attempts_left, *said)

    def confirm_signing(self, command: ConfirmSigning, origin: Origin) -> Agreement:
        """Signs for the caller with their code what they were shown: the PDF gets their signature page."""
        by, application_id = caller().owner_id, command.application_id
        attempt = Attempt(partial(self._matches, command.code), command.agreed)
        self.applications.check_ongoing(application_id)
        name = self.signer_name(self.read(application_id), by)
        self._try(application_id, by, attempt)
        seen, at = self.read(application_id), self.clock.now()
        before, signed = seen.partly_signed_pdf, self.documents.signed(seen, by, name, origin, at)
        with self.documents.kept(signed), self.begin() as uow:
            agreement = uow.agreements.change(application_id)
            agreement.sign(by, attempt, signed, at, before)
            uow.commit()
        if before is not None:
            self.documents.discard(before)
        return agreement

    def upload_copy(self, application_id: str, file: Upload) -> Agreement:
        """Takes a copy that the customer signed by hand."""
        found = self.read(application_id)
        found.check_copy_allowed()
        self.applications.check_ongoing(application_id)
        with self.documents.copy(application_id, found.customer_id, file) as (copy, scanned), self.begin() as uow:
            agreement = uow.agreements.change(application_id)
            agreement.check_copy_allowed()
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
        given = self._informed(agreement) if wanted is AgreementDocument.PRECONTRACT else None
        if given is not None:
            return self.documents.stream(given.file)
        return pieces(self.documents.leaflet(agreement, *self._about(agreement), wanted))

    def verify(self, application_id: str) -> Verification:
        """Hashes every stored file of an agreement again, and reads the one that counts as who checks a copy does."""
        agreement = self.read(application_id)
        found = {file: self.documents.hash_now(file) for file in agreement.files}
        first = agreement.files[0]
        same = all(file.sha256 == actual for file, actual in found.items())
        # A copy that was signed by hand is a customer's file, and never sealed by us: nobody here reads it as a PDF.
        report = None if _is_copy(agreement, first) else self.documents.checked(first)
        return Verification(agreement, same, first.sha256, found[first], self.clock.now(), report)

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

    def _try(self, application_id: str, by: str, attempt: Attempt) -> None:
        with self.begin() as uow:
            refusal = uow.agreements.change(application_id).try_code(by, attempt, self.clock.now())
            uow.commit()
        if refusal is not None:
            raise refusal

    def _matches(self, code: str, signing: Signing) -> bool:
        return self.codes.matches(signing, code)

    def _about(self, agreement: Agreement) -> tuple[ports.Party, Facility]:
        kind = self.applications.applied(agreement.application_id).facility_type
        return self.customers.party(agreement.customer_id), facility(kind)

    def _informed(self, agreement: Agreement) -> GivenPaper | None:
        """The information before the agreement as it was given: to the caller now, if they still have to sign."""
        by = caller().owner_id
        if not agreement.needs_informing(by):
            return agreement.precontract
        return on_conflict(partial(self._give, agreement.application_id, by))

    def _give(self, application_id: str, by: str) -> GivenPaper | None:
        agreement = self.read(application_id)
        if not agreement.needs_informing(by):
            return agreement.precontract
        with self._paper(agreement, by) as paper, self.begin() as uow:
            uow.agreements.change(application_id).give(paper)
            uow.commit(why="the information before the agreement was given")
        return paper

    @contextmanager
    def _paper(self, agreement: Agreement, by: str) -> Iterator[GivenPaper]:
        """The paper that somebody is given: one that is made for it goes again when the block fails."""
        known, at = agreement.precontract, self.clock.now()
        if known is not None:
            yield replace(known, customer_id=by, give_time=at)
            return
        form, file = self.documents.precontract(agreement, *self._about(agreement))
        with self.documents.kept(file):
            yield GivenPaper(form, file, by, at)

    @contextmanager
    def _contract(
        self, agreement: Agreement, terms: LoanTerms, terms_hash: str
    ) -> Iterator[tuple[Contract, tuple[Signer, ...]]]:
        party, applied = (
            self.customers.party(agreement.customer_id),
            self.applications.applied(agreement.application_id),
        )
        kind = facility(applied.facility_type)
        # Asked, and not heard of: an event that is late would leave somebody out who is bound.
        others = tuple(BoundParty(each, role, self.customers.party(each)) for each, role in applied.parties)
        ids = agreement.application_id, agreement.customer_id
        making = partial(self.documents.contract, *ids, party, terms, terms_hash, kind)
        contract = making(self.clock.now(), others, agreement.contract)
        with self.documents.kept(contract.pdf):
            yield contract, tuple(Signer(each.customer_id, each.role, digest(each.party.full_name)) for each in others)


def _is_copy(agreement: Agreement, file: StoredFile) -> bool:
    return agreement.signed_copy is not None and file == agreement.signed_copy.file
