"""Whether a consumer gets on: partitions held, records that wait, the time since one was handled; lost topics."""

import time
from collections.abc import Sequence

import structlog
from confluent_kafka import OFFSET_INVALID, KafkaException, TopicPartition
from confluent_kafka import Consumer as Client
from prometheus_client import Counter, Gauge

from services.runtime import errors
from services.runtime.events.topics import Topics

log = structlog.get_logger(__name__)
_LAG = Gauge("loanflow_consumer_lag", "Records not taken yet.", ["service", "topic"])
_HELD = Gauge("loanflow_consumer_partitions", "Partitions held.", ["service"])
_IDLE = Gauge(
    "loanflow_consumer_stalled_seconds", "Time since something was handled, while there is something.", ["service"]
)
_REWOUND = Counter(
    "loanflow_consumer_rewound",
    "Partitions found to end before what was consumed: a broker came back without its last records.",
    ["service"],
)
# With records there, none waited for and none handled: first the group is joined anew, then health says so.
_STALLED_SECONDS, _HOPELESS_SECONDS = 60.0, 180.0
# The question waits behind a fetch, on the same connection, which the broker answers after a second at most.
_ASK_SECONDS = 3.0


class Progress:
    """Of one consumer. Its thread measures; `hopeless` may be asked by any."""

    def __init__(self, service: str, names: Sequence[str], topics: Topics) -> None:
        self._service, self._names, self._topics = service, names, topics
        self._assigned = self._handled = self._joined = time.monotonic()
        self._answered = self._complete = self._handled
        self._turn, self._rewound = 0, False
        self._unassigned_seconds = self._stalled_seconds = 0.0
        self._ends: dict[tuple[str, int], int] = {}

    def begin(self) -> None:
        """The group is joined."""
        self._assigned = self._joined = time.monotonic()
        self._unassigned_seconds = self._stalled_seconds = 0.0
        self._rewound = False
        self._ends.clear()

    def reach(self, topic: str, partition: int, offset: int) -> None:
        """There is nothing to take from a partition before this offset, whatever was taken of it."""
        self._ends[topic, partition] = offset

    def reached(self) -> dict[tuple[str, int], int]:
        """What `reach` was called with last, by partition; for any thread."""
        return dict(self._ends)

    def leave(self, topic: str, partition: int) -> None:
        """A partition is given up or given anew: what was known of its end says nothing any more."""
        self._ends.pop((topic, partition), None)

    def note(self, handled: bool) -> None:
        """A batch was taken; whether anything of it is done with."""
        if handled:
            self._handled = time.monotonic()

    def unassigned_seconds(self) -> float:
        """How long no partition had been held when it was last measured: since then a batch may have taken long."""
        return self._unassigned_seconds

    def stalled(self) -> bool:
        """Whether the group should be joined anew: nothing is handled of what is there, or a topic was made anew.

        As of the last measurement, too.
        """
        return self._rewound or self._stalled_seconds >= _STALLED_SECONDS

    def hopeless(self) -> bool:
        """Whether that did not help, or a topic stays away, although the broker answers.

        While the broker is away, calls are served all the same.
        """
        now = time.monotonic()
        return (
            now - min(self._handled, self._complete) >= _HOPELESS_SECONDS and now - self._answered < _HOPELESS_SECONDS
        )

    def measure(self, client: Client, *, waiting: int) -> None:
        """Looks at what is held and what waits there.

        While `waiting` partitions wait for infrastructure, no stall is counted: those waits are reported themselves.
        """
        lags: dict[str, int] = dict.fromkeys(self._names, 0)
        assignment, now = client.assignment(), time.monotonic()
        if assignment:
            self._assigned = now
        for place in _taken_up_to(client, assignment):
            _, end = client.get_watermark_offsets(place, cached=True)
            if end > 0:
                lags[place.topic] += max(0, end - max(0, place.offset, self._ends.get(_name(place), 0)))
        for topic, lag in lags.items():
            _LAG.labels(self._service, topic).set(max(0, lag))
        if not assignment or waiting or not any(lag > 0 for lag in lags.values()):
            self._handled = now
        self._unassigned_seconds = now - self._assigned
        self._stalled_seconds = max(0.0, now - max(self._handled, self._joined))
        _HELD.labels(self._service).set(len(assignment))
        _IDLE.labels(self._service).set(now - self._handled)
        self._compare(client, assignment)

    def _compare(self, client: Client, assignment: Sequence[TopicPartition]) -> None:
        """Asks the broker whether the topics are those whose offsets are held, and for the end of one partition.

        Another one each time; one that ends before what was consumed has lost its last records. What of the topic was
        handled the inbox knows, so all of it is read again, by a new client: this one may go on asking for a topic that
        is gone.
        """
        self._turn += 1
        try:
            self._rewound = self._topics.remade(client, assignment) or self._lost_records(client, assignment)
            self._answered = time.monotonic()
            if not self._topics.missing():
                self._complete = self._answered
        except (KafkaException, errors.Unavailable) as error:
            cause = error.args[0].name() if isinstance(error, KafkaException) else error.message
            log.info("consumer_cannot_compare", cause=cause)

    def _lost_records(self, client: Client, assignment: Sequence[TopicPartition]) -> bool:
        if not assignment:
            return False
        (place,) = client.position([sorted(assignment, key=_name)[self._turn % len(assignment)]])
        _, end = client.get_watermark_offsets(place, timeout=_ASK_SECONDS)
        if place.offset <= end:
            return False
        _REWOUND.labels(self._service).inc()
        log.error("topic_rewound", topic=place.topic, partition=place.partition, offset=place.offset, end=end)
        self._topics.rewind(client, [each for each in assignment if each.topic == place.topic])
        return True


def _taken_up_to(client: Client, assignment: Sequence[TopicPartition]) -> list[TopicPartition]:
    """Where the client is in each partition; one that it took nothing of since it joined is where its group was."""
    places = client.position(list(assignment))
    unread = [place for place in places if place.offset <= OFFSET_INVALID]
    if not unread:
        return places
    try:
        known = {(each.topic, each.partition): each for each in client.committed(unread, timeout=_ASK_SECONDS)}
    except KafkaException:
        # The broker is away: that is reported as such, and no lag of these is known.
        known = {}
    return [
        place if place.offset > OFFSET_INVALID else known.get(_name(place), place)
        for place in places
        if place.offset > OFFSET_INVALID or _name(place) in known
    ]


def _name(place: TopicPartition) -> tuple[str, int]:
    return place.topic, place.partition
