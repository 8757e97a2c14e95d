"""The gates of the risk service."""

from services.gates import Fact, Gate, Source

GATES = (
    Gate("assess an offer", ("AssessOffer",), (
        Fact("a risk manager released the application", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("rating, instalment and debt-to-income are within what was decided on", "risk", Source.ROW,
             "ASSESSED_LIMIT"),
        Fact("the terms are in the application's currency", "risk", Source.ROW, "WRONG_CURRENCY"),
    )),
    Gate("assess", ("Assess", "loanflow.kyc.v1.KycApproved"), (
        Fact("KYC is approved, and nothing is decided or ended", "risk", Source.ROW, "WRONG_STATUS"),
    ), ("RECORD_ASSESSMENT",)),
    Gate("decide risk", ("Decide",), (
        Fact("the report is assessed, and neither decided nor ended", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the risk manager took no decision before", "kyc", Source.EVENT, "MAKER_CHECKER"),
        Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
             "ApplicationService.CheckOngoing"),
        Fact("KYC approved customer and project", "kyc", Source.CALL, "WRONG_STATUS", "KycService.CheckApproved"),
    ), ("APPROVE_RISK", "REJECT_RISK")),
)  # fmt: skip
