"""The auth service as a KYC review sees it, in memory."""

from services.runtime.errors import Unavailable
from services.runtime.ids import new_id


class FakeOfficers:
    """services.kyc.ports.Officers: two officers, by account id; `away` plays an outage."""

    def __init__(self) -> None:
        self.accounts = sorted((new_id(), new_id()))
        self.away = False

    def all(self) -> tuple[str, ...]:
        if self.away:
            raise Unavailable("the auth service is out of reach")
        return tuple(self.accounts)
