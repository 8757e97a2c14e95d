"""The RPCs of the risk service: translate, call one use case, translate back."""

import grpc

from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk import convert
from services.risk.bureau_handlers import BureauConsents
from services.risk.collateral_handlers import Collaterals
from services.risk.handlers import App
from services.risk.income_handlers import IncomeFiles
from services.risk.override_handlers import Overrides
from services.risk.refusal_handlers import Refusals
from services.risk.rules_handlers import RulesApp
from services.risk.servicer_bureau import BureauServicer
from services.risk.servicer_evidence import EvidenceServicer
from services.risk.servicer_refusals import RefusalsServicer
from services.risk.servicer_rules import RulesServicer
from services.runtime.stores.paging import Page


class RiskServicer(RulesServicer, RefusalsServicer, BureauServicer, EvidenceServicer):
    """loanflow.risk.v1.RiskService."""

    def __init__(self, app: App, overrides: Overrides, refusals: Refusals, collaterals: Collaterals) -> None:
        RulesServicer.__init__(self, RulesApp(app.begin, app.clock))
        RefusalsServicer.__init__(self, refusals)
        BureauServicer.__init__(self, BureauConsents(app))
        EvidenceServicer.__init__(self, IncomeFiles(app), collaterals)
        self._app, self._overrides = app, overrides

    def Assess(self, request: pb.AssessRequest, context: grpc.ServicerContext) -> pb.AssessResponse:
        """A report, assessed anew."""
        return pb.AssessResponse(report=convert.from_report(self._app.assess(request.application_id)))

    def GetReport(self, request: pb.GetReportRequest, context: grpc.ServicerContext) -> pb.GetReportResponse:
        """One report, and what stands against paying out."""
        report = self._app.read(request.application_id)
        against = self._collaterals.rules_against(report, request.terms_hash)
        return pb.GetReportResponse(report=convert.from_report(report), rules_against=against)

    def GetScore(self, request: pb.GetScoreRequest, context: grpc.ServicerContext) -> pb.GetScoreResponse:
        """The score of one report."""
        return pb.GetScoreResponse(score=convert.from_score(self._app.read(request.application_id)))

    def SearchReports(
        self, request: pb.SearchReportsRequest, context: grpc.ServicerContext
    ) -> pb.SearchReportsResponse:
        """The reports that fit."""
        return convert.from_found(self._app.search(convert.to_filter(request), Page.of(request)))

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:
        """A report with its decision."""
        return pb.DecideResponse(report=convert.from_report(self._app.decide(convert.to_decide(request))))

    def AssessOffer(self, request: pb.AssessOfferRequest, context: grpc.ServicerContext) -> pb.AssessOfferResponse:
        """Terms that are to be offered, assessed."""
        found = self._app.assess_offer(convert.to_assess_offer(request))
        return pb.AssessOfferResponse(assessment=convert.from_offer(found))

    def ProposeOverride(
        self, request: pb.ProposeOverrideRequest, context: grpc.ServicerContext
    ) -> pb.ProposeOverrideResponse:
        """A report with what is proposed against the recommendation."""
        report = self._overrides.propose(convert.to_propose(request))
        return pb.ProposeOverrideResponse(report=convert.from_report(report))

    def ProposeLimitOverride(
        self, request: pb.ProposeLimitOverrideRequest, context: grpc.ServicerContext
    ) -> pb.ProposeLimitOverrideResponse:
        """A report with terms that are proposed beyond the decision."""
        report = self._overrides.propose_limit(convert.to_propose_limit(request))
        return pb.ProposeLimitOverrideResponse(report=convert.from_report(report))

    def SettleOverride(
        self, request: pb.SettleOverrideRequest, context: grpc.ServicerContext
    ) -> pb.SettleOverrideResponse:
        """A report whose override is settled."""
        report = self._overrides.settle(convert.to_settle(request))
        return pb.SettleOverrideResponse(report=convert.from_report(report))

    def GetExplanation(
        self, request: pb.GetExplanationRequest, context: grpc.ServicerContext
    ) -> pb.GetExplanationResponse:
        """A decision, explained."""
        explanation = self._app.explain(request.application_id)
        return pb.GetExplanationResponse(explanation=convert.from_explanation(explanation))
