"""What is agreed, and the files that say so and that it was signed; plain values."""

from dataclasses import dataclass
from datetime import datetime

from services.agreement.signers import Shown
from services.law import NEUTRAL, Pack, packs
from services.lending import LoanCost, LoanTerms
from services.runtime.errors import FailedPrecondition


@dataclass(frozen=True)
class StoredFile:
    """A file in the store and what it was when it was stored."""

    key: str
    sha256: str
    size_bytes: int


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
class ProviderFiles:
    """What a provider of signatures gave when all had signed there: the signed file, and its certificate of that."""

    signed_file: StoredFile
    certificate_file: StoredFile


@dataclass(frozen=True)
class GivenPaper:
    """A paper that somebody was given before they signed: its form with the version, the sealed file, and when."""

    form: str
    file: StoredFile
    customer_id: str
    give_time: datetime


@dataclass(frozen=True)
class Contract:
    """What is agreed, and the PDF that says so; `name_sha256` is of the borrower's name in it, empty in older ones.

    `language` is that of the PDF and of every paper beside it, by its tag of BCP 47, and `law` the code of the pack
    that it was made under: older ones are all in English, and say none.
    """

    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    template_version: str
    pdf: StoredFile
    generate_time: datetime
    name_sha256: str = ""
    language: str = "en"
    law: str = ""

    @property
    def pack(self) -> Pack:
        """The pack of law that it was made under."""
        return packs()[self.law or NEUTRAL]

    def said_of(self, again: "Contract") -> str:
        """In how far one that is made again in its place is the same; the bytes are others, as the seal is another.

        Names, addresses and the lender's particulars are those of now: of them nothing was kept beside the PDF but the
        hash of the borrower's name.
        """
        kept = "terms_hash", "cost", "template_version", "name_sha256", "language"
        others = [name for name in kept if getattr(self, name) not in ("", getattr(again, name))]
        said = "made again with the same terms, cost, template, language and law, in the lender's present particulars"
        return f"{said}, but another {', '.join(others)}" if others else said

    @property
    def to_show(self) -> Shown:
        """What who signs it with a code has to be shown now."""
        return Shown(self.pack.consent, self.pdf.sha256)
