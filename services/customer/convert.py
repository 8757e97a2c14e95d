"""Between the contract and the model; pure."""

from typing import Any

from google.protobuf.message import Message

from loanflow.customer.v1 import customer_events_pb2 as events_pb2
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from services.customer import model
from services.customer.handlers import ConfirmEmail, Register, SubmitKyc, SubmitLegalEntity, UpdateProfile
from services.customer.legal_entity import RelatedSubject
from services.customer.model import Customer
from services.runtime.messages import In, Out, Outs

_EVENTS = Outs(
    Out(model.CustomerRegistered, events_pb2.CustomerRegistered),
    Out(model.CustomerKycSubmitted, events_pb2.CustomerKycSubmitted),
    Out(model.CustomerProfileUpdated, events_pb2.CustomerProfileUpdated),
    Out(model.CustomerErased, events_pb2.CustomerErased),
)
_DECLARED = ("address", "birth_date", "nationality", "payout_iban", "monthly_income")
_REGISTER = In(pb.RegisterRequest, Register)
_CONFIRM = In(pb.ConfirmEmailRequest, ConfirmEmail)
_UPDATE_PROFILE = In(pb.UpdateProfileRequest, UpdateProfile)
_SUBMIT_KYC = In(pb.SubmitKycRequest, SubmitKyc)
_SUBMIT_LEGAL_ENTITY = In(pb.SubmitLegalEntityRequest, SubmitLegalEntity)
_CUSTOMER = Out(Customer, customer_pb2.Customer)
_GIVEN: dict[str, Any] = {"kyc_details_complete": bool, "related_subjects": list[customer_pb2.RelatedSubject]}
_PARTY = Out(Customer, customer_pb2.Party, parts={"kyc"}, given=_GIVEN)
_PARTY_WITHOUT_KYC = Out(Customer, customer_pb2.Party, given=_GIVEN, unset=_DECLARED)
_RELATED = Out(RelatedSubject, customer_pb2.RelatedSubject)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_register(request: pb.RegisterRequest) -> Register:
    """The command of a request."""
    return _REGISTER(request)


def to_confirm(request: pb.ConfirmEmailRequest) -> ConfirmEmail:
    """The command of a request."""
    return _CONFIRM(request)


def to_update_profile(request: pb.UpdateProfileRequest) -> UpdateProfile:
    """The command of a request."""
    return _UPDATE_PROFILE(request)


def to_submit_kyc(request: pb.SubmitKycRequest) -> SubmitKyc:
    """The command of a request; InvalidArgument IMPOSSIBLE_DATE when the birth date is in no calendar."""
    return _SUBMIT_KYC(request)


def to_submit_legal_entity(request: pb.SubmitLegalEntityRequest) -> SubmitLegalEntity:
    """The command of a request; InvalidArgument IMPOSSIBLE_DATE when a birth date is in no calendar."""
    return _SUBMIT_LEGAL_ENTITY(request)


def from_customer(customer: Customer) -> customer_pb2.Customer:
    """The resource of a customer."""
    return _CUSTOMER(customer)


def from_party(customer: Customer) -> customer_pb2.Party:
    """The customer as other services see them."""
    related = [] if customer.legal_entity is None else [_RELATED(each) for each in customer.legal_entity.related]
    if customer.kyc is None:
        return _PARTY_WITHOUT_KYC(customer, kyc_details_complete=False, related_subjects=related)
    return _PARTY(customer, kyc_details_complete=True, related_subjects=related)
