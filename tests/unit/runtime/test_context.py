"""The context of a call."""

import pytest

from services.auth.model import AccountKind
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext


@pytest.mark.parametrize(
    ("caller", "actor", "owner_id"),
    [
        (Caller(CallerKind.END_USER, "c1"), "customer:c1", "c1"),
        (Caller(CallerKind.OPERATOR, "s1", service="edge"), "staff:s1", ""),
        (Caller(CallerKind.CLIENT, "p1"), "client:p1", ""),
        (Caller.of_service("kyc"), "service:kyc", ""),
        (Caller(CallerKind.ANONYMOUS, service="edge"), "anonymous", ""),
    ],
)
def test_callers_have_names(caller: Caller, actor: str, owner_id: str) -> None:
    assert (caller.actor, caller.owner_id) == (actor, owner_id)


def test_auth_signs_tokens_of_the_kinds_that_the_contract_has() -> None:
    known = {CallerKind.END_USER.value, CallerKind.OPERATOR.value}
    assert {kind.value for kind in AccountKind} == known, "services/auth/model.py: the words are those of caller.proto"


def test_contexts_nest_and_end() -> None:
    with context.background("one", "sweep") as outer:
        with context.bind(RequestContext(Caller.of_service("two"))):
            assert context.caller().service == "two"
        assert context.current() is outer
    assert context.current_or_none() is None
    with pytest.raises(RuntimeError):
        context.current()
