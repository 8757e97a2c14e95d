"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.customer.v1 import customer_events_pb2 as events_pb2
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from services.customer import model
from services.customer.handlers import ConfirmEmail, Register, SubmitKyc, UpdateProfile
from services.customer.model import Customer
from services.runtime.calling.terms import ADDRESS
from services.runtime.messages import In, Out, Outs

_EVENTS = Outs(
    Out(model.CustomerRegistered, events_pb2.CustomerRegistered),
    Out(model.CustomerKycSubmitted, events_pb2.CustomerKycSubmitted),
    Out(model.CustomerProfileUpdated, events_pb2.CustomerProfileUpdated),
    Out(model.CustomerErased, events_pb2.CustomerErased),
)
_DECLARED = ("address", "birth_date", "nationality", "payout_iban", "monthly_income")
_REGISTER = In(pb.RegisterRequest, Register, given={"address"})
_CONFIRM = In(pb.ConfirmEmailRequest, ConfirmEmail)
_UPDATE_PROFILE = In(pb.UpdateProfileRequest, UpdateProfile)
_SUBMIT_KYC = In(pb.SubmitKycRequest, SubmitKyc)
_CUSTOMER = Out(Customer, customer_pb2.Customer)
_PARTY = Out(Customer, customer_pb2.Party, parts={"kyc"}, given={"kyc_details_complete": bool})
_PARTY_WITHOUT_KYC = Out(Customer, customer_pb2.Party, given={"kyc_details_complete": bool}, unset=_DECLARED)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_register(request: pb.RegisterRequest, headers: Mapping[str, str]) -> Register:
    """The command of a request."""
    return _REGISTER(request, address=headers.get(ADDRESS, ""))


def to_confirm(request: pb.ConfirmEmailRequest) -> ConfirmEmail:
    """The command of a request."""
    return _CONFIRM(request)


def to_update_profile(request: pb.UpdateProfileRequest) -> UpdateProfile:
    """The command of a request."""
    return _UPDATE_PROFILE(request)


def to_submit_kyc(request: pb.SubmitKycRequest) -> SubmitKyc:
    """The command of a request; InvalidArgument IMPOSSIBLE_DATE when the birth date is in no calendar."""
    return _SUBMIT_KYC(request)


def from_customer(customer: Customer) -> customer_pb2.Customer:
    """The resource of a customer."""
    return _CUSTOMER(customer)


def from_party(customer: Customer) -> customer_pb2.Party:
    """The customer as other services see them."""
    if customer.kyc is None:
        return _PARTY_WITHOUT_KYC(customer, kyc_details_complete=False)
    return _PARTY(customer, kyc_details_complete=True)
