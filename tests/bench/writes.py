"""What a write and a read cost, and whether that grows: `python -m tests.bench.writes`. It fails on nothing.

The use cases of the application service on a real PostgreSQL, without gRPC around them: microseconds of processor of
this process, and of the PostgreSQL processes that serve it, for a draft with its idempotency key and for reading one;
for the same draft with nothing sealed, and for one that is the first of its customer, whose data keys are made with it.
Then lists and the dashboard with few applications and with many. The least of several rounds counts, so that a busy
machine matters little.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from google.protobuf.message import Message

from loanflow.application.v1 import application_service_pb2 as pb
from services.application import convert
from services.application.handlers import App
from services.application.ports import LoanFilter
from services.application.status import ApplicationStatus
from services.application.store import Applications, UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.context import Caller, RequestContext
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.ids import new_id
from services.runtime.stores.paging import Page
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_rows import PostgresIdempotency
from services.runtime.stores.sealing import Paths
from stack import folders
from stack.layout import Layout
from stack.servers import postgres as postgres_server
from tests.bench.grown import SEAL
from tests.bench.scratch import migrated
from tests.fakes.customers import FakeCustomers
from tests.fakes.documents import FakeDocuments
from tests.fakes.registry import FakeRegistry
from tests.harness import customer

_METHOD = "/loanflow.application.v1.ApplicationService/CreateApplication"
_OWNER = customer()
_ROUNDS = 7
_WARM = 80
# A lender's book: applications of the last two years, most of them long over.
_FILL = (
    "ALTER TABLE applications DISABLE TRIGGER USER",
    """INSERT INTO applications (application_id, customer_id, facility_type, amount, request, status, create_time,
            update_time, activation_authorized, loan_id, entry_count, version)
        SELECT gen_random_uuid(), md5((n %% 300000)::text),
            (ARRAY['PERSONAL', 'HOME', 'VEHICLE', 'BUSINESS'])[1 + n %% 4],
            '{"amount": "6000.00", "currency": "EUR"}', regexp_replace(request::text, %(seal)s, '', 'g')::jsonb,
            CASE WHEN n %% 50 = 0 THEN 'SUBMITTED' WHEN n %% 3 = 0 THEN 'CLOSED' ELSE 'DISBURSED' END,
            now() - n * interval '63 seconds', now(), false, '', 0, 1
        FROM generate_series(%(first)s::int, %(last)s::int) AS n, (SELECT request FROM applications LIMIT 1) AS one""",
    "ALTER TABLE applications ENABLE TRIGGER USER",
    "TRUNCATE pipeline, pipeline_changes",
    """INSERT INTO pipeline (day, status, currency, standing, amount)
        SELECT (create_time AT TIME ZONE 'UTC')::date, status, amount ->> 'currency', count(*), 6000 * count(*)
        FROM applications GROUP BY 1, 2, 3""",
    "VACUUM ANALYZE applications",
    "ANALYZE pipeline",
)


class _Bench:
    """The service's use cases on a database of their own, and how to see what its server spends."""

    def __init__(self, database: Postgres, layout: Layout) -> None:
        self.database, self.layout, self.name = database, layout, database.engine.url.database or ""
        outbox = Outbox("application", convert.event_message, Codec(FakeRegistry()))
        self.app = App(lambda: UnitOfWork(database, outbox), SystemClock(), FakeDocuments(), FakeCustomers())

    def create(self, owner: Caller = _OWNER) -> str:
        """A draft as the service makes it, its answer kept under a key."""
        request, key = _request(owner), new_id()
        digest = hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
        with context.bind(RequestContext(owner, method=_METHOD)), self.database.transaction():
            assert self.database.idempotency.find(owner.actor, _METHOD, key) is None
            answer = convert.from_application(self.app.create(convert.to_create(request)))
            self.database.idempotency.save(owner.actor, _METHOD, key, digest, answer.SerializeToString())
        return answer.application_id

    def read(self, application_id: str) -> Message:
        """One application as the service answers it."""
        with context.bind(RequestContext(_OWNER, method=_METHOD)):
            return convert.from_application(self.app.read(application_id))

    def processor(self, call: Callable[[], object], times: int) -> dict[str, float]:
        """Microseconds of processor for one call: this process, and the server's."""
        for _ in range(_WARM):
            call()
        servers, best = self._servers(), (float("inf"), float("inf"))
        for _ in range(_ROUNDS):
            mine, theirs = time.process_time(), _spent(servers)
            for _ in range(times):
                call()
            spent = (time.process_time() - mine) * 1e6 / times, (_spent(servers) - theirs) / times
            best = min(best[0], spent[0]), min(best[1], spent[1])
        return {"service_us": round(best[0]), "postgresql_us": round(best[1])}

    def _servers(self) -> list[int]:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        with postgres_server.admin(self.layout) as connection:
            return [int(row[0]) for row in connection.execute(query, (self.name,))]

    def fill(self, first: int, last: int) -> None:
        """Adds applications with these numbers."""
        with postgres_server.admin(self.layout, self.name) as connection:
            for statement in _FILL:
                connection.execute(
                    statement.encode(), {"first": first, "last": last, "seal": SEAL} if "%(" in statement else None
                )

    def reads(self) -> dict[str, float]:
        """Microseconds of the server's processor for each list, and for the dashboard."""
        page, calls = Page(20), dict[str, Callable[[], object]]()
        for name, wanted in (
            ("newest loans", LoanFilter()),
            ("loans of a facility type", LoanFilter(facility_type="HOME")),
            ("loans in a status", LoanFilter(status=ApplicationStatus.SUBMITTED)),
            ("a customer's applications", LoanFilter(customer_id=_OWNER.subject)),
        ):
            calls[name] = lambda wanted=wanted: self.app.list_loans(wanted, page)  # type: ignore[misc]
        calls["dashboard"] = lambda: self.app.dashboard(LoanFilter())
        return {name: self.processor(call, 20)["postgresql_us"] for name, call in calls.items()}


def main() -> None:
    """Measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of a stack whose PostgreSQL runs")
    parser.add_argument("--many", type=int, default=1_000_000, help="applications of the larger table; 0: no growth")
    given = parser.parse_args()
    print(json.dumps(run(given.base, many=given.many), indent=1))


def run(base: int, few: int = 10_000, many: int = 1_000_000) -> dict[str, object]:
    """Processor per create and read; and per list with `few` and with `many` applications, and their ratio."""
    layout = Layout.of(base)
    with migrated(layout, "application") as database:
        bench = _Bench(database, layout)
        sealed = bench.processor(bench.create, 200)
        found: dict[str, object] = {"create": sealed}
        found["create, first of its customer"] = bench.processor(lambda: bench.create(customer()), 200)
        with in_clear(database):
            clear = bench.processor(bench.create, 200)
        found["create, in clear"] = clear
        found["sealed to clear"] = round(sum(sealed.values()) / sum(clear.values()), 2)
        application_id = bench.create()
        found["read"] = bench.processor(lambda: bench.read(application_id), 400)
        if many:
            bench.fill(1, few)
            small = bench.reads()
            bench.fill(few + 1, many)
            large = bench.reads()
            found["growth"] = {
                name: {"few_us": small[name], "many_us": large[name], "ratio": round(large[name] / small[name], 2)}
                for name in small
            }
            found |= {"few": few, "many": many}
    return found


@contextmanager
def in_clear(database: Postgres) -> Iterator[None]:
    """The store seals nothing, as if nothing in it were personal."""
    personal = Applications.paths, Applications.parts, Applications.subject, database.idempotency
    Applications.paths, Applications.parts, Applications.subject = Paths("applications", ()), {"timeline": ()}, ""
    database.idempotency = PostgresIdempotency(database.tables, database._current)
    try:
        yield
    finally:
        Applications.paths, Applications.parts, Applications.subject, database.idempotency = personal


def _request(owner: Caller) -> pb.CreateApplicationRequest:
    euros = {"currency": "EUR"}
    return pb.CreateApplicationRequest(
        customer_id=owner.subject, purpose="A kitchen for our new flat", facility_type="PERSONAL", tenure_months=12,
        project={"name": "Kitchen", "cost": {**euros, "amount": "7000"}}, amount={**euros, "amount": "6000"},
        monthly_income={**euros, "amount": "3000"}, monthly_debts={**euros, "amount": "200"},
    )  # fmt: skip


def _spent(servers: list[int]) -> float:
    """Microseconds of processor that these processes have had."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in servers) / 1000


if __name__ == "__main__":
    main()
