"""What credit bureaus are asked, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from services.risk.bureau import BureauFile
from services.risk.tables import bureau_files
from services.runtime.stores.mapping import FileReference
from services.runtime.stores.postgres_mapping import Mapped


class BureauFiles(Mapped[BureauFile]):
    """The files of applications; their answers are sealed files of the bucket, under keys of this class of record."""

    table = bureau_files
    key = "application_id"
    absent = "no bureau is asked about application {}"
    subject, record_class = "customer_id", "bureau"
    personal = ("inquiries.outcome.score.factors",)
    derived = ("check_time",)

    def derive(self, aggregate: BureauFile) -> dict[str, Any]:
        """When something is to be done next."""
        return {"check_time": None if aggregate.due is None else aggregate.due.look_time}

    def files(self, aggregate: BureauFile) -> Sequence[FileReference]:
        """The answers as they came."""
        stored = [each.outcome.stored for each in aggregate.inquiries if each.outcome is not None]
        return [FileReference(each.key, each.sha256) for each in stored if each is not None]

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The application about which something is due longest, which no one else gets until then; None without."""
        due = select(bureau_files.c.application_id).where(bureau_files.c.check_time <= now)
        first = due.order_by(bureau_files.c.check_time).limit(1).with_for_update(skip_locked=True)
        mine = bureau_files.c.application_id == first.scalar_subquery()
        taken = update(bureau_files).where(mine).values(check_time=until).returning(bureau_files.c.application_id)
        found: str | None = self._uow.connection.scalar(taken)
        return found
