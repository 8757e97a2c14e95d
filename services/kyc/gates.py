"""The gates of the kyc service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip

_OUTSIDER = outsiders.kept("kyc")

GATES = (
    Gate("assign a review", ("Assign",), (
        Fact("the review is neither verified nor ended", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        _GOES_ON,
        Fact("the officer is one", "auth", Source.CALL, "NO_OFFICER", "AuthService.ListUsers"),
        Fact("the officer is there today", "kyc", Source.ROW, "OFFICER_ABSENT"),
    ), ("START_KYC",)),
    Gate("ask the customer for information", ("RequestInformation",), (
        Fact("the review is in an officer's hands, and nothing is asked for", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("it is assigned to the caller", "kyc", Source.ROW, "NOT_ASSIGNED"),
        _GOES_ON,
    ), ("REQUEST_INFORMATION",)),
    Gate("answer with information", ("AnswerInformation",), (
        Fact("the officer waits for it", "kyc", Source.ROW, "WRONG_STATUS"),
        _GOES_ON,
    ), ("RESUME_KYC",)),
    Gate("verify", ("Verify",), (
        Fact("the review is assigned and has not ended", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("it is assigned to the caller", "kyc", Source.ROW, "NOT_ASSIGNED"),
        _GOES_ON,
        Fact("name and KYC details are of the version that the officer saw", "customer", Source.CALL,
             "DETAILS_CHANGED", "CustomerService.GetParty"),
        Fact("documents are passed only when each required one is accepted in its present version", "document",
             Source.CALL, "DOCUMENTS_NOT_ACCEPTED", "DocumentService.GetChecklist"),
        Fact("identity is passed only when the identity document is accepted", "document", Source.CALL,
             "DOCUMENTS_NOT_ACCEPTED", "DocumentService.GetChecklist"),
        Fact("each document that a check names is there in that version", "document", Source.CALL,
             "DOCUMENTS_CHANGED", "DocumentService.GetChecklist"),
        Fact("identity is passed only while the identity document has not expired", "kyc", Source.REQUEST,
             "IDENTITY_EXPIRED"),
        Fact("everybody who is bound beside the customer has checks", "kyc", Source.ROW, "PARTY_CHECKS_MISSING"),
        Fact("the identity of each of them is passed only by an accepted document", "document", Source.CALL,
             "EVIDENCE_MISSING", "DocumentService.GetDocument"),
        Fact("the incomes declared in application and KYC details agree, or a reason says why not", "customer",
             Source.CALL, "INCOME_UNEXPLAINED", "CustomerService.GetParty"),
    ), ("RESUME_KYC",)),
    Gate("verify somebody anew who is bound", ("VerifyParty",), (
        Fact("the review is approved", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the officer did not decide on the review", "kyc", Source.ROW, "MAKER_CHECKER"),
        Fact("they are bound by the loan", "kyc", Source.ROW, "NOT_FOUND"),
        _GOES_ON,
        Fact("their details are of the version that the officer saw", "customer", Source.CALL, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
        Fact("their identity is passed only by an accepted document", "document", Source.CALL, "EVIDENCE_MISSING",
             "DocumentService.GetDocument"),
        Fact("their identity document has not expired", "kyc", Source.REQUEST, "IDENTITY_EXPIRED"),
    )),
    Gate("decide KYC", ("Decide",), (
        Fact("the review is verified", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the manager is not the one who verified", "kyc", Source.ROW, "MAKER_CHECKER"),
        Fact("the manager has cleared no hit of the screening", "kyc", Source.ROW, "MAKER_CHECKER"),
        Fact("the identity document has not expired since", "kyc", Source.ROW, "IDENTITY_EXPIRED"),
        Fact("every check passed", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("no match on the sanctions list, or each is cleared", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("every check of everybody who is bound beside the customer passed", "kyc", Source.ROW,
             "CHECKLIST_FAILED"),
        Fact("no match of any of them, or each is cleared", "kyc", Source.ROW, "CHECKLIST_FAILED"),
        Fact("the lists in force now have no match either", "customer", Source.CALL, "CHECKLIST_FAILED",
             "CustomerService.GetParty"),
        Fact("it was not verified again meanwhile", "kyc", Source.ROW, "CONFLICT"),
        _GOES_ON,
        Fact("name and KYC details are of the version that was verified", "customer", Source.PIN, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
        Fact("the documents are of the versions that were verified", "document", Source.PIN, "DOCUMENTS_CHANGED",
             "DocumentService.PinDocuments"),
        Fact("each required document is accepted", "document", Source.CALL, "DOCUMENTS_NOT_ACCEPTED",
             "DocumentService.PinDocuments"),
    ), ("APPROVE_KYC", "REJECT_KYC")),
    Gate("assign a screening case", ("AssignScreeningCase",), (
        Fact("it is not superseded", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the officer is one", "auth", Source.CALL, "NO_OFFICER", "AuthService.ListUsers"),
        Fact("the officer is there today", "kyc", Source.ROW, "OFFICER_ABSENT"),
    )),
    Gate("say what an officer can take", ("UpdateOfficer",), (
        Fact("the officer is one", "auth", Source.CALL, "NO_OFFICER", "AuthService.ListUsers"),
    )),
    Gate("resolve a screening case", ("ResolveScreeningCase",), (
        Fact("it is open", "kyc", Source.ROW, "WRONG_STATUS"),
        Fact("no one else has it", "kyc", Source.ROW, "NOT_ASSIGNED"),
        Fact("an accepted document of the application shows that it is somebody else", "document", Source.CALL,
             "EVIDENCE_MISSING", "DocumentService.GetChecklist"),
        _OUTSIDER,
    )),
    Gate("agree that a hit is cleared", ("ReviewScreeningCase",), (
        Fact("an officer has cleared it, and it takes a second person", "kyc", Source.ROW, "WRONG_STATUS"),
        _OUTSIDER,
        Fact("the second person is another", "kyc", Source.ROW, "MAKER_CHECKER"),
    )),
)  # fmt: skip
