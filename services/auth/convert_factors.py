"""Between the contract and the model, for second factors; pure."""

from collections.abc import Mapping
from typing import Any

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1 import second_factor_pb2
from services.auth.commands import AnswerChallenge, Challenged, Enrolled, EnrolSecondFactor, Grant
from services.auth.convert import from_grant
from services.auth.convert_people import to_origin
from services.auth.factor_resets import FactorReset
from services.runtime.messages import In, Out

_ANSWER = In(pb.AnswerChallengeRequest, AnswerChallenge, given={"origin"})
_ENROL = In(pb.EnrolSecondFactorRequest, EnrolSecondFactor, given={"origin"})
_RESET = Out(FactorReset, second_factor_pb2.SecondFactorReset)
_CHALLENGE = Out(Challenged, second_factor_pb2.SignInChallenge)


def to_answer(request: pb.AnswerChallengeRequest, headers: Mapping[str, str]) -> AnswerChallenge:
    """The command of a request."""
    return _ANSWER(request, origin=to_origin(headers))


def to_enrol(request: pb.EnrolSecondFactorRequest, headers: Mapping[str, str]) -> EnrolSecondFactor:
    """The command of a request."""
    return _ENROL(request, origin=to_origin(headers))


def from_answer(answer: Grant | Challenged) -> dict[str, Any]:
    """What is there of the fields of a response: tokens, and what makes the device known; or what is asked for."""
    if isinstance(answer, Grant):
        return {"tokens": from_grant(answer), "device_token": answer.device_token}
    return {"challenge": _CHALLENGE(answer)}


def from_enrolled(enrolled: Enrolled) -> pb.EnrolSecondFactorResponse:
    """What an enrolment comes to."""
    grant, codes = enrolled.grant, enrolled.recovery_codes
    return pb.EnrolSecondFactorResponse(
        tokens=from_grant(grant), account_id=grant.account_id, recovery_codes=codes, device_token=grant.device_token
    )


def from_reset(reset: FactorReset) -> second_factor_pb2.SecondFactorReset:
    """The resource of a reset."""
    return _RESET(reset)
