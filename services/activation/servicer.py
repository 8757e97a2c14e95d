"""The RPCs of the activation service: translate, call one use case, translate back."""

import grpc

from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.activation.v1.activation_service_pb2_grpc import ActivationServiceServicer
from services.activation import convert
from services.activation.handlers import App


class ActivationServicer(ActivationServiceServicer):
    """loanflow.activation.v1.ActivationService."""

    def __init__(self, app: App) -> None:
        self._app = app

    def Trigger(self, request: pb.TriggerRequest, context: grpc.ServicerContext) -> pb.TriggerResponse:
        """An account opened."""
        return pb.TriggerResponse(account=convert.from_account(self._app.trigger(request.application_id)))

    def GetSchedule(self, request: pb.GetScheduleRequest, context: grpc.ServicerContext) -> pb.GetScheduleResponse:
        """The instalments."""
        return pb.GetScheduleResponse(schedule=convert.from_schedule(self._app.read(request.loan_id)))

    def GetAccount(self, request: pb.GetAccountRequest, context: grpc.ServicerContext) -> pb.GetAccountResponse:
        """The account with its balance."""
        return pb.GetAccountResponse(account=convert.from_account(self._app.read(request.loan_id)))

    def Disburse(self, request: pb.DisburseRequest, context: grpc.ServicerContext) -> pb.DisburseResponse:
        """The money sent."""
        account = self._app.disburse(request.loan_id)
        return pb.DisburseResponse(disbursement=convert.from_disbursement(account))

    def ConfirmPayee(self, request: pb.ConfirmPayeeRequest, context: grpc.ServicerContext) -> pb.ConfirmPayeeResponse:
        """The money sent on details that an officer checked."""
        account = self._app.confirm_payee(request.loan_id, request.approved_kyc_version)
        return pb.ConfirmPayeeResponse(disbursement=convert.from_disbursement(account))

    def Cancel(self, request: pb.CancelRequest, context: grpc.ServicerContext) -> pb.CancelResponse:
        """A loan that is not wanted any more."""
        return pb.CancelResponse(account=convert.from_account(self._app.cancel(request.loan_id, request.reason)))

    def Simulate(self, request: pb.SimulateRequest, context: grpc.ServicerContext) -> pb.SimulateResponse:
        """What a loan would cost."""
        return convert.from_simulation(self._app.simulate(convert.to_simulate(request)))
