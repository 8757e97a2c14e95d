"""The RPCs of credit bureaus: translate, call one use case, translate back."""

import grpc

from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceServicer
from services.risk import bureau_convert as convert
from services.risk.bureau_handlers import BureauConsents


class BureauServicer(RiskServiceServicer):
    """The part of loanflow.risk.v1.RiskService that is about credit bureaus."""

    def __init__(self, consents: BureauConsents) -> None:
        self._consents = consents

    def GetBureauFile(
        self, request: pb.GetBureauFileRequest, context: grpc.ServicerContext
    ) -> pb.GetBureauFileResponse:
        """What a bureau is asked about the applicant."""
        return convert.from_read(self._consents.read(request.application_id), self._consents.text())

    def GiveBureauConsent(
        self, request: pb.GiveBureauConsentRequest, context: grpc.ServicerContext
    ) -> pb.GiveBureauConsentResponse:
        """A file with the consent."""
        return pb.GiveBureauConsentResponse(
            bureau_file=convert.from_file(self._consents.give(convert.to_give(request)))
        )

    def WithdrawBureauConsent(
        self, request: pb.WithdrawBureauConsentRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawBureauConsentResponse:
        """A file without it."""
        file = self._consents.withdraw(request.application_id)
        return pb.WithdrawBureauConsentResponse(bureau_file=convert.from_file(file))
