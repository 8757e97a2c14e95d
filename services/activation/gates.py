"""The gates of the activation service."""

from services.gates import Fact, Gate, Source

GATES = (
    Gate("open the account", ("Trigger", "loanflow.agreement.v1.AgreementSigned"), (
        Fact("the agreement is signed", "agreement", Source.EVENT, "NOT_FOUND"),
        Fact("the application has not ended, and cannot be withdrawn any more", "application", Source.CALL,
             "WRONG_STATUS", "ApplicationService.AuthorizeActivation"),
    ), ("ACTIVATE",)),
    Gate("send the money", ("Disburse",), (
        Fact("the account is not closed", "activation", Source.ROW, "WRONG_STATUS"),
        Fact("name and account are of the version that KYC approved", "customer", Source.PIN, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
    ), ("DISBURSE",)),
    Gate("confirm to whom the money goes", ("ConfirmPayee",), (
        Fact("name and account are of the version that the officer saw", "customer", Source.CALL, "DETAILS_CHANGED",
             "CustomerService.GetParty"),
    )),
    Gate("cancel a loan before its money is sent", ("Cancel",), (
        Fact("the money was not sent", "activation", Source.ROW, "WRONG_STATUS"),
    ), ("CANCEL",)),
)  # fmt: skip
