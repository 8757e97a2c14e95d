"""The platform under measurement: a stack of its own, its customers, what waits in it, parts of it alone."""

import json
import secrets
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import OffsetSpec as Offset  # type: ignore[attr-defined]

from services import catalog
from stack import folders, pki, programs, starter
from stack.backup.parts import archiving
from stack.demo.api import Session
from stack.demo.applicants import Applicant
from stack.demo.journey import LoanJourney
from stack.demo.registration import become_customer
from stack.demo.staff import Staff, create_staff
from stack.layout import Layout
from stack.parts import stand_ins, table
from stack.servers import kafka, postgres
from stack.supervisor import Supervisor
from tests.bench.load import Call
from tests.bench.processes import window

APPLICANT = Applicant(
    "Ada Okafor", "PERSONAL", Decimal(12_000), 36, Decimal("6.5"), Decimal(4_200), Decimal(300), Decimal(0),
    "New roof",
)  # fmt: skip
# With less, nothing is behind: what is being handled at this moment.
_FLAT = 50
_CUSTOMERS = 240
_PATIENCE_SECONDS = 60.0
# Of a core; the platform at rest takes less.
_IDLE = 0.4


@dataclass(frozen=True)
class Customer:
    """A customer who is signed in."""

    id: str
    session: Session


class Platform:
    """One stack, by its layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.supervisor = Supervisor(layout, (*table(), *stand_ins(), *archiving()))
        self._groups: dict[str, Consumer] = {}
        self.edge = Session(f"http://127.0.0.1:{layout.ports.of('edge')}")

    def command(self, *arguments: str) -> str:
        """Runs the stack's own command; what it printed. RuntimeError with it when it failed."""
        line = [programs.python(), "-m", "stack", "--base", str(self.layout.base), *arguments]
        done = subprocess.run(
            line, env=programs.environment(), cwd=folders.CHECKOUT, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"stack {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def roots(self) -> Mapping[str, int]:
        """The process of each program that runs."""
        return {each.name: each.pid for each in self.supervisor.processes() if each.pid}

    def processes(self, name: str) -> int:
        """How many processes of a service take calls: itself, and those that it has started."""
        return 1 + len(psutil.Process(self.roots()[name]).children(recursive=True))

    @contextmanager
    def alone(self, *names: str) -> Iterator[None]:
        """Stops all other services for the block, then starts them and waits until nothing is behind."""
        others = [each for each in catalog.BY_NAME if each not in names]
        for each in others:
            self.supervisor.stop(each)
        try:
            yield
        finally:
            parts = [part for part in table() if part.name in others]
            for problem in starter.start(self.layout, self.supervisor, parts, lambda _name, _seconds: None):
                raise problem

    @cached_property
    def staff(self) -> Staff:
        """The lender's staff, an account for each part."""
        return create_staff(self.edge, self.layout)

    @cached_property
    def customers(self) -> Sequence[Customer]:
        """So many that none of them asks more than others would, or has more open applications than people have."""
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: self._register(), range(_CUSTOMERS)))
        self.rest()
        return found

    def _register(self) -> Customer:
        name, password = f"ada.{secrets.token_hex(6)}@customer.example", secrets.token_urlsafe(18)
        form = {"email": name, "password": password, "fullName": "Ada Okafor", "phone": "+491701234567"}
        session = become_customer(self.edge, self.layout.mails, form)
        return Customer(session.account_id, session)

    def journey(self, folder: Path) -> LoanJourney:
        """A loan that is not begun yet."""
        return LoanJourney(self.edge, self.staff, APPLICANT, folder, self.layout.mails)

    def creates(self) -> list[Call]:
        """`POST /applications`, once for each customer."""
        url = f"{self.edge.base_url}/api/v1/applications"
        return [Call("create", "POST", url, each.session.token, form(each.id)) for each in self.customers]

    def waiting(self) -> dict[str, int]:
        """How many events wait, by service: rows in its outbox (`out`), records that it has not taken yet (`in`)."""
        return {name: count for name, count in (*self._outbox().items(), *self._lag().items()) if count}

    def settle(self, seconds: float = 120) -> float:
        """Waits until nothing is behind; after how many seconds. TimeoutError names what still waits."""
        begun = time.monotonic()
        while sum((waiting := self.waiting()).values()) > _FLAT:
            if time.monotonic() - begun > seconds:
                raise TimeoutError(f"after {seconds} s there still wait {waiting}")
            time.sleep(0.3)
        return round(time.monotonic() - begun, 1)

    def sql(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query in one service's database."""
        with postgres.admin(self.layout, database) as connection:
            return list(connection.execute(query.encode()))

    def rest(self, seconds: float = 90) -> None:
        """Waits until the services are nearly idle: their mails are out, too, which no outbox counts."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with window(self.roots) as cost:
                time.sleep(2)
            if cost.total < _IDLE * cost.wall:
                return

    def published(self) -> dict[str, int]:
        """How many records each of the services' own topics has had."""
        found = dict[str, int]()
        for (topic, _), end in self._ends().items():
            if topic in {each.topic for each in catalog.SERVICES}:
                found[topic] = found.get(topic, 0) + end
        return found

    def _outbox(self) -> dict[str, int]:
        return {f"{name} out": int(self.sql(name, "SELECT count(*) FROM outbox")[0][0]) for name in postgres.SERVICES}

    def _lag(self) -> dict[str, int]:
        found, ends, reads = dict[str, int](), self._ends(), _reads()
        for name in catalog.BY_NAME:
            own = {place: end for place, end in ends.items() if place[0] in reads[name]}
            found[f"{name} in"] = behind(self.taken(name, own), own)
        return found

    def taken(self, name: str, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offsets that a service has committed, below 0 where none; KafkaException when its group is long unknown.

        By a consumer of the group that joins it never: asked by an administrator's client, a coordinator that has just
        moved ends the process (librdkafka has no group there to ask anew for).
        """
        client = self._groups.get(name) or self._groups.setdefault(
            name, Consumer({**kafka.client(self.layout, pki.DEPLOY).client(), "group.id": f"loanflow.{name}"})
        )
        deadline, places = time.monotonic() + _PATIENCE_SECONDS, [*places]
        while True:
            try:
                found = client.committed([TopicPartition(*place) for place in places], timeout=10)
                return {(each.topic, each.partition): each.offset for each in found}
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _ends(self) -> dict[tuple[str, int], int]:
        known = self._kafka.list_topics(timeout=10).topics
        places = [
            TopicPartition(name, number)
            for name, topic in known.items()
            if name.startswith("loanflow.")
            for number in topic.partitions
        ]
        asked = self._kafka.list_offsets(
            {
                place: Offset.latest()  # type: ignore[no-untyped-call]
                for place in places
            }
        )
        return {(place.topic, place.partition): future.result().offset for place, future in asked.items()}

    @cached_property
    def _kafka(self) -> AdminClient:
        return AdminClient(kafka.client(self.layout, pki.DEPLOY).client())


def behind(taken: Mapping[tuple[str, int], int], ends: Mapping[tuple[str, int], int]) -> int:
    """How many records a group has not taken of partitions with these ends; one that it never took of is all behind."""
    return sum(max(0, end - max(0, taken.get(place, 0))) for place, end in ends.items())


def _reads() -> Mapping[str, set[str]]:
    """The topics that each service takes events from."""
    rights = json.loads((folders.CHECKOUT / "gen" / "acls.json").read_text())
    found = {name: set[str]() for name in catalog.BY_NAME}
    for each in rights:
        if (each["operation"], each["resource"]) == ("READ", "TOPIC") and each["principal"] in found:
            found[each["principal"]].add(each["name"])
    return found


def form(customer_id: str) -> dict[str, Any]:
    """What a customer applies with."""
    money = {"currency": "EUR"}
    return {
        "customerId": customer_id,
        "project": {"name": APPLICANT.project, "cost": {**money, "amount": "13200.00"}},
        "facilityType": APPLICANT.facility_type,
        "amount": {**money, "amount": "12000.00"},
        "tenureMonths": APPLICANT.tenure_months,
        "purpose": APPLICANT.project,
        "monthlyIncome": {**money, "amount": "4200.00"},
        "monthlyDebts": {**money, "amount": "300.00"},
        "collateralValue": {**money, "amount": "0.00"},
    }
