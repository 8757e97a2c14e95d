"""The gates of the kyc service."""

from services.gates import Fact, Gate, Source

_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip

GATES = (
    Gate("assign a review", ("Assign",), (
        Fact("the review is neither verified nor ended", "kyc", Source.ROW, "WRONG_STATUS"),
        _GOES_ON,
        Fact("the officer is one", "auth", Source.CALL, "NO_OFFICER", "AuthService.ListUsers"),
    ), ("START_KYC",)),
    Gate("ask the customer for information", ("RequestInformation",), (
        Fact("the review is in an officer's hands, and nothing is asked for", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("it is assigned to the caller", "kyc", Source.ROW, "NOT_ASSIGNED"),
        _GOES_ON,
    ), ("REQUEST_INFORMATION",)),
    Gate("answer with information", ("AnswerInformation",), (
        Fact("the officer waits for it", "kyc", Source.ROW, "WRONG_STATUS"),
        _GOES_ON,
    ), ("RESUME_KYC",)),
    Gate("verify", ("Verify",), (
        Fact("the review is assigned and has not ended", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("it is assigned to the caller", "kyc", Source.ROW, "NOT_ASSIGNED"),
        _GOES_ON,
        Fact("name and KYC details are of the version that the officer saw", "customer", Source.CALL,
             "DETAILS_CHANGED", "CustomerService.GetParty"),
        Fact("documents are passed only when each required one is accepted in its present version", "document",
             Source.CALL, "DOCUMENTS_NOT_ACCEPTED", "DocumentService.GetChecklist"),
        Fact("identity is passed only when the identity document is accepted", "document", Source.CALL,
             "DOCUMENTS_NOT_ACCEPTED", "DocumentService.GetChecklist"),
        Fact("the incomes declared in application and KYC details agree, or a reason says why not", "customer",
             Source.CALL, "INCOME_UNEXPLAINED", "CustomerService.GetParty"),
    ), ("RESUME_KYC",)),
    Gate("decide KYC", ("Decide",), (
        Fact("the review is verified", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("the manager is not the one who verified", "kyc", Source.ROW, "MAKER_CHECKER"),
        Fact("every check passed", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("no match on the sanctions list, or it is ruled out", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("it was not verified again meanwhile", "kyc", Source.ROW, "CONFLICT"),
        _GOES_ON,
        Fact("name and KYC details are of the version that was verified", "customer", Source.PIN, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
        Fact("the documents are of the versions that were verified", "document", Source.PIN, "DOCUMENTS_CHANGED",
             "DocumentService.PinDocuments"),
        Fact("each required document is accepted", "document", Source.CALL, "DOCUMENTS_NOT_ACCEPTED",
             "DocumentService.PinDocuments"),
    ), ("APPROVE_KYC", "REJECT_KYC")),
)  # fmt: skip
