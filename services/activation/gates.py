"""The gates of the activation service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_AGREED = (
    Fact("KYC approved the customer, and on this version of the details", "kyc", Source.CALL, "STAGE_NOT_PASSED",
         "KycService.GetReview"),
    Fact("risk approved", "risk", Source.CALL, "STAGE_NOT_PASSED", "RiskService.GetReport"),
    Fact("the customer accepted an offer on exactly these terms", "discussion", Source.CALL, "STAGE_NOT_PASSED",
         "DiscussionService.GetAcceptedOffer"),
    Fact("three people approved exactly these terms", "approval", Source.CALL, "STAGE_NOT_PASSED",
         "ApprovalService.GetApproval"),
    Fact("exactly these terms are signed", "agreement", Source.CALL, "STAGE_NOT_PASSED",
         "AgreementService.GetAgreement"),
    Fact("the terms are within the facility type", "activation", Source.REQUEST, "FACILITY_LIMIT"),
)  # fmt: skip

GATES = (
    Gate("open the account", ("Trigger", "loanflow.agreement.v1.AgreementSigned"), (
        *_AGREED,
        Fact("the application is signed, and the customer's", "application", Source.CALL, "WRONG_STATUS",
             "ApplicationService.GetApplication"),
        Fact("the application has not ended, and cannot be withdrawn any more", "application", Source.CALL,
             "WRONG_STATUS", "ApplicationService.AuthorizeActivation"),
    ), ("ACTIVATE",)),
    Gate("send the money", ("Disburse",), (
        Fact("the account is neither closed nor cancelled", "activation", Source.ROW, "WRONG_STATUS"),
    ), ("DISBURSE",)),
    # What is not true here fails the payout, which is an answer: `failure` stands in place of a reason.
    Gate("give the order to the bank", (), (
        *_AGREED,
        Fact("the application is active, and with this loan", "application", Source.CALL, "WRONG_STATUS",
             "ApplicationService.GetApplication"),
        Fact("no rule of the risk decision stands against it by what secures the loan now", "risk", Source.CALL,
             "STAGE_NOT_PASSED", "RiskService.GetReport"),
        Fact("name and account are of the version that KYC approved", "customer", Source.PIN, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
        Fact("who is bound beside the customer has the details that KYC verified", "customer", Source.CALL,
             "DETAILS_CHANGED", "CustomerService.GetParty"),
    )),
    Gate("confirm to whom the money goes", ("ConfirmPayee",), (
        outsiders.asked("CheckDecider"),
        Fact("name and account are of the version that the officer saw", "customer", Source.CALL, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
        Fact("the account is neither closed nor cancelled", "activation", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("cancel a loan before its money is sent", ("Cancel",), (
        # Of staff: the customer takes back what is theirs.
        outsiders.asked("CheckDecider"),
        Fact("the money was not sent", "activation", Source.ROW, "WRONG_STATUS"),
    ), ("CANCEL",)),
)  # fmt: skip
