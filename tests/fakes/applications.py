"""The application service as documents see it, in memory."""

from services.document.ports import ApplicationFacts
from services.runtime.errors import NotFound, Unavailable


class FakeApplications:
    """services.document.ports.Applications; `away` plays an outage."""

    def __init__(self) -> None:
        self.known: dict[str, ApplicationFacts] = {}
        self.away = False

    def facts(self, application_id: str) -> ApplicationFacts:
        if self.away:
            raise Unavailable("the application service is out of reach")
        if application_id not in self.known:
            raise NotFound(f"application {application_id} does not exist")
        return self.known[application_id]
