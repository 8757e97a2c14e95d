"""The gates of the kyc service."""

from services.gates import Fact, Gate, Source

_DETAILS = Fact("name and KYC details are of the version that the officer saw", "customer", Source.CALL,
                "DETAILS_CHANGED", "CustomerService.GetParty")  # fmt: skip

GATES = (
    Gate("assign a review", ("Assign",), (
        Fact("the review is neither verified nor ended", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("the officer is one", "auth", Source.CALL, "NO_OFFICER", "AuthService.ListUsers"),
    ), ("START_KYC",)),
    Gate("verify", ("Verify",), (
        Fact("the review is assigned and has not ended", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("it is assigned to the caller", "kyc", Source.ROW, "NOT_ASSIGNED"),
        _DETAILS,
    )),
    Gate("decide KYC", ("Decide",), (
        Fact("the review is verified", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("the manager is not the one who verified", "kyc", Source.ROW, "MAKER_CHECKER"),
        Fact("every check passed", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("no match on the sanctions list, or it is ruled out", "kyc", Source.ROW, "CHECKLIST_FAILED"),
    ), ("APPROVE_KYC", "REJECT_KYC")),
)  # fmt: skip
