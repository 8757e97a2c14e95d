"""The gates of the risk service."""

from services.gates import Fact, Gate, Source

_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip
_KYC = Fact("KYC approved customer and project", "kyc", Source.CALL, "WRONG_STATUS", "KycService.CheckApproved")

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
        _GOES_ON,
        Fact("the score does not recommend the opposite", "risk", Source.ROW, "OVERRIDE_REQUIRED"),
        _KYC,
    ), ("APPROVE_RISK", "REJECT_RISK")),
    Gate("propose an override", ("ProposeOverride", "ProposeLimitOverride"), (
        Fact("the score recommends the opposite, or the terms go beyond the decision", "risk", Source.ROW,
             "OVERRIDE_NOT_NEEDED"),
        Fact("no other override waits", "risk", Source.ROW, "OVERRIDE_OPEN"),
        _GOES_ON,
    )),
    Gate("settle an override", ("SettleOverride",), (
        Fact("an override waits for its second person", "risk", Source.ROW, "NO_OVERRIDE"),
        Fact("the second person neither proposed it nor took a decision before", "risk", Source.ROW, "MAKER_CHECKER"),
        _GOES_ON,
        _KYC,
    ), ("APPROVE_RISK", "REJECT_RISK")),
)  # fmt: skip
