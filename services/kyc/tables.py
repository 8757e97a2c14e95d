"""The tables of the kyc service; migrations/ creates them."""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.runtime.stores.tables import NAMING

metadata = MetaData(naming_convention=NAMING)

reviews = Table(
    "reviews",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("submit_time", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("assign_time", DateTime(timezone=True)),
    Column("verification", JSONB(none_as_null=True)),
    Column("screening", JSONB(none_as_null=True)),
    Column("project_validated", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("rejection_reason", Text),
    Column("reason", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True)),
    Column("applied_income", JSONB(none_as_null=True)),
    Column("information_requests", JSONB, nullable=False, server_default="[]"),
    Column("applied_amount", JSONB(none_as_null=True)),
    Column("risk_tier", Text, nullable=False, server_default="LOW"),
    Column("risk_rank", Integer, nullable=False, server_default="2"),
    Column("due_time", DateTime(timezone=True)),
    Column("escalate_time", DateTime(timezone=True)),
    Column("parties", JSONB, nullable=False, server_default="[]"),
    Column("identity_renewals", JSONB, nullable=False, server_default="[]"),
    Column("renewal_due_time", DateTime(timezone=True)),
    Column("renewal_tell_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    # What waits for an officer, in whichever status; what has ended stays out of the index.
    Index(
        "reviews_queue",
        "submit_time",
        "application_id",
        postgresql_where=text("status IN ('PENDING', 'ASSIGNED', 'VERIFIED')"),
    ),
    # Those in one status, what has ended and what waits for its customer among them.
    Index("reviews_status", "status", "submit_time", "application_id"),
    # What has not ended has a time at which it is due.
    Index("reviews_in_hand", "officer_id", postgresql_where=text("due_time IS NOT NULL")),
    Index("reviews_risk", "risk_rank", "submit_time", "application_id", postgresql_where=text("due_time IS NOT NULL")),
    Index("reviews_due", "due_time", "application_id", postgresql_where=text("due_time IS NOT NULL")),
    # Those for which a new identity paper is asked for, and those of which staff are told next.
    Index(
        "reviews_renewals",
        "renewal_due_time",
        "application_id",
        postgresql_where=text("renewal_due_time IS NOT NULL"),
    ),
    Index("reviews_renewals_told", "renewal_tell_time", postgresql_where=text("renewal_tell_time IS NOT NULL")),
)

screening_cases = Table(
    "screening_cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("application_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("hit", JSONB, nullable=False),
    Column("entry", JSONB, nullable=False),
    Column("compared", JSONB, nullable=False),
    Column("list_version", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("open_time", DateTime(timezone=True), nullable=False),
    Column("due_time", DateTime(timezone=True), nullable=False),
    Column("escalate_time", DateTime(timezone=True)),
    Column("resolution", Text),
    Column("note", Text, nullable=False),
    Column("evidence", JSONB(none_as_null=True)),
    Column("resolved_by", Text, nullable=False),
    Column("resolve_time", DateTime(timezone=True)),
    Column("reviewed_by", Text, nullable=False),
    Column("review_time", DateTime(timezone=True)),
    Column("review_note", Text, nullable=False),
    Column("listing", Text, nullable=False, server_default="SANCTION"),
    Column("due_diligence", JSONB(none_as_null=True)),
    Column("due_diligence_renewal", JSONB(none_as_null=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("screening_cases_customer", "customer_id"),
    Index("screening_cases_status", "status", "due_time", "case_id"),
    Index("screening_cases_in_hand", "officer_id", postgresql_where=text("status IN ('OPEN', 'PROPOSED')")),
)

# Who has applied, and whether anything of theirs has not ended: those are screened again.
monitored_customers = Table(
    "monitored_customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("running", JSONB, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("screened_changes", Integer, nullable=False),
    Column("list_version", Text, nullable=False),
    Column("screen_time", DateTime(timezone=True)),
    Column("daily_date", Date),
    Column("country_tier", Text),
    Column("version", Integer, nullable=False),
    Index("monitored_customers_open", "customer_id", postgresql_where=text("is_open")),
)

officers = Table(
    "officers",
    metadata,
    Column("officer_id", Text, primary_key=True),
    Column("skills", JSONB, nullable=False),
    Column("absent_from", Date),
    Column("absent_until", Date),
    Column("version", Integer, nullable=False),
)

# The published lists that customers are screened against, the newest of each source whole.
sanctions_lists = Table(
    "sanctions_lists",
    metadata,
    Column("source", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("load_time", DateTime(timezone=True), nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("entries", JSONB, nullable=False),
)
