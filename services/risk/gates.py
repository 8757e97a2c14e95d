"""The gates of the risk service."""

from services.gates import Fact, Gate, Source

GATES = (
    Gate("assess", ("Assess", "loanflow.kyc.v1.KycApproved"), (
        Fact("KYC is approved, and nothing is decided or ended", "risk", Source.ROW, "WRONG_STATUS"),
    ), ("RECORD_ASSESSMENT",)),
    Gate("decide risk", ("Decide",), (
        Fact("the report is assessed, and neither decided nor ended", "risk", Source.ROW, "WRONG_STATUS"),
        Fact("the risk manager took no decision before", "kyc", Source.EVENT, "MAKER_CHECKER"),
    ), ("APPROVE_RISK", "REJECT_RISK")),
)  # fmt: skip
