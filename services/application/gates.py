"""The gates of the application service."""

from services.gates import Fact, Gate, Source

_DRAFT = Fact("the application is a draft", "application", Source.ROW, "WRONG_STATUS")

GATES = (
    Gate("change a draft", ("UpdateApplication",), (
        _DRAFT,
        Fact("amount and tenure are within the facility type", "application", Source.REQUEST, "FACILITY_LIMIT"),
    )),
    Gate("submit", ("SubmitApplication",), (
        _DRAFT,
        Fact("the customer's KYC details are there", "customer", Source.CALL, "KYC_DETAILS_MISSING",
             "CustomerService.GetParty"),
        Fact("the facility is for persons, or for companies, as who applies", "application", Source.ROW,
             "WRONG_BORROWER"),
        Fact("who applies for a company acts for one", "customer", Source.CALL, "LEGAL_ENTITY_MISSING",
             "CustomerService.GetParty"),
        Fact("every party agreed", "application", Source.ROW, "PARTY_CONSENT_MISSING"),
        Fact("every required document is there, and none is rejected", "document", Source.CALL, "DOCUMENTS_MISSING",
             "DocumentService.FreezeDocuments"),
    ), ("SUBMIT",)),
    Gate("name the parties", ("SetParties",), (
        _DRAFT,
        Fact("each is another person, and not the customer", "application", Source.REQUEST, "PARTY_TWICE"),
    )),
    Gate("agree to be bound", ("AnswerParticipation",), (
        _DRAFT,
        Fact("the text is the present one", "application", Source.REQUEST, "CONSENT_CHANGED"),
        Fact("the party's KYC details are there", "customer", Source.CALL, "KYC_DETAILS_MISSING",
             "CustomerService.GetParty"),
    ), ("WITHDRAW",)),
    Gate("withdraw", ("WithdrawApplication",), (
        Fact("the application has not ended", "application", Source.ROW, "WRONG_STATUS"),
        Fact("the money was not sent", "application", Source.ROW, "WRONG_STATUS"),
    ), ("WITHDRAW",)),
    Gate("authorize the activation", ("AuthorizeActivation",), (
        Fact("the application has not ended", "application", Source.ROW, "WRONG_STATUS"),
    )),
)  # fmt: skip
