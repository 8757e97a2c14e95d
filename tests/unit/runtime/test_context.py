"""The context of a call."""

import pytest

from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext


@pytest.mark.parametrize(
    ("caller", "actor", "customer_id"),
    [
        (Caller(CallerKind.CUSTOMER, "c1"), "customer:c1", "c1"),
        (Caller(CallerKind.STAFF, "s1", service="edge"), "staff:s1", ""),
        (Caller(CallerKind.CLIENT, "p1"), "client:p1", ""),
        (Caller.of_service("kyc"), "service:kyc", ""),
        (Caller(CallerKind.ANONYMOUS, service="edge"), "anonymous", ""),
    ],
)
def test_callers_have_names(caller: Caller, actor: str, customer_id: str) -> None:
    assert (caller.actor, caller.customer_id) == (actor, customer_id)


def test_contexts_nest_and_end() -> None:
    with context.background("one", "sweep") as outer:
        with context.bind(RequestContext(Caller.of_service("two"))):
            assert context.caller().service == "two"
        assert context.current() is outer
    assert context.current_or_none() is None
    with pytest.raises(RuntimeError):
        context.current()
