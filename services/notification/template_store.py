"""The lender's own wordings in MongoDB."""

from datetime import datetime

from services.notification.template_versions import TemplateVersion, TemplateVersionStatus
from services.runtime.stores.mapping import JSON
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.mongo_writes import Document
from services.runtime.stores.paging import Page, PageResult

TEMPLATE_VERSIONS = Collection(
    "template_versions",
    (
        Field("template_version_id", str),
        Field("event_type", str),
        Field("language", str),
        Field("delivered_version", int),
        Field("ordinal", int),
        Field("wording", JSON),
        Field("purpose", str),
        Field("proposed_by", str),
        Field("propose_time", datetime),
        Field("status", str),
        Field("decided_by", str),
        Field("reason", str),
        Field("decide_time", datetime, nullable=True),
        Field("withdrawn_by", str),
        Field("withdraw_reason", str),
        Field("withdraw_time", datetime, nullable=True),
    ),
    (
        # Two that are proposed at the same moment have not the same number.
        index("event_type", "language", "ordinal", unique=True),
        index("event_type", "-propose_time", "-template_version_id"),
        index("status", "-propose_time", "-template_version_id"),
    ),
)
_LATEST_FIRST = Keyset({"propose_time": datetime, "template_version_id": str}, descending=True)


class TemplateVersions(Mapped[TemplateVersion]):
    """The wordings that were ever proposed."""

    collection, key = TEMPLATE_VERSIONS, "template_version_id"

    def approved(self) -> list[TemplateVersion]:
        """All that were approved and not withdrawn, to look at."""
        with translated():
            found = self.documents.find({"status": TemplateVersionStatus.APPROVED.name}, session=self.session)
            return [self.loaded(row) for row in found]

    def of(self, event_type: str, language: str) -> list[TemplateVersion]:
        """All of a type of event in a language, to look at."""
        with translated():
            query: Document = {"event_type": event_type, "language": language}
            return [self.loaded(row) for row in self.documents.find(query, session=self.session)]

    def latest(self, event_type: str, page: Page) -> PageResult[TemplateVersion]:
        """A page of a type of event's, the latest proposal first; without a type, of those that wait for a decision."""
        waiting: Document = {"status": TemplateVersionStatus.PROPOSED.name}
        query = {"event_type": event_type} if event_type else waiting
        found = _LATEST_FIRST.read(self.documents, self.session, query, page, f"template_versions:{event_type}")
        return found.map(self.loaded)
