"""The agreement of an approved application: made, signed by one-time code or by hand, and then unchangeable."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.agreement.events import (
    AgreementCopyRejected,
    AgreementGenerated,
    AgreementSigned,
    AgreementUploaded,
    CopyRejectionReason,
    SigningMethod,
)
from services.lending import LoanCost, LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, PermissionDenied, ResourceExhausted

# Guesses at a code, and codes in this time: with a stolen token one could otherwise guess on with each new code.
CODE_ATTEMPTS, CODES, CODES_TIME = 5, 5, timedelta(hours=1)


class AgreementStatus(Enum):
    """Whether an agreement is signed; AWAITED is one that is not made yet, which is not shown."""

    AWAITED = auto()
    GENERATED = auto()
    SIGNING = auto()
    UPLOADED = auto()
    SIGNED = auto()
    CLOSED = auto()
    QUARANTINED = auto()


@dataclass(frozen=True)
class StoredFile:
    """A file in the store and what it was when it was stored."""

    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Signing:
    """A signing under way: the hash of the code, under a secret key; never the code."""

    salt: str
    code_hash: str
    expire_time: datetime
    attempts_left: int = CODE_ATTEMPTS


@dataclass(frozen=True)
class SignedCopy:
    """A copy that the customer signed by hand; until it is `scanned` for viruses it is in quarantine."""

    file: StoredFile
    uploaded_by: str
    upload_time: datetime
    scanned: bool = True

    def check_scanned(self) -> None:
        """Refuses COPY_QUARANTINED what no virus scanner has looked at."""
        if not self.scanned:
            raise FailedPrecondition("no virus scanner has looked at the copy yet", reason="COPY_QUARANTINED")


@dataclass(frozen=True)
class Signature:
    """Who signed, how and when; `confirmed_by` is the officer who confirmed a copy."""

    method: SigningMethod
    signed_by: str
    confirmed_by: str
    sign_time: datetime


@dataclass(frozen=True)
class Contract:
    """What is agreed, and the PDF that says so; `name_sha256` is of the borrower's name in it, empty in older ones."""

    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    template_version: str
    pdf: StoredFile
    generate_time: datetime
    name_sha256: str = ""


@dataclass
class Agreement(Aggregate):
    """The agreement of one application. `deciders` are the accounts that decided on it before.

    `code_times` are those of the codes that were sent lately.
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
        found = (self.signed_pdf, self.made.pdf, self.signed_copy.file if self.signed_copy else None)
        return tuple(dict.fromkeys(file for file in found if file is not None))

    def note_deciders(self, *people: str) -> None:
        """Remembers who decided on the application."""
        self.deciders = tuple(dict.fromkeys((*self.deciders, *people)))

    def generate(self, contract: Contract) -> None:
        """Takes the PDF; again as long as nothing is signed, which ends a signing under way."""
        self._move(
            AgreementStatus.GENERATED, contract.generate_time,
            AgreementStatus.AWAITED, AgreementStatus.GENERATED, AgreementStatus.SIGNING,
        )  # fmt: skip
        self.contract, self.signing = contract, None
        self._emit(
            AgreementGenerated(
                self.application_id, self.customer_id, contract.terms_hash, contract.pdf.sha256, contract.cost,
                contract.terms.currency,
            )
        )  # fmt: skip

    def check_signable(self) -> None:
        """Refuses to sign what is not made, signed already, waits for an officer or has ended."""
        self._require(AgreementStatus.GENERATED, AgreementStatus.SIGNING)

    def check_code_allowed(self, at: datetime) -> None:
        """Refuses one code too many: ResourceExhausted RATE_LIMITED, with `retry_after_seconds`."""
        self.check_signable()
        lately = self._lately(at)
        if len(lately) >= CODES:
            seconds = int((lately[0] + CODES_TIME - at).total_seconds()) + 1
            raise ResourceExhausted(
                f"too many codes were sent; try again in {seconds} seconds",
                reason="RATE_LIMITED",
                metadata={"retry_after_seconds": str(seconds)},
                retry_after=seconds,
            )

    def check_generatable(self) -> None:
        """Refuses to make a PDF again that is signed, or of an application that has ended."""
        self._require(AgreementStatus.AWAITED, AgreementStatus.GENERATED, AgreementStatus.SIGNING)

    def start_signing(self, signing: Signing, at: datetime) -> None:
        """Waits for the code; an earlier one is void."""
        self.check_code_allowed(at)
        self._move(AgreementStatus.SIGNING, at, AgreementStatus.GENERATED, AgreementStatus.SIGNING)
        self.signing, self.code_times = signing, (*self._lately(at), at)

    def try_code(self, matches: Callable[[Signing], bool], at: datetime) -> Error | None:
        """Tries a code; returns the refusal of a wrong one, which is to be raised once the attempt is saved.

        Errors: FailedPrecondition WRONG_STATUS or CODE_EXPIRED, by which nothing changes.
        """
        signing = self._signing(at)
        # Every try is a change, the right one too: of many at once each is held against what the others left.
        self.update_time = at
        if matches(signing):
            return None
        left = signing.attempts_left - 1
        if left == 0:
            self._move(AgreementStatus.GENERATED, at, AgreementStatus.SIGNING)
            self.signing = None
            return FailedPrecondition("too many wrong codes; start again", reason="CODE_ATTEMPTS_EXHAUSTED")
        self.signing = Signing(signing.salt, signing.code_hash, signing.expire_time, left)
        return _wrong_code(left)

    def sign(self, matches: Callable[[Signing], bool], signed_pdf: StoredFile, at: datetime) -> None:
        """Signs with the right code; one that was replaced meanwhile is wrong."""
        signing = self._signing(at)
        if not matches(signing):
            raise _wrong_code(signing.attempts_left)
        self._move(AgreementStatus.SIGNED, at, AgreementStatus.SIGNING)
        self.signing = None
        self._signed(SigningMethod.ONE_TIME_CODE, self.customer_id, "", signed_pdf, at)

    def upload(self, copy: SignedCopy) -> None:
        """Takes a copy that was signed by hand; one that is not scanned waits for that first."""
        to = AgreementStatus.UPLOADED if copy.scanned else AgreementStatus.QUARANTINED
        self._move(to, copy.upload_time, AgreementStatus.GENERATED, AgreementStatus.SIGNING)
        self.signed_copy, self.signing = copy, None
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
        if by in (*self.deciders, self.customer_id):
            raise PermissionDenied("you have decided on this application before", reason="MAKER_CHECKER")
        assert self.signed_copy is not None
        waiting = self.signed_copy.file.sha256
        if sha256 not in ("", waiting):
            raise FailedPrecondition("another copy waits by now", reason="WRONG_STATUS", metadata={"sha256": waiting})
        return self.signed_copy

    def confirm_copy(self, approve: bool, by: str, at: datetime, sha256: str = "") -> None:
        """Takes the copy of the hash as the signature, or drops it; without one, whichever waits."""
        copy = self.check_confirmable(by, sha256)
        to = AgreementStatus.SIGNED if approve else AgreementStatus.GENERATED
        self._move(to, at, AgreementStatus.UPLOADED)
        self.note_deciders(by)
        if approve:
            self._signed(SigningMethod.MANUAL, copy.uploaded_by, by, copy.file, at)
        else:
            self._drop(copy, by, CopyRejectionReason.NOT_SIGNED)

    def close(self, at: datetime) -> None:
        """Ends what is not signed, because the application ended; what is signed stays."""
        if self.status is not AgreementStatus.SIGNED:
            self.status, self.signing, self.update_time = AgreementStatus.CLOSED, None, at

    def forget(self, at: datetime) -> tuple[StoredFile, ...]:
        """Ends what is not signed, because the customer is erased; the files that may not be kept any more.

        What is signed is kept: the loan's documents have to be there for as long as the law says.
        """
        if self.contract is None or self.status is AgreementStatus.SIGNED:
            return ()
        self.close(at)
        return self.files

    def _uploaded(self, copy: SignedCopy) -> None:
        self._emit(AgreementUploaded(self.application_id, self.customer_id, copy.uploaded_by, copy.file.sha256))

    def _drop(self, copy: SignedCopy, by: str, reason: CopyRejectionReason) -> None:
        self.signed_copy = None
        self._emit(AgreementCopyRejected(self.application_id, self.customer_id, by, copy.file.sha256, reason))

    def _lately(self, at: datetime) -> tuple[datetime, ...]:
        return tuple(time for time in self.code_times if at - time < CODES_TIME)

    def _signing(self, at: datetime) -> Signing:
        self._require(AgreementStatus.SIGNING)
        assert self.signing is not None
        if at >= self.signing.expire_time:
            raise FailedPrecondition("the code is expired; start again", reason="CODE_EXPIRED")
        return self.signing

    def _signed(self, method: SigningMethod, by: str, confirmed_by: str, pdf: StoredFile, at: datetime) -> None:
        self.signed_pdf, self.signature = pdf, Signature(method, by, confirmed_by, at)
        contract, ids = self.made, (self.application_id, self.customer_id)
        self._emit(
            AgreementSigned(*ids, method, confirmed_by or by, contract.terms, contract.terms_hash, pdf.sha256, at)
        )

    def _move(self, to: AgreementStatus, at: datetime, *allowed: AgreementStatus) -> None:
        self._require(*allowed)
        self.status, self.update_time = to, at

    def _require(self, *allowed: AgreementStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("agreement", self.status, allowed)


def _wrong_code(left: int) -> InvalidArgument:
    return InvalidArgument("the code is wrong", reason="CODE_WRONG", metadata={"attempts_left": str(left)})
