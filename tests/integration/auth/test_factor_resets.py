"""Lost second factors: two administrators reset one, and its holder joins anew, over gRPC."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.factor_resets import RESET_LIFETIME
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from stack.demo.authenticator import Authenticator
from tests.harness import staff
from tests.integration.auth.conftest import PASSWORD, Auth, browser
from tests.integration.auth.test_revocations import claims
from tests.integration.auth.test_second_factor import OTTO, refused

ANN, BOB = staff("ADMIN"), staff("ADMIN")


def request(auth: Auth, account_id: str, by: Caller = ANN) -> Any:
    asked = pb.RequestSecondFactorResetRequest(account_id=account_id)
    return auth.client(by).RequestSecondFactorReset(asked).reset


def decide(auth: Auth, reset: Any, approve: bool = True, by: Caller = BOB) -> Any:
    decided = pb.DecideSecondFactorResetRequest(reset_id=reset.reset_id, approve=approve)
    return auth.client(by).DecideSecondFactorReset(decided)


def waiting(auth: Auth) -> list[str]:
    found = auth.client(BOB).ListSecondFactorResets(pb.ListSecondFactorResetsRequest()).resets
    return [each.reset_id for each in found]


def test_two_administrators_reset_a_factor_and_its_holder_joins_anew(auth: Auth) -> None:
    otto = auth.user(OTTO, "OFFICER").account_id
    tokens, open_one = auth.login(OTTO).tokens, auth.ask(OTTO).challenge
    codes = auth.prove(auth.answer(open_one, passkey=browser(OTTO).get(open_one.passkey_options), enrol_another=True)
                       .challenge, Authenticator("second", browser(OTTO).origin)).recovery_codes  # fmt: skip
    thiefs = auth.ask(OTTO).challenge
    reset = request(auth, otto)
    assert waiting(auth) == [reset.reset_id]
    assert auth.refresh(tokens.refresh_token).access_token
    answer = decide(auth, reset)
    assert (answer.reset.requested_by, answer.reset.decided_by) == (ANN.subject, BOB.subject)
    assert waiting(auth) == []
    # Neither password, nor session, nor what was open or given out before is good for anything.
    assert refused(auth.ask, OTTO) == "BAD_CREDENTIALS"
    assert refused(auth.refresh, tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.prove, thiefs, browser(OTTO)) == "CHALLENGE_INVALID"
    auth.join(auth.invitation(OTTO), "another good password")
    assert refused(auth.ask, OTTO, PASSWORD) == "BAD_CREDENTIALS"
    offered = auth.ask(OTTO, "another good password").challenge
    assert offered.HasField("enrolment")
    done = auth.prove(offered, Authenticator("new phone", browser(OTTO).origin))
    assert claims(done.tokens.access_token)["roles"] == ["OFFICER"]
    again = auth.ask(OTTO, "another good password").challenge
    assert refused(auth.answer, again, recovery_code=codes[0]) == "SECOND_FACTOR_WRONG"
    assert refused(auth.prove, again, browser(OTTO)) == "SECOND_FACTOR_WRONG"


def test_nobody_resets_alone_nor_for_themselves(auth: Auth) -> None:
    otto = auth.user(OTTO, "ADMIN").account_id
    me = staff("ADMIN", account_id=otto)
    with pytest.raises(PermissionDenied, match="own second factor"):
        request(auth, otto, by=me)
    reset = request(auth, otto)
    for caller in (ANN, me):
        with pytest.raises(PermissionDenied) as found:
            decide(auth, reset, by=caller)
        assert found.value.reason == "MAKER_CHECKER"
    assert auth.login(OTTO).tokens.access_token


def test_a_reset_is_decided_once_in_its_time_and_the_next_replaces_it(auth: Auth) -> None:
    otto = auth.user(OTTO, "OFFICER").account_id
    first, second = request(auth, otto), request(auth, otto)
    assert waiting(auth) == [second.reset_id]
    decide(auth, second, approve=False)
    late = request(auth, otto)
    auth.clock.advance(RESET_LIFETIME)
    assert waiting(auth) == []
    for reset in (first, second, late):
        with pytest.raises(FailedPrecondition):
            decide(auth, reset)
    assert auth.login(OTTO).tokens.access_token
    auth.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):
        request(auth, auth.customer("anna@example.org"))
    with pytest.raises(FailedPrecondition):
        request(auth, auth.invite("eve@example.org", "OFFICER").user.account_id)
