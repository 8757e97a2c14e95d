"""The figures of the dashboard, held against the timelines; and that a look costs the same whatever is behind it."""

import math
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import event, text

from loanflow.application.v1 import application_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import report_pb2
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.application.figures import DECIDED, MOVED, STAYED, WAITING, Count
from services.application.ports import LoanFilter
from services.runtime import context
from services.runtime.ids import new_id
from services.runtime.stores.migrate import configuration, transactional
from tests.harness import Servers, customer, staff
from tests.integration.application.test_application import Service, creation
from tests.integration.conftest import FreshPostgres

_VERSIONS = Path(__file__).resolve().parents[3] / "services" / "application" / "migrations" / "versions"
_MOVES = """
    SELECT from_status, to_status, extract(epoch FROM time - since) AS seconds, (time AT TIME ZONE 'UTC')::date FROM (
        SELECT *, lag(time) OVER (PARTITION BY application_id ORDER BY number) AS since FROM timeline
        WHERE from_status <> to_status OR number = 1
    ) moves WHERE since IS NOT NULL
"""


@pytest.fixture
def running(fresh_postgres: FreshPostgres, client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


def _work(running: Service, chance: random.Random, steps: int) -> None:
    """Applications are made, handed in, and go some way."""
    for _ in range(steps):
        owner = customer()
        client = running.client(owner)
        made = client.CreateApplication(creation(owner)).application.application_id
        if chance.random() < 0.2:
            client.WithdrawApplication(pb.WithdrawApplicationRequest(application_id=made))
            continue
        client.SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
        rating = chance.choice([report_pb2.RISK_RATING_A, report_pb2.RISK_RATING_E])
        known = {"application_id": made, "customer_id": owner.subject, "rating": rating, "decided_by": new_id()}
        way = [
            (kyc.KycVerificationStarted(application_id=made), "kyc"),
            (kyc.KycApproved(application_id=made), "kyc"),
            (risk.RiskAssessmentCompleted(application_id=made), "risk"),
            (chance.choice([risk.RiskApprovedForDiscussion, risk.RiskRejected])(**known), "risk"),
        ]
        for said, service in way[: chance.randrange(len(way) + 1)]:
            running.event(said, service)


def _add_up(running: Service) -> None:
    with context.background("application", "application.pipeline"):
        while running.app.add_up():
            pass


def _counts(running: Service, first: date | None = None, last: date | None = None) -> dict[tuple[str, ...], int]:
    with running.app.begin() as uow:
        found: list[Count] = list(uow.figures.counts(first, last, datetime.now(UTC).date()))
    return {each[:3]: each[4] for each in found}


def _expected(running: Service) -> dict[tuple[str, ...], int]:
    """The same, by reading every timeline again."""
    found: Counter[tuple[str, ...]] = Counter()
    with running.database.engine.connect() as connection:
        for name, part, seconds, _ in connection.execute(text(_MOVES)):
            found[MOVED, name, part] += 1
            found[STAYED, name, str(math.ceil(4 * math.log2(seconds)) if seconds > 1 else 0)] += 1
        standing = connection.execute(text("SELECT status, count(*) FROM applications GROUP BY 1")).all()
    quiet = {"DRAFT", "WITHDRAWN", "RISK_REJECTED"}
    return {**found, **{(WAITING, status, ""): count for status, count in standing if status not in quiet}}


def test_the_figures_are_those_of_every_timeline(running: Service) -> None:
    _work(running, random.Random(3), 12)
    for _ in range(2):
        counts = _counts(running)
        decided = {key: count for key, count in counts.items() if key[0] == DECIDED}
        assert {key: count for key, count in counts.items() if key[0] != DECIDED} == _expected(running)
        outcomes = sum(count for key, count in counts.items() if key[:2] == (MOVED, "RISK_ASSESSED"))
        assert sum(decided.values()) == outcomes > 0
        # All of today, and nothing of tomorrow.
        today = datetime.now(UTC).date()
        assert _counts(running, today, today) == counts
        later = today + timedelta(days=1)
        assert {key[0] for key in _counts(running, later, later)} == {WAITING}
        _add_up(running)
        _work(running, random.Random(4), 3)


def test_what_was_there_before_is_counted_by_the_migration(running: Service) -> None:
    _work(running, random.Random(5), 8)
    _add_up(running)
    before = running.app.dashboard(LoanFilter())
    with running.database.engine.connect() as connection:
        for statement in (
            "DROP TRIGGER spans_locked ON pipeline", "DROP TRIGGER spans_made ON pipeline",
            "DROP TRIGGER spans_changed ON pipeline", "DROP FUNCTION lock_pipeline_spans",
            "DROP FUNCTION span_pipeline_made", "DROP FUNCTION span_pipeline_changed",
            "DROP TABLE pipeline_spans, figures, figure_changes",
        ):  # fmt: skip
            connection.execute(text(statement))
    with transactional(running.database.engine).connect() as connection:
        command.stamp(configuration(connection, _VERSIONS), "0011")
        command.upgrade(configuration(connection, _VERSIONS), "0012")
        command.stamp(configuration(connection, _VERSIONS), "head")
        connection.commit()
    after = running.app.dashboard(LoanFilter())
    assert (after.stages, after.flows, after.queues) == (before.stages, before.flows, before.queues)
    _work(running, random.Random(6), 4)
    assert {key: count for key, count in _counts(running).items() if key[0] != DECIDED} == _expected(running)


def test_a_look_reads_as_many_rows_after_years_as_after_a_day(running: Service) -> None:
    _work(running, random.Random(7), 6)
    _add_up(running)
    few = _rows_read(running)
    with running.database.engine.connect() as connection:
        # Three years of days like the one that is there.
        for table, key in (("pipeline", "status, currency, standing, amount, left_count, left_seconds, left_longest"),
                           ("figures", "kind, name, part, count")):  # fmt: skip
            span, where = ("'DAY', ", "span = 'DAY' AND kind <> 'WAITING'") if table == "figures" else ("", "true")
            columns = f"{'span, ' if span else ''}day, {key}"
            connection.execute(
                text(
                    f"INSERT INTO {table} ({columns}) SELECT {span} day - n, {key} FROM {table}, "
                    f"generate_series(1, 1000) AS n WHERE {where}"
                )
            )
        connection.execute(text("ANALYZE pipeline, pipeline_spans, figures"))
    assert _rows_read(running) == few


def _rows_read(running: Service) -> int:
    """How many rows of the sums a look at everything takes up, by the plans of what it asks."""
    asked = list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(running.database.engine, "before_cursor_execute", note)
    running.app.dashboard(LoanFilter())
    event.remove(running.database.engine, "before_cursor_execute", note)
    found = [each for each in asked if "pipeline_spans" in each[0] or "figures" in each[0]]
    assert len(found) == 2, asked
    with running.database.engine.connect() as connection:
        # Of so few rows the planner would read all.
        connection.execute(text("SET enable_seqscan = off"))
        plans = [connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {each}", values) for each, values in found]
        return sum(_scanned(plan.scalar_one()[0]["Plan"]) for plan in plans)


def _scanned(node: Any) -> int:
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) if "Relation Name" in node else 0
    return int(own * node["Actual Loops"]) + sum(map(_scanned, node.get("Plans", ())))


def test_administrators_see_how_loans_go_on_and_who_waits(running: Service) -> None:
    _work(running, random.Random(8), 10)
    board = running.client(staff("ADMIN")).GetDashboard(pb.GetDashboardRequest()).dashboard
    counts = _counts(running)
    assert sum(each.left_count for each in board.flows) == sum(n for key, n in counts.items() if key[0] == MOVED)
    assert sum(each.waiting_count for each in board.queues) == sum(n for key, n in counts.items() if key[0] == WAITING)
    assert {each.rating for each in board.bands} <= {"A", "E"}
    for each in board.queues:
        assert (each.under_1_day, each.oldest_days) == (each.waiting_count, 0)


def test_what_is_decided_without_a_score_is_in_no_band(running: Service) -> None:
    owner = customer()
    client = running.client(owner)
    made = client.CreateApplication(creation(owner)).application.application_id
    client.SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
    running.event(kyc.KycVerificationStarted(application_id=made), "kyc")
    running.event(kyc.KycApproved(application_id=made), "kyc")
    running.event(risk.RiskAssessmentCompleted(application_id=made), "risk")
    # A company has neither score nor rating.
    released = risk.RiskApprovedForDiscussion(
        application_id=made, customer_id=owner.subject, decided_by=new_id(), facility_type="WORKING_CAPITAL"
    )
    running.event(released, "risk")
    board = running.client(staff("ADMIN")).GetDashboard(pb.GetDashboardRequest()).dashboard
    assert not board.bands
    assessed = application_pb2.APPLICATION_STATUS_RISK_ASSESSED
    assert [each.advanced_count for each in board.flows if each.status == assessed] == [1]
