"""The gates of the discussion service."""

from services import outsiders
from services.gates import Fact, Gate, Source

_FACILITY = Fact("the terms are within the facility type", "discussion", Source.REQUEST, "FACILITY_LIMIT")
_ASSESSED = Fact("amount and tenure are not above those that risk released", "risk", Source.EVENT, "ASSESSED_LIMIT")
_MANDATE = Fact("assessed on its own terms, it is no worse than what the risk manager decided on", "risk", Source.CALL,
                "ASSESSED_LIMIT", "RiskService.AssessOffer")  # fmt: skip
_GOES_ON = Fact("the application has not ended", "application", Source.CALL, "WRONG_STATUS",
                "ApplicationService.CheckOngoing")  # fmt: skip
# Of an officer: the customer counters as one who is bound.
_OUTSIDER = outsiders.asked("CheckOngoing")
_IN_TIME = Fact("the live offer can still be answered", "discussion", Source.ROW, "OFFER_EXPIRED")
_LIVE = Fact("an offer is live", "discussion", Source.ROW, "NO_LIVE_OFFER")
_BINDING = Fact("the offer is live or accepted", "discussion", Source.ROW, "OFFER_NOT_OPEN")
_LATEST = Fact("the offer that is answered is the latest", "discussion", Source.ROW, "OFFER_OUTDATED")

GATES = (
    Gate("start the discussion", ("Start",), (
        Fact("risk released it, and it is not open yet", "discussion", Source.ROW, "WRONG_STATUS"),
        _GOES_ON, _OUTSIDER,
    )),
    Gate("send an offer", ("SendOffer",), (
        Fact("the discussion is open", "discussion", Source.ROW, "WRONG_STATUS"),
        _IN_TIME, _FACILITY, _ASSESSED, _GOES_ON, _OUTSIDER, _MANDATE,
    ), ("SEND_OFFER",)),
    Gate("counter an offer", ("CounterOffer",), (
        _LIVE, _LATEST, _IN_TIME, _FACILITY, _ASSESSED, _GOES_ON, _OUTSIDER, _MANDATE,
    ), ("SEND_OFFER",)),
    Gate("accept an offer", ("Accept",), (
        _LIVE, _LATEST,
        Fact("the live offer is the lender's", "discussion", Source.ROW, "OFFER_NOT_YOURS_TO_ANSWER"),
        _IN_TIME, _GOES_ON,
    ), ("ACCEPT_OFFER",)),
    Gate("decline an offer", ("Decline",), (_LIVE, _GOES_ON), ("DECLINE_OFFER",)),
    Gate("make the information before the agreement of an offer", ("GetOfferFile",), (_BINDING,)),
    Gate("let an offer expire", (), (
        Fact("the time of the live offer is over", "discussion", Source.ROW, "WRONG_STATUS"),
    ), ("EXPIRE_OFFER",)),
)  # fmt: skip
