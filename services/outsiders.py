"""Who is bound by a loan, as the customer or beside them, decides nothing on it: the one rule, and how gates name it.

A service that keeps who is bound holds the caller against its own row, any other asks the application service.
"""

from collections.abc import Iterable

from services.gates import Fact, Source
from services.runtime.errors import PermissionDenied

OUTSIDER = "the caller is not bound by the loan"


def require_outsider(decider_id: str, bound: Iterable[str]) -> None:
    """Refuses a member of staff, by their id as a person, who is among those who are bound: MAKER_CHECKER."""
    if decider_id in bound:
        raise PermissionDenied("who is bound by the loan decides nothing on it", reason="MAKER_CHECKER")


def kept(service: str, source: Source = Source.ROW) -> Fact:
    """The fact where the service keeps who is bound."""
    return Fact(OUTSIDER, service if source is Source.ROW else "application", source, "MAKER_CHECKER")


def asked(rpc: str) -> Fact:
    """The fact where the application service answers, by an RPC of its own such as `CheckDecider`."""
    return Fact(OUTSIDER, "application", Source.CALL, "MAKER_CHECKER", f"ApplicationService.{rpc}")
