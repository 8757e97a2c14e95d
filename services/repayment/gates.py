"""The gates of the repayment service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_OPEN = Fact("the loan is open: its money was sent, and something is owed", "repayment", Source.ROW, "WRONG_STATUS")
_WAITING = Fact("the payment is not decided", "repayment", Source.ROW, "WRONG_STATUS")

GATES = (
    Gate("record a payment", ("RecordPayment",), (
        _OPEN,
        Fact("not more is paid than is owed", "repayment", Source.ROW, "OVERPAYMENT"),
        Fact("no payment of the same transfer waits or counts", "repayment", Source.ROW, "DUPLICATE_PAYMENT"),
        Fact("the value date is neither before the loan nor ahead", "repayment", Source.ROW, "IMPOSSIBLE_DATE"),
    )),
    Gate("attach a payment's proof", ("UploadProof",), (_WAITING,)),
    Gate("withdraw a payment", ("WithdrawPayment",), (_WAITING,)),
    Gate("accept or reject a payment", ("VerifyPayment",), (
        _WAITING, _OPEN,
        Fact("its proof is there", "repayment", Source.ROW, "PROOF_MISSING"),
        Fact("the virus scanner found nothing in it", "repayment", Source.ROW, "PROOF_QUARANTINED"),
        outsiders.asked("CheckDecider"),
        Fact("by now not more is paid than is owed", "repayment", Source.ROW, "OVERPAYMENT"),
    ), ("CLOSE",)),
    Gate("take a payment back", ("ReversePayment",), (
        Fact("the payment is verified", "repayment", Source.ROW, "WRONG_STATUS"),
        outsiders.asked("CheckDecider"),
        Fact("the officer did not verify it", "repayment", Source.ROW, "MAKER_CHECKER"),
    ), ("REOPEN",)),
    Gate("waive a late fee", ("WaiveFee",), (
        _OPEN,
        Fact("the late fee is unpaid", "repayment", Source.ROW, "WRONG_STATUS"),
        outsiders.asked("CheckDecider"),
    )),
    Gate("withdraw from the agreement", ("DeclareWithdrawal",), (
        _OPEN,
        Fact("the law that the loan follows gives the right", "repayment", Source.ROW, "WITHDRAWAL_NOT_GIVEN"),
        Fact(
            "the days from the signature are not over", "agreement", Source.CALL, "WITHDRAWAL_OVER",
            "AgreementService.GetAgreement",
        ),
        Fact("a notice in writing is not dated ahead", "repayment", Source.REQUEST, "IMPOSSIBLE_DATE"),
        outsiders.asked("CheckDecider"),
    ), ("CLOSE",)),
    Gate("close the loan", ("CloseLoan",), (
        Fact("nothing is owed", "repayment", Source.ROW, "BALANCE_OUTSTANDING"),
    ), ("CLOSE",)),
)  # fmt: skip
