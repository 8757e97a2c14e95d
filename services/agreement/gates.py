"""The gates of the agreement service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip
_NAME = Fact("who signs has the name that the agreement was made for", "customer", Source.PIN, "NAME_CHANGED",
             "CustomerService.GetParty")  # fmt: skip
_SIGNABLE = Fact("the agreement is made, not signed, and has not ended", "agreement", Source.ROW, "WRONG_STATUS")
_SHOWN = Fact("the signer agrees to the consent and the file that they were shown, and that stand", "agreement",
              Source.ROW, "NOT_AS_SHOWN")  # fmt: skip
_INFORMED = Fact("where the law wants it, the signer was given the information before the agreement", "agreement",
                 Source.ROW, "PRECONTRACT_NOT_GIVEN")  # fmt: skip
_ALL_INFORMED = Fact("where the law wants it, all who sign were given the information before the agreement",
                     "agreement", Source.ROW, "PRECONTRACT_NOT_GIVEN")  # fmt: skip
_WAITS = Fact("a copy waits", "agreement", Source.ROW, "WRONG_STATUS")

GATES = (
    Gate("generate the agreement", ("Generate", "loanflow.approval.v1.ApprovalFinalApproved"), (
        Fact("nothing is signed, and no end is known", "agreement", Source.ROW, "WRONG_STATUS"),
        _GOES_ON,
        Fact("all levels approved exactly these terms", "approval", Source.CALL, "WRONG_STATUS",
             "ApprovalService.GetApproval"),
    ), ("GENERATE_AGREEMENT",)),
    Gate("ask for a one-time code", ("StartSigning",), (_SIGNABLE, _INFORMED, _GOES_ON, _NAME)),
    Gate("sign with a one-time code", ("ConfirmSigning",), (
        _GOES_ON, _NAME,
        Fact("a code was asked for", "agreement", Source.ROW, "WRONG_STATUS"),
        _SHOWN,
        Fact("the code is right", "agreement", Source.ROW, "CODE_WRONG"),
        Fact("the code is not expired", "agreement", Source.ROW, "CODE_EXPIRED"),
    ), ("SIGN_AGREEMENT",)),
    Gate("begin signing at a provider", ("BeginProviderSigning",), (
        _SIGNABLE, _INFORMED, _GOES_ON, _NAME,
        Fact("the facility type has a provider", "agreement", Source.SETTING, "PROVIDER_NOT_OFFERED"),
        Fact("nobody has signed with a code", "agreement", Source.ROW, "PROVIDER_NOT_OFFERED"),
    )),
    Gate("hand in a copy signed by hand", ("UploadSigned",), (_SIGNABLE, _ALL_INFORMED, _GOES_ON)),
    Gate("confirm a copy signed by hand", ("ConfirmUpload",), (
        _WAITS, _GOES_ON,
        outsiders.asked("CheckOngoing"),
        Fact("the officer took no decision before", "agreement", Source.ROW, "MAKER_CHECKER"),
        Fact("where several have to sign, the officer found the signature of each", "agreement", Source.ROW,
             "SIGNATURES_MISSING"),
        Fact("the stored files are those that were recorded", "agreement", Source.ROW, "AGREEMENT_TAMPERED"),
    ), ("SIGN_AGREEMENT",)),
)  # fmt: skip
