"""Between the contract and the model, of credit bureaus; pure."""

from datetime import date

from loanflow.customer.v1 import customer_pb2
from loanflow.risk.v1 import bureau_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.bureau import BureauFile, BureauInquiry
from services.risk.bureau_consent import ConsentText
from services.risk.bureau_handlers import GiveConsent
from services.risk.bureau_record import BureauAnswer
from services.risk.ports import BureauSubject
from services.runtime.messages import In, Out

_GIVE = In(pb.GiveBureauConsentRequest, GiveConsent)
_FILE = Out(BureauFile, bureau_pb2.BureauFile, unset={"inquiries"})
_INQUIRY = Out(BureauInquiry, bureau_pb2.BureauInquiry, parts={"outcome"}, given={"answer": BureauAnswer})
_UNSETTLED = Out(
    BureauInquiry, bureau_pb2.BureauInquiry,
    unset={"cost", "faulty_field", "bureau_report_id", "record", "score", "source"},
)  # fmt: skip


def to_give(request: pb.GiveBureauConsentRequest) -> GiveConsent:
    """The command of a request."""
    return _GIVE(request)


def to_subject(party: customer_pb2.Party) -> BureauSubject | None:
    """Whom a bureau is asked about; None where the customer's details are not there any more."""
    if not party.birth_date:
        return None
    home = party.address
    place = home.street, home.postal_code, home.city, home.country
    return BureauSubject(party.full_name, date.fromisoformat(party.birth_date), *place)


def from_file(file: BureauFile) -> bureau_pb2.BureauFile:
    """The resource of a file."""
    made = _FILE(file)
    made.inquiries.extend(map(_from_inquiry, file.inquiries))
    return made


def from_read(file: BureauFile, text: ConsentText) -> pb.GetBureauFileResponse:
    """The answer with the file, and the text that is asked for."""
    return pb.GetBureauFileResponse(bureau_file=from_file(file), consent_text=text.text, consent_version=text.version)


def _from_inquiry(inquiry: BureauInquiry) -> bureau_pb2.BureauInquiry:
    if inquiry.outcome is None:
        return _UNSETTLED(inquiry)
    return _INQUIRY(inquiry, answer=inquiry.outcome.answer)
