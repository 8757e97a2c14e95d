"""Between the contract and the model, for second factors; pure."""

from typing import Any

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1 import second_factor_pb2
from services.auth.commands import AnswerChallenge, Challenged, Enrolled, EnrolSecondFactor, Grant
from services.auth.convert import from_grant
from services.auth.factor_resets import FactorReset
from services.runtime.messages import In, Out

_ANSWER = In(pb.AnswerChallengeRequest, AnswerChallenge)
_ENROL = In(pb.EnrolSecondFactorRequest, EnrolSecondFactor)
_RESET = Out(FactorReset, second_factor_pb2.SecondFactorReset)
_CHALLENGE = Out(Challenged, second_factor_pb2.SignInChallenge)


def to_answer(request: pb.AnswerChallengeRequest) -> AnswerChallenge:
    """The command of a request."""
    return _ANSWER(request)


def to_enrol(request: pb.EnrolSecondFactorRequest) -> EnrolSecondFactor:
    """The command of a request."""
    return _ENROL(request)


def from_answer(answer: Grant | Challenged) -> dict[str, Any]:
    """The one of the two fields of a response that is there: tokens, or what is asked for in their place."""
    if isinstance(answer, Grant):
        return {"tokens": from_grant(answer)}
    return {"challenge": _CHALLENGE(answer)}


def from_enrolled(enrolled: Enrolled) -> pb.EnrolSecondFactorResponse:
    """What an enrolment comes to."""
    grant, codes = enrolled.grant, enrolled.recovery_codes
    return pb.EnrolSecondFactorResponse(tokens=from_grant(grant), account_id=grant.account_id, recovery_codes=codes)


def from_reset(reset: FactorReset) -> second_factor_pb2.SecondFactorReset:
    """The resource of a reset."""
    return _RESET(reset)
