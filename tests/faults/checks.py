"""What must hold once nothing is behind any more: by the databases and the topics, and what callers were answered."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.runtime.events.kafka import headers_of
from stack.servers import mongo
from tests.bench.platform import Platform
from tests.faults.load import Acknowledged
from tests.faults.records import records

_TOPIC = "loanflow.application.v1"


@dataclass(frozen=True)
class Findings:
    """What was lost, what was done twice, what came out of order; each as a line with its ids."""

    lost: list[str]
    doubled: list[str]
    disordered: list[str]

    @property
    def lines(self) -> list[str]:
        """All of them."""
        return [*self.lost, *self.doubled, *self.disordered]


def check(platform: Platform, found: Acknowledged) -> Findings:
    """Compares what callers were given a success for with the databases, the topic and two other services."""
    rows = {
        str(key): (str(customer), str(status))
        for key, customer, status in platform.sql(
            "application", "SELECT application_id, customer_id, status FROM applications"
        )
    }
    lost = [
        f"D: application {key} of {customer} was acknowledged and is {rows.get(key)}"
        for key, customer in found.created.items()
        if key not in rows or rows[key][0] != customer
    ]
    lost += [
        f"D: application {key} was withdrawn and is {rows[key][1]}"
        for key in found.withdrawn
        if key in rows and rows[key][1] != "WITHDRAWN"
    ]
    customers = set(found.created.values())
    surplus = (
        {key for key, (customer, _) in rows.items() if customer in customers} - found.created.keys() - found.before
    )
    # Whom an error was shown may have been served all the same; without one, each attempt is one application.
    doubled = [f"X: no caller was given application {key}" for key in surplus] if not found.problems else []
    events = _events(platform)
    return Findings(
        lost + _unpublished(found, events),
        doubled + _twice(found, events) + _effects(platform, found),
        _disorder(events),
    )


@dataclass(frozen=True)
class _Event:
    id: str
    type: str
    aggregate: str
    version: int


def _events(platform: Platform) -> list[_Event]:
    """The events of applications in the order of the topic; what is no event is left out."""
    found = list[_Event]()
    for record in records(platform, [_TOPIC]):
        headers = headers_of(record)
        version = headers.get("ce_aggregateversion", "")
        if version.isdigit() and headers.get("ce_correlationid") != "poison" and "ce_id" in headers:
            found.append(_Event(headers["ce_id"], headers["ce_type"], headers["ce_aggregateid"], int(version)))
    return found


def _unpublished(found: Acknowledged, events: Iterable[_Event]) -> list[str]:
    seen = {(event.type, event.aggregate) for event in events}
    asked = [("application.created", key) for key in found.created]
    asked += [("application.withdrawn", key) for key in found.withdrawn]
    return [f"E: no {kind} of {key} is on the topic" for kind, key in asked if (kind, key) not in seen]


def _twice(found: Acknowledged, events: Iterable[_Event]) -> list[str]:
    """A record may come again, as the same event; another event of the same change is one too many."""
    ids = defaultdict[tuple[str, int], set[str]](set)
    for event in events:
        if event.aggregate in found.created:
            ids[event.aggregate, event.version].add(event.id)
    return [
        f"E: version {version} of {key} has the events {sorted(each)}"
        for (key, version), each in ids.items()
        if len(each) > 1
    ]


def _disorder(events: Iterable[_Event]) -> list[str]:
    """The first record of each event comes in the order of the versions."""
    highest, seen, found = Counter[str](), set[str](), list[str]()
    for event in events:
        if event.id not in seen and event.version < highest[event.aggregate]:
            found.append(f"O: version {event.version} of {event.aggregate} came after {highest[event.aggregate]}")
        seen.add(event.id)
        highest[event.aggregate] = max(highest[event.aggregate], event.version)
    return found


def _effects(platform: Platform, found: Acknowledged) -> list[str]:
    """One notice of each kind for an application, by each channel."""
    login = {"username": mongo.ADMIN, "password": platform.layout.secret("mongo-admin")}
    with mongo.client(platform.layout, **login) as client:
        kept = client["notification"]["notifications"].find({}, {"event_type": 1, "application_id": 1, "channel": 1})
        notices = Counter((each["event_type"], each["application_id"], each["channel"]) for each in kept)
    return [
        f"X: {count} notices {kind} of {key} by {channel}"
        for (kind, key, channel), count in notices.items()
        if key in found.created and count > 1
    ]
