"""Approvals with their decisions, and the dossiers of applications, in PostgreSQL."""

from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.approval.model import Approval, ApprovalLevel, Dossier, LevelDecision, RejectionReason
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

metadata = MetaData(naming_convention=NAMING)

approvals = Table(
    "approvals",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("cost", JSONB, nullable=False),
    Column("barred", JSONB, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("submit_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
)

decisions = Table(
    "decisions",
    metadata,
    Column("application_id", Text, ForeignKey(approvals.c.application_id), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("approved", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True), nullable=False),
    Column("rejection_reason", Text, nullable=False, server_default="UNSPECIFIED"),
    # Two pairs of eyes: who decided at one level decides at no other.
    UniqueConstraint("application_id", "decided_by"),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("kyc_deciders", JSONB, nullable=False),
    Column("risk_deciders", JSONB, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

# Beside the columns: the decisions, which the audit trail shows and a table of their own keeps.
_DECISIONS = "decisions"


class Approvals(Mapped[Approval]):
    """The approvals; each is loaded with its decisions, and written with those that came."""

    table = approvals
    key = "application_id"
    absent = "no offer was accepted for application {}"
    apart = (_DECISIONS,)
    subject, record_class = "customer_id", "approval"
    personal = (f"{_DECISIONS}.comment",)
    parts: ClassVar = {"decisions": ("comment",)}

    def to_row(self, aggregate: Approval) -> dict[str, Any]:
        """The columns of an approval, and its decisions."""
        return {**super().to_row(aggregate), _DECISIONS: to_plain(aggregate.decisions)}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The decisions."""
        return {_DECISIONS: self._decisions(row["application_id"])}

    def write(self, tracked: Tracked[Approval], row: Row, changed: Row) -> None:
        """Writes the row and the decisions that came with the change."""
        super().write(tracked, _columns(row), _columns(changed))
        known = len((tracked.before or {}).get(_DECISIONS, ()))
        for decision in tracked.aggregate.decisions[known:]:
            values = {**to_plain(decision), "decide_time": decision.decide_time}
            decided = {"application_id": row["application_id"], **values}
            self._uow.insert(decisions, self.sealed_part("decisions", tracked.aggregate, decided))

    def _decisions(self, application_id: str) -> tuple[LevelDecision, ...]:
        query = select(decisions).where(decisions.c.application_id == application_id)
        rows = self._uow.connection.execute(query).mappings().all()
        return tuple(
            sorted(
                (_decision(self.opened_part("decisions", application_id, dict(row))) for row in rows),
                key=lambda each: each.level.value,
            )
        )


class Dossiers(Mapped[Dossier]):
    """What is known of applications from elsewhere."""

    table = dossiers
    key = "application_id"

    def open(self, application_id: str) -> Dossier:
        """The dossier for a change, begun when there is none.

        Reports from several topics may begin it at once, in several replicas: the first one holds the others up.
        """
        return self.ensure(Dossier(application_id))


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self.approvals = Approvals(self)
        self.dossiers = Dossiers(self)


def _columns(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != _DECISIONS}


def _decision(row: Row) -> LevelDecision:
    columns = {name: row[name] for name in ("approved", "decided_by", "comment", "decide_time")}
    reason = RejectionReason[row["rejection_reason"]]
    return LevelDecision(level=ApprovalLevel[row["level"]], rejection_reason=reason, **columns)
