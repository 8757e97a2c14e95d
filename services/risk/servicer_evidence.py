"""The RPCs of income and collateral: translate, call one use case, translate back."""

import grpc

from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceServicer
from services.risk import collateral_convert as convert
from services.risk import income_convert
from services.risk.collateral_handlers import Collaterals
from services.risk.income_handlers import IncomeFiles
from services.runtime.stores.paging import Page


class EvidenceServicer(RiskServiceServicer):
    """The part of loanflow.risk.v1.RiskService that is about what bank statements show, and what secures loans."""

    def __init__(self, income: IncomeFiles, collaterals: Collaterals) -> None:
        self._income, self._collaterals = income, collaterals

    def GetIncomeFile(
        self, request: pb.GetIncomeFileRequest, context: grpc.ServicerContext
    ) -> pb.GetIncomeFileResponse:
        """What statements show of the income."""
        file = self._income.read(request.application_id)
        return pb.GetIncomeFileResponse(income_file=income_convert.from_file(file))

    def GetCollateralFile(
        self, request: pb.GetCollateralFileRequest, context: grpc.ServicerContext
    ) -> pb.GetCollateralFileResponse:
        """What secures a loan."""
        file = self._collaterals.read(request.application_id)
        return pb.GetCollateralFileResponse(collateral_file=convert.from_file(file))

    def AddCollateral(
        self, request: pb.AddCollateralRequest, context: grpc.ServicerContext
    ) -> pb.AddCollateralResponse:
        """A file with one more item."""
        file = self._collaterals.add_collateral(convert.to_add(request))
        return pb.AddCollateralResponse(collateral_file=convert.from_file(file))

    def WithdrawCollateral(
        self, request: pb.WithdrawCollateralRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawCollateralResponse:
        """A file with one item less."""
        file = self._collaterals.withdraw_collateral(request.application_id, request.collateral_id)
        return pb.WithdrawCollateralResponse(collateral_file=convert.from_file(file))

    def RecordValuation(
        self, request: pb.RecordValuationRequest, context: grpc.ServicerContext
    ) -> pb.RecordValuationResponse:
        """A file with one more valuation."""
        file = self._collaterals.record_valuation(convert.to_record(request))
        return pb.RecordValuationResponse(collateral_file=convert.from_file(file))

    def SettleValuation(
        self, request: pb.SettleValuationRequest, context: grpc.ServicerContext
    ) -> pb.SettleValuationResponse:
        """A file whose valuation is settled."""
        file = self._collaterals.settle_valuation(convert.to_settle(request))
        return pb.SettleValuationResponse(collateral_file=convert.from_file(file))

    def ListDueRevaluations(
        self, request: pb.ListDueRevaluationsRequest, context: grpc.ServicerContext
    ) -> pb.ListDueRevaluationsResponse:
        """Files with something that is to be valued."""
        return convert.from_due(self._collaterals.due(convert.to_due(request), Page.of(request)))
