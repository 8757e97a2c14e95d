"""What the use cases of the agreement service take, and what they answer; plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.agreement.model import Agreement
from services.agreement.signers import Shown
from services.agreement.verify import Report
from services.lending import LoanTerms


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
    """A code is on its way, and this is what is signed with it: the consent, and the file by its SHA-256."""

    application_id: str
    sent_to: str
    expire_time: datetime
    attempts_left: int
    consent_version: str
    consent_text: str
    document_sha256: str


@dataclass(frozen=True)
class ConfirmSigning:
    """A signer signs with their code what they were shown."""

    application_id: str
    code: str
    consent_version: str
    document_sha256: str

    @property
    def agreed(self) -> Shown:
        """What they say that they were shown."""
        return Shown(self.consent_version, self.document_sha256)


class SealFinding(Enum):
    """What there is of seals in the file that counts.

    NOT_READ is one that is gone or not what was recorded, and a customer's own copy, which nobody here reads.
    """

    SEALED = auto()
    UNSEALED = auto()
    UNREADABLE = auto()
    NOT_READ = auto()


@dataclass(frozen=True)
class Verification:
    """The stored files held against what was recorded; the hashes are those of the PDF that counts.

    `copy_report` is what that PDF itself shows, as to whoever checks a copy; None of one that is not read.
    """

    agreement: Agreement
    same: bool
    recorded_sha256: str
    actual_sha256: str
    check_time: datetime
    copy_report: Report | None = None

    @property
    def intact(self) -> bool:
        """Whether nothing was changed: the hashes are those recorded, and nothing in the file speaks against it.

        That a seal is of none of the lender's present certificates, or that there is none, does not: what was recorded
        stands for a file of before.
        """
        return self.same and (self.copy_report is None or self.copy_report.is_unchanged)

    @property
    def finding(self) -> SealFinding:
        """What there is of seals."""
        if self.copy_report is None:
            return SealFinding.NOT_READ
        if self.copy_report.is_unreadable:
            return SealFinding.UNREADABLE
        return SealFinding.SEALED if self.copy_report.seals else SealFinding.UNSEALED
