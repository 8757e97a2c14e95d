"""The document service, in memory."""

from services.runtime.errors import FailedPrecondition


class FakeDocuments:
    """services.application.ports.Documents: nothing is missing unless set; `frozen` are the freezes that hold."""

    def __init__(self) -> None:
        self.lacking: dict[str, tuple[str, ...]] = {}
        self.frozen: dict[str, set[str]] = {}

    def freeze(self, application_id: str, freeze_id: str) -> None:
        if listed := ",".join(self.lacking.get(application_id, ())):
            raise FailedPrecondition("missing", reason="DOCUMENTS_MISSING", metadata={"missing": listed})
        self.frozen.setdefault(application_id, set()).add(freeze_id)

    def release(self, application_id: str, freeze_id: str) -> None:
        self.frozen.get(application_id, set()).discard(freeze_id)
