"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.customer.v1 import customer_events_pb2 as events_pb2
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from services.customer import model
from services.customer.handlers import Register, SubmitKyc, UpdateProfile
from services.customer.model import Customer
from services.runtime.messages import from_message, to_message

_EVENTS: Mapping[type[object], type[Message]] = {
    model.CustomerRegistered: events_pb2.CustomerRegistered,
    model.CustomerKycSubmitted: events_pb2.CustomerKycSubmitted,
    model.CustomerProfileUpdated: events_pb2.CustomerProfileUpdated,
    model.CustomerErased: events_pb2.CustomerErased,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


def to_register(request: pb.RegisterRequest) -> Register:
    """The command of a request."""
    return from_message(request, Register)


def to_update_profile(request: pb.UpdateProfileRequest) -> UpdateProfile:
    """The command of a request."""
    return from_message(request, UpdateProfile)


def to_submit_kyc(request: pb.SubmitKycRequest) -> SubmitKyc:
    """The command of a request; InvalidArgument IMPOSSIBLE_DATE when the birth date is in no calendar."""
    return from_message(request, SubmitKyc)


def from_customer(customer: Customer) -> customer_pb2.Customer:
    """The resource of a customer."""
    return to_message(customer, customer_pb2.Customer)


def from_party(customer: Customer) -> customer_pb2.Party:
    """The customer as other services see him."""
    kyc = customer.kyc
    if kyc is None:
        return to_message(customer, customer_pb2.Party, kyc_details_complete=False)
    told = ("address", "birth_date", "nationality", "payout_iban", "monthly_income")
    declared = {name: getattr(kyc, name) for name in told}
    return to_message(customer, customer_pb2.Party, kyc_details_complete=True, **declared)
