"""What customers agreed to, in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from services.runtime.errors import Unavailable


class FakeConsents:
    """services.notification.ports.Consents; while `away` it cannot be asked."""

    def __init__(self) -> None:
        self.given: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        self.away = False

    def agree(self, customer_id: str, client_id: str, *scopes: str) -> None:
        """The customer agrees to these scopes of a client alone; without any, to nothing any more."""
        self.given[customer_id][client_id] = frozenset(scopes)

    def of(self, customer_ids: Collection[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By customer and client."""
        if self.away:
            raise Unavailable("the auth service is out of reach")
        return {each: dict(self.given[each]) for each in customer_ids}
