"""The RPCs of the customer service: translate, call one use case, translate back."""

import grpc

from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from services.customer import convert
from services.customer.handlers import App


class CustomerServicer(CustomerServiceServicer):
    """loanflow.customer.v1.CustomerService."""

    def __init__(self, app: App) -> None:
        self._app = app

    def Register(self, request: pb.RegisterRequest, context: grpc.ServicerContext) -> pb.RegisterResponse:
        """A customer to be."""
        customer = self._app.register(convert.to_register(request))
        return pb.RegisterResponse(customer=convert.from_customer(customer))

    def ConfirmEmail(self, request: pb.ConfirmEmailRequest, context: grpc.ServicerContext) -> pb.ConfirmEmailResponse:
        """A new customer."""
        customer = self._app.confirm_email(convert.to_confirm(request))
        return pb.ConfirmEmailResponse(customer=convert.from_customer(customer))

    def GetProfile(self, request: pb.GetProfileRequest, context: grpc.ServicerContext) -> pb.GetProfileResponse:
        """One customer."""
        customer = self._app.read(request.customer_id)
        return pb.GetProfileResponse(customer=convert.from_customer(customer))

    def UpdateProfile(
        self, request: pb.UpdateProfileRequest, context: grpc.ServicerContext
    ) -> pb.UpdateProfileResponse:
        """A customer with another name or number."""
        customer = self._app.update_profile(convert.to_update_profile(request))
        return pb.UpdateProfileResponse(customer=convert.from_customer(customer))

    def SubmitKyc(self, request: pb.SubmitKycRequest, context: grpc.ServicerContext) -> pb.SubmitKycResponse:
        """A customer with KYC details."""
        customer = self._app.submit_kyc(convert.to_submit_kyc(request))
        return pb.SubmitKycResponse(customer=convert.from_customer(customer))

    def SubmitLegalEntity(
        self, request: pb.SubmitLegalEntityRequest, context: grpc.ServicerContext
    ) -> pb.SubmitLegalEntityResponse:
        """A customer who acts for a company."""
        customer = self._app.submit_legal_entity(convert.to_submit_legal_entity(request))
        return pb.SubmitLegalEntityResponse(customer=convert.from_customer(customer))

    def EraseCustomer(
        self, request: pb.EraseCustomerRequest, context: grpc.ServicerContext
    ) -> pb.EraseCustomerResponse:
        """Erased."""
        customer = self._app.erase(request.customer_id)
        return pb.EraseCustomerResponse(customer_id=customer.customer_id, erase_time=customer.erase_time)

    def GetParty(self, request: pb.GetPartyRequest, context: grpc.ServicerContext) -> pb.GetPartyResponse:
        """The customer for another service."""
        return pb.GetPartyResponse(party=convert.from_party(self._app.read(request.customer_id)))
