"""What callers of the drill were acknowledged, and when: after a restore it is there, unless it came after the moment.

`at` is the latest time that it can have been acknowledged; what is noted once stays to be looked for in every later
restore.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from stack.demo.api import Refused
from stack.demo.documents import sample_pdf
from tests.bench.platform import Customer, Platform, form
from tests.faults.load import Acknowledged

_APPLICATIONS = "SELECT application_id, status FROM applications"


@dataclass(frozen=True)
class Upload:
    """A file that was taken: its document, who may read it, its content."""

    document_id: str
    owner: Customer
    content: bytes
    at: datetime


@dataclass
class Given:
    """Applications, those that were withdrawn, files: each with its time."""

    created: dict[str, datetime] = field(default_factory=dict)
    withdrawn: dict[str, datetime] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)

    def note(self, found: Acknowledged) -> None:
        """Has what the load was given until now."""
        now = datetime.now(UTC)
        for application in [*found.created]:
            self.created.setdefault(application, now)
        for application in [*found.withdrawn]:
            self.withdrawn.setdefault(application, now)

    def upload(self, owner: Customer) -> str:
        """A new application of the customer, and a file for it; the application's id."""
        answer = owner.session.post("/api/v1/applications", form(owner.id))
        application = str(answer["application"]["applicationId"])
        with TemporaryDirectory() as folder:
            file = sample_pdf(Path(folder), application, "Ada Okafor", f"statement of {application}")
            fields = {"application_id": application, "type": "DOCUMENT_TYPE_BANK_STATEMENT"}
            document = owner.session.upload("/api/v1/documents/upload", file, fields)["document"]["documentId"]
            now = datetime.now(UTC)
            self.uploads.append(Upload(document, owner, file.read_bytes(), now))
        self.created[application] = now
        return application

    def missing(self, platform: Platform, until: datetime) -> tuple[list[str], int]:
        """What was acknowledged by then and is not there; and how much came later, which is forgotten."""
        rows = {str(key): str(status) for key, status in platform.sql("application", _APPLICATIONS)}
        lost = [
            *(f"application {key}" for key, at in self.created.items() if key not in rows and at <= until),
            *(
                f"the withdrawal of application {key}"
                for key, at in self.withdrawn.items()
                if rows.get(key) != "WITHDRAWN" and at <= until
            ),
            *self._lost_files(until),
        ]
        newer = [key for key, at in self.created.items() if key not in rows and at > until]
        self.created = {key: at for key, at in self.created.items() if key in rows}
        self.withdrawn = {key: at for key, at in self.withdrawn.items() if rows.get(key) == "WITHDRAWN"}
        self.uploads = [each for each in self.uploads if each.at <= until]
        return [f"{each} was acknowledged before the moment, and is lost" for each in lost], len(newer)

    def _lost_files(self, until: datetime) -> Iterator[str]:
        for each in self.uploads:
            if each.at <= until:
                try:
                    content = each.owner.session.read(f"/api/v1/documents/{each.document_id}/content")
                except Refused as refused:
                    yield f"the file of document {each.document_id} ({refused})"
                else:
                    if content != each.content:
                        yield f"the content of document {each.document_id}"
