"""The gates of the approval service."""

from services.gates import Fact, Gate, Source

_NO_PART = Fact("the caller had no part in the application before", "approval", Source.ROW, "MAKER_CHECKER")
_REJECT = "REJECT_APPROVAL"


def _reached(status: str) -> Fact:
    return Fact(f"the approval is {status}", "approval", Source.ROW, "LEVEL_NOT_REACHED")


GATES = (
    Gate("put an accepted offer up", ("Submit",), (
        Fact("an offer is accepted, and not put up yet", "approval", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("decide at the internal level", ("DecideInternal",), (
        _reached("PENDING_INTERNAL"), _NO_PART,
    ), ("PASS_INTERNAL", _REJECT)),
    Gate("decide at the management level", ("DecideManagement",), (
        _reached("PENDING_MANAGEMENT"), _NO_PART,
    ), ("PASS_MANAGEMENT", _REJECT)),
    Gate("decide at the final level", ("DecideFinal",), (
        _reached("PENDING_FINAL"), _NO_PART,
    ), ("APPROVE_FINAL", _REJECT)),
)  # fmt: skip
