"""The dashboard's figures, held against counting every application and its timeline again."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from loanflow.application.v1 import application_service_pb2 as pb
from services.application.ports import LoanFilter, StageMetrics
from services.runtime import context
from services.runtime.stores.migrate import configuration, transactional
from services.runtime.stores.postgres import Postgres
from tests.harness import Servers, customer
from tests.integration.application.test_application import Service, creation, money
from tests.integration.conftest import FreshPostgres

_VERSIONS = Path(__file__).resolve().parents[3] / "services" / "application" / "migrations" / "versions"
_COUNTED = """
    WITH moves AS (
        SELECT application_id, from_status,
            extract(epoch FROM time - lag(time) OVER (PARTITION BY application_id ORDER BY number)) AS seconds
        FROM timeline WHERE from_status <> to_status OR number = 1
    ), left_behind AS (
        SELECT from_status AS status, count(*) AS left_count, avg(seconds) AS mean, max(seconds) AS longest
        FROM moves WHERE seconds IS NOT NULL GROUP BY 1
    ), standing AS (
        SELECT status, count(*) AS count, sum((amount ->> 'amount')::numeric) AS amount FROM applications GROUP BY 1
    )
    SELECT status, coalesce(count, 0), coalesce(amount, 0), coalesce(left_count, 0), coalesce(trunc(mean), 0)::int,
        coalesce(trunc(longest), 0)::int
    FROM standing FULL JOIN left_behind USING (status) ORDER BY status
"""


@pytest.fixture
def running(fresh_postgres: FreshPostgres, client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


def _counted(database: Postgres) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(_COUNTED))]


def _figures(stages: Sequence[StageMetrics]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            each.status.name, each.count, each.amount.amount, each.left_count, each.average_duration_seconds,
            each.longest_duration_seconds,
        )
        for each in stages
    )  # fmt: skip


def _work(running: Service, chance: random.Random, steps: int) -> None:
    owner = customer()
    client, drafts = running.client(owner), list[str]()
    for _ in range(steps):
        amount = money(str(chance.randrange(2_000, 9_000)))
        if not drafts or chance.random() < 0.4:
            drafts.append(client.CreateApplication(creation(owner, amount=amount)).application.application_id)
        elif chance.random() < 0.6:
            values = {"application_id": chance.choice(drafts), **_unowned(creation(owner, amount=amount))}
            client.UpdateApplication(pb.UpdateApplicationRequest(**values))
        else:
            client.WithdrawApplication(pb.WithdrawApplicationRequest(application_id=drafts.pop()))


def _unowned(request: pb.CreateApplicationRequest) -> dict[str, Any]:
    return {field.name: value for field, value in request.ListFields() if field.name != "customer_id"}


def _add_up(running: Service) -> bool:
    with context.background("application", "application.pipeline"):
        return running.app.add_up()


def test_the_figures_are_those_of_counting_again(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("services.application.pipeline", "services.application.handlers"):
        monkeypatch.setattr(f"{module}.MOST_FOLDED", 5)
    chance = random.Random(11)
    for _ in range(4):
        _work(running, chance, 12)
        assert _figures(running.app.dashboard(LoanFilter()).stages) == _counted(running.database)
        # Two replicas at once take different changes, and each change once.
        with ThreadPoolExecutor(2) as pool:
            assert any(pool.map(lambda _: _add_up(running), range(2)))
        assert _figures(running.app.dashboard(LoanFilter()).stages) == _counted(running.database)
    while _add_up(running):
        pass
    with running.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pipeline_changes")) == 0
    assert _figures(running.app.dashboard(LoanFilter()).stages) == _counted(running.database)


def test_what_was_there_before_the_figures_is_counted_by_their_migration(running: Service) -> None:
    _work(running, random.Random(12), 20)
    expected = _counted(running.database)
    with running.database.engine.connect() as connection:
        for statement in (
            "DROP TRIGGER made ON applications", "DROP TRIGGER moved ON applications",
            "DROP TRIGGER left_stage ON timeline", "DROP FUNCTION note_pipeline", "DROP FUNCTION note_left",
            "DROP TABLE pipeline, pipeline_changes, pipeline_spans, figures, figure_changes",
            "DROP FUNCTION lock_pipeline_spans, span_pipeline_made, span_pipeline_changed",
        ):  # fmt: skip
            connection.execute(text(statement))
    with transactional(running.database.engine).connect() as connection:
        # That migration and the one that builds on it: what came between is there.
        for before, after in (("0004", "0005"), ("0011", "0012")):
            command.stamp(configuration(connection, _VERSIONS), before)
            command.upgrade(configuration(connection, _VERSIONS), after)
        command.stamp(configuration(connection, _VERSIONS), "head")
        connection.commit()
    assert _figures(running.app.dashboard(LoanFilter()).stages) == expected
    _work(running, random.Random(13), 8)
    assert _figures(running.app.dashboard(LoanFilter()).stages) == _counted(running.database)
