"""What the signature page of each who signed says: by a code, or at a provider; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.agreement.contract import GivenPaper, StoredFile
from services.agreement.events import SigningMethod
from services.agreement.evidence import AtProvider, Informed, SentCode, SignaturePage
from services.agreement.model import Agreement
from services.agreement.ports import Party
from services.agreement.sessions import SigningSession
from services.agreement.signers import Signing

# The form of the information before the agreement as a file in the signed agreement.
_INFORMATION = "information"


@dataclass(frozen=True)
class Origin:
    """From where a signature comes: the signer's device as it names itself, and its address."""

    device: str = ""
    address: str = ""


def page_by_code(agreement: Agreement, by: str, name: str, origin: Origin, at: datetime) -> SignaturePage:
    """What the signature page says of the right code, and of what the signer was shown with it and given before."""
    signer = agreement.signer(by)
    signing = signer.under_way(at)
    return SignaturePage(
        agreement.application_id, name, by, SigningMethod.ONE_TIME_CODE.name, at, agreement.made.pdf.sha256,
        signing.code_hash, origin.device, origin.address, signer.role,
        consent=(signing.shown or agreement.made.to_show).consent_version,
        code=_sent(signing),
        informed=_informed(agreement, by),
    )  # fmt: skip


def page_at_provider(
    agreement: Agreement, session: SigningSession, place: int, named: Mapping[str, Party], there: AtProvider,
    at: datetime,
) -> SignaturePage:  # fmt: skip
    """What the signature page says of one who signed at a provider, named as the agreement names them."""
    signer = session.signers[place]
    name, time = named[signer.customer_id].full_name, signer.sign_time or at
    ids = agreement.application_id, name, signer.customer_id, session.provider.name, time, agreement.made.pdf.sha256
    return SignaturePage(*ids, role=signer.role, provider=there, informed=_informed(agreement, signer.customer_id))


def papers_by_name(given: Iterable[GivenPaper]) -> dict[str, GivenPaper]:
    """Each paper that anybody was given, once, by the name under which it is in the signed agreement."""
    found: dict[StoredFile, GivenPaper] = {}
    for each in given:
        found.setdefault(each.file, each)
    return {_name(number): each for number, each in enumerate(found.values(), 1)}


def _informed(agreement: Agreement, by: str) -> tuple[Informed, ...]:
    names = {each.file: name for name, each in papers_by_name(agreement.given).items()}
    theirs = (each for each in agreement.given if each.customer_id == by)
    return tuple(Informed(each.form, names[each.file], each.file.sha256, each.give_time) for each in theirs)


def _sent(signing: Signing) -> SentCode | None:
    """How the code reached the signer; None of one that was sent before that was kept."""
    if signing.send_time is None:
        return None
    return SentCode(signing.salt, signing.sent_to, signing.send_time, signing.expire_time, signing.tries)


def _name(number: int) -> str:
    return f"{_INFORMATION}.pdf" if number == 1 else f"{_INFORMATION}-{number}.pdf"
