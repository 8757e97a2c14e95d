"""The gates of the approval service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_NO_PART = Fact("the caller had no part in the application before", "approval", Source.ROW, "MAKER_CHECKER")
_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip
_ACCEPTED = Fact("an offer is accepted", "discussion", Source.CALL, "WRONG_STATUS",
                 "DiscussionService.GetAcceptedOffer")  # fmt: skip
_TERMS = Fact("the terms are those that the customer accepted", "discussion", Source.PIN, "OFFER_OUTDATED",
              "DiscussionService.GetAcceptedOffer")  # fmt: skip
_OWNERS = (_GOES_ON, outsiders.asked("CheckOngoing"), _ACCEPTED, _TERMS)
_REJECT = "REJECT_APPROVAL"


def _reached(status: str) -> Fact:
    return Fact(f"the approval is {status}", "approval", Source.ROW, "LEVEL_NOT_REACHED")


GATES = (
    Gate("put an accepted offer up", ("Submit",), (
        Fact("it is not put up yet", "approval", Source.ROW, "WRONG_STATUS"), *_OWNERS,
    )),
    Gate("decide at the internal level", ("DecideInternal",), (
        _reached("PENDING_INTERNAL"), _NO_PART, *_OWNERS,
    ), ("PASS_INTERNAL", _REJECT)),
    Gate("decide at the management level", ("DecideManagement",), (
        _reached("PENDING_MANAGEMENT"), _NO_PART, *_OWNERS,
    ), ("PASS_MANAGEMENT", _REJECT)),
    Gate("decide at the final level", ("DecideFinal",), (
        _reached("PENDING_FINAL"), _NO_PART, *_OWNERS,
    ), ("APPROVE_FINAL", _REJECT)),
)  # fmt: skip
