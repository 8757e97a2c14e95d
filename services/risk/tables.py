"""The tables of the risk service."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.runtime.stores.tables import NAMING

metadata = MetaData(naming_convention=NAMING)

# Of the risk manager's rejections from before refusals were recorded.
UNRECORDED = text("status = 'REJECTED' AND refusals = '[]'")
# What waits for the decision on its risk, and for an answer that the law gives a time.
UNDECIDED = text("decision_due_time IS NOT NULL AND status IN ('PENDING', 'ASSESSED') AND refusals = '[]'")
_LATEST = text("latest_time DESC"), text("application_id DESC")

reports = Table(
    "reports",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("submit_time", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("earlier_deciders", ARRAY(Text), nullable=False),
    Column("party_ids", ARRAY(Text), nullable=False, server_default="{}"),
    Column("assessment", JSONB(none_as_null=True)),
    Column("decided_by", Text, nullable=False),
    Column("rejection_reason", Text),
    Column("reason", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True)),
    Column("offers", JSONB, nullable=False, server_default="[]"),
    Column("overrides", JSONB, nullable=False, server_default="[]"),
    Column("rules", JSONB(none_as_null=True)),
    Column("refusals", JSONB, nullable=False, server_default="[]"),
    Column("decision_due_time", DateTime(timezone=True)),
    Column("decision_tell_time", DateTime(timezone=True)),
    Column("for_legal_entity", Boolean, nullable=False, server_default="false"),
    # Of the latest refusal: when its notice is to be looked after next, and when it is due; NULL once nothing is.
    Column("notice_check_time", DateTime(timezone=True)),
    Column("notice_due_time", DateTime(timezone=True)),
    # Since when a review of the latest refusal waits; NULL while none does.
    Column("review_time", DateTime(timezone=True)),
    # By when its answer is owed, and when next staff are told of what is owed soon or late; NULL once nothing is.
    Column("answer_due_time", DateTime(timezone=True)),
    Column("deadline_time", DateTime(timezone=True)),
    # For the search alone: they repeat what stands in figures and assessment.
    Column("facility_type", Text, nullable=False),
    Column("score", Integer),
    Column("rating", Text),
    Column("latest_time", DateTime(timezone=True), nullable=False),
    Column("words", Text, nullable=False),
    # Raised by a trigger at every change, and the one that the search engine's index has.
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("indexed_revision", Integer, nullable=False, server_default="0"),
    # Since when it is known by what its persons are recognized; NULL as long as nobody has looked.
    Column("learn_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("reports_latest", *_LATEST),
    Index("reports_status", "status", *_LATEST),
    Index("reports_facility_type", "facility_type", *_LATEST),
    Index("reports_rating", "rating", *_LATEST),
    Index("reports_score", "score"),
    Index("reports_customer", "customer_id"),
    Index("reports_notice_check", "notice_check_time", postgresql_where=text("notice_check_time IS NOT NULL")),
    Index(
        "reports_notice_due", "notice_due_time", "application_id", postgresql_where=text("notice_due_time IS NOT NULL")
    ),
    Index("reports_review", "review_time", "application_id", postgresql_where=text("review_time IS NOT NULL")),
    Index("reports_answer_due", "answer_due_time", "application_id", postgresql_where=text("review_time IS NOT NULL")),
    Index("reports_deadline", "deadline_time", postgresql_where=text("deadline_time IS NOT NULL")),
    Index("reports_undecided", "decision_due_time", postgresql_where=UNDECIDED),
    Index("reports_unlearnt", "application_id", postgresql_where=text("learn_time IS NULL")),
    Index("reports_without_refusal", "application_id", postgresql_where=UNRECORDED),
    Index("reports_due", "application_id", postgresql_where=text("revision <> indexed_revision")),
)

bureau_files = Table(
    "bureau_files",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("consent", JSONB(none_as_null=True)),
    Column("inquiries", JSONB, nullable=False),
    # When something is to be done about an inquiry next; NULL while nothing is.
    Column("check_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("bureau_files_check", "check_time", postgresql_where=text("check_time IS NOT NULL")),
    Index("bureau_files_customer", "customer_id"),
)

# By what customers, their companies and who controls these are recognized: blind indexes, under the service's own key.
known_customers = Table(
    "known_customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("person_index", Text, nullable=False),
    Column("company_indexes", ARRAY(Text), nullable=False),
    Column("controller_indexes", ARRAY(Text), nullable=False),
    Column("update_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("known_customers_person", "person_index"),
    Index("known_customers_company", "company_indexes", postgresql_using="gin"),
    Index("known_customers_controllers", "controller_indexes", postgresql_using="gin"),
)

income_files = Table(
    "income_files",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("readings", JSONB, nullable=False),
    Column("reassess_time", DateTime(timezone=True)),
    # When a statement is to be read next, or an assessment to be made; NULL while nothing is.
    Column("check_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("income_files_check", "check_time", postgresql_where=text("check_time IS NOT NULL")),
    Index("income_files_customer", "customer_id"),
)

collateral_files = Table(
    "collateral_files",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("reassess_time", DateTime(timezone=True)),
    # Repeats reassess_time, but for what a replica has in hand; NULL while no assessment waits.
    Column("check_time", DateTime(timezone=True)),
    # When the first item is to be valued, as text; NULL when none is any more.
    Column("due_date", Text),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("collateral_files_check", "check_time", postgresql_where=text("check_time IS NOT NULL")),
    Index("collateral_files_due", "due_date", "application_id", postgresql_where=text("due_date IS NOT NULL")),
    Index("collateral_files_customer", "customer_id"),
)

# What was found last of each table of points, over all loans whose outcome is known.
outcome_checks = Table(
    "outcome_checks",
    metadata,
    Column("check_id", Text, primary_key=True),
    Column("scorecard_version", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("outcomes", JSONB, nullable=False),
    Column("check_time", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
)

_PROPOSED = text("propose_time DESC"), text("rule_set_version DESC")

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("rule_set_version", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("in_force_time", DateTime(timezone=True), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("propose_time", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("simulation", JSONB(none_as_null=True)),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("rule_sets_latest", *_PROPOSED),
    Index("rule_sets_in_force", "status", text("in_force_time DESC"), text("decide_time DESC")),
)
