"""What is kept of an agreement, and what follows from it at a look; plain values."""

from dataclasses import dataclass
from datetime import datetime

from services.agreement.contract import Contract, GivenPaper, ProviderFiles, SignedCopy, StoredFile
from services.agreement.events import SignerRole
from services.agreement.sessions import SigningSession
from services.agreement.signers import AgreementStatus, Signature, Signer, Signing
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, NotFound


@dataclass
class AgreementRecord(Aggregate):
    """The agreement of one application. `deciders` are the accounts that decided on it before.

    `signing`, `signature` and `code_times` are the customer's as a signer; `parties` has the others, of whom those
    from before there were any know nothing. `partly_signed_pdf` has the signatures while some are missing. The files
    of one that an erased customer never signed are gone: `files_removed`. `sessions` are the signings at a provider,
    one after another, and `provider_files` what that gave for the one by which it is signed. `given` are the papers
    that signers were given before they signed, in that order; what was given once stays, whatever is made anew.
    """

    application_id: str
    customer_id: str
    status: AgreementStatus = AgreementStatus.AWAITED
    deciders: tuple[str, ...] = ()
    contract: Contract | None = None
    signing: Signing | None = None
    signed_copy: SignedCopy | None = None
    signed_pdf: StoredFile | None = None
    signature: Signature | None = None
    update_time: datetime | None = None
    code_times: tuple[datetime, ...] = ()
    parties: tuple[Signer, ...] = ()
    partly_signed_pdf: StoredFile | None = None
    files_removed: bool = False
    sessions: tuple[SigningSession, ...] = ()
    provider_files: ProviderFiles | None = None
    given: tuple[GivenPaper, ...] = ()

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Everybody who has to sign, the customer first."""
        name = self.contract.name_sha256 if self.contract else ""
        borrower = self.customer_id, SignerRole.BORROWER, name, self.signing, self.code_times, self.signature
        return (Signer(*borrower), *self.parties)

    def signer(self, customer_id: str) -> Signer:
        """Somebody as a signer; errors.NotFound when they are none."""
        found = next((each for each in self.signers if each.customer_id == customer_id), None)
        if found is None:
            raise NotFound(f"customer {customer_id} does not sign the agreement of {self.application_id}")
        return found

    @property
    def made(self) -> Contract:
        """The contract; only of an agreement that is made."""
        if self.contract is None:
            raise FailedPrecondition.wrong_status("agreement", self.status, [AgreementStatus.GENERATED])
        return self.contract

    @property
    def is_awaited(self) -> bool:
        """Whether the PDF is still to be made for the first time."""
        return self.status is AgreementStatus.AWAITED

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """Every stored file, the one that counts first."""
        copy = self.signed_copy.file if self.signed_copy else None
        there = (self.provider_files.signed_file, self.provider_files.certificate_file) if self.provider_files else ()
        papers = (each.file for each in self.given)
        found = (self.signed_pdf, self.made.pdf, copy, self.partly_signed_pdf, *there, *papers)
        return tuple(dict.fromkeys(file for file in found if file is not None))

    @property
    def precontract(self) -> GivenPaper | None:
        """The information before the agreement as it is now as somebody was given it first; None when nobody was."""
        since = self.made.generate_time
        return next((each for each in self.given if each.give_time >= since), None)

    def was_informed(self, customer_id: str) -> bool:
        """Whether somebody was given the information before the agreement as it is now."""
        since = self.made.generate_time
        return any(each.customer_id == customer_id and each.give_time >= since for each in self.given)

    def needs_informing(self, customer_id: str) -> bool:
        """Whether somebody still has to sign, and was not given the information before it."""
        if self.status not in (AgreementStatus.GENERATED, AgreementStatus.SIGNING):
            return False
        signs = any(each.customer_id == customer_id and each.signature is None for each in self.signers)
        return signs and not self.was_informed(customer_id)
