"""The document service, in memory."""


class FakeDocuments:
    """Knows which documents each application still lacks; none unless told."""

    def __init__(self) -> None:
        self.lacking: dict[str, tuple[str, ...]] = {}

    def missing(self, application_id: str) -> tuple[str, ...]:
        """The document types that were said to be missing."""
        return self.lacking.get(application_id, ())
