"""Kafka: the producer, and what topics there must be."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka import Producer as Client

from services.runtime import errors
from services.runtime.tls import MutualTlsSettings, pair

log = structlog.get_logger(__name__)
# What the C library itself has to say goes the way of all lines, or it would stand among them as bare text.
LIBRARY_LOG = logging.getLogger("librdkafka")
Delivered = Callable[[KafkaError | None], None]


@dataclass(frozen=True)
class KafkaSettings:
    """Where the brokers are, and the certificate by which they know this process.

    `instance` names this replica; with it a restart keeps its partitions, without a rebalance (static membership).
    """

    bootstrap: str
    tls: MutualTlsSettings
    instance: str = ""
    region: str = ""

    def stamp(self) -> int:
        """Changes whenever the certificate is renewed: librdkafka reads it once, when a client is made."""
        return self.tls.stamp()

    def client(self) -> dict[str, Any]:
        """The options of librdkafka that every client needs."""
        options: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 1_000,
            # A socket that is half open takes what is sent and answers nothing: by default for a minute.
            "socket.timeout.ms": 20_000,
            "socket.connection.setup.timeout.ms": 10_000,
            # Brokers that are at other addresses than before are looked for at `bootstrap`: by default after 5 minutes.
            "metadata.recovery.rebootstrap.trigger.ms": 10_000,
            "log_level": 2,
        }
        if self.tls.plaintext or self.tls.certificate_file is None or self.tls.key_file is None:
            return options
        # By their files: of a certificate that is given as text the library sends the leaf alone, without its issuers.
        pair(self.tls.certificate_file, self.tls.key_file)
        return options | {
            "security.protocol": "SSL",
            "ssl.ca.location": str(self.tls.authority_file),
            "ssl.certificate.location": str(self.tls.certificate_file),
            "ssl.key.location": str(self.tls.key_file),
            "ssl.endpoint.identification.algorithm": "https",
        }


def dead_letters(service: str) -> str:
    """The topic of what a service could not handle."""
    return f"loanflow.{service}.dlq"


def retries(service: str) -> str:
    """The topic by which dead letters come back to a service, on command."""
    return f"loanflow.{service}.retry"


# The heads of all services' audit chains, by service; kept for ever.
ANCHORS = "loanflow.audit.anchors"
# The group under which operators and auditors read, without joining it or committing anything.
READERS = "loanflow.readers"


def group(service: str) -> str:
    """The consumer group of a service."""
    return f"loanflow.{service}"


class RecordRefused(ValueError):
    """The broker, or the client before it, never takes this record: it is too large, or no record at all."""


# What sending the same record again does not help against.
_REFUSALS = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_MSG_SIZE,
        KafkaError.INVALID_RECORD,
        KafkaError._INVALID_ARG,
    }
)


def is_refusal(error: KafkaError) -> bool:
    """Whether a record that failed with this error fails always."""
    return error.code() in _REFUSALS


class ThrottledErrorLog:
    """The client's news of brokers that are away: one line at once, then one in ten seconds, instead of forty each."""

    def __init__(self, client: str) -> None:
        self._client, self._next = client, 0.0

    def __call__(self, error: KafkaError) -> None:
        """Reports an error, or leaves it out."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 10
            log.warning("kafka_away", client=self._client, cause=error.name())


# How long an outgoing client may take to send what is queued; what is left is published again.
_RENEWAL_SECONDS = 5.0
# What is acknowledged is on all replicas in sync, and there once.
DURABLE = {"enable.idempotence": True, "acks": "all"}


class Producer:
    """An idempotent producer that waits for all replicas; safe to share between threads."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._stamp = settings.stamp()
        self._client = self._connect()
        # Rises when the client is replaced; reports of what an earlier one had queued will not come.
        self.generation = 0

    def _connect(self) -> Client:
        return Client(
            {
                **self._settings.client(),
                "client.id": self._settings.instance or "loanflow",
                **DURABLE,
                "linger.ms": 1,
                "partitioner": "murmur2_random",
                # A broker that is away is waited for; what is queued meanwhile is still in the outbox too.
                "delivery.timeout.ms": 120_000,
                "socket.nagle.disable": True,
                "error_cb": ThrottledErrorLog("producer"),
            },
            logger=LIBRARY_LOG,
        )

    def send(self, topic: str, key: str, value: bytes, headers: Mapping[str, str], delivered: Delivered) -> None:
        """Queues a record; `delivered` gets None or the error, in whichever thread polls.

        Errors: BufferError when the queue is full, errors.Unavailable, RecordRefused.
        """

        def report(error: KafkaError | None, _record: Message) -> None:
            delivered(error)

        named = {name.encode(errors="replace").decode(): text for name, text in headers.items()}
        pairs: list[tuple[str, str | bytes | None]] = [(name, _bytes_of(text)) for name, text in named.items()]
        self._guarded(lambda client: client.produce(topic, value, _bytes_of(key), headers=pairs, on_delivery=report))

    def poll(self, seconds: float) -> None:
        """Serves reports of delivery; waits for one at most this long."""
        self._guarded(lambda client: client.poll(seconds))

    def flush(self, seconds: float) -> None:
        """Serves reports of delivery until all are in, or so long."""
        self._guarded(lambda client: client.flush(seconds))

    def deliver(self, topic: str, key: str, value: bytes, headers: Mapping[str, str], seconds: float = 15) -> None:
        """Sends one record and returns when all replicas have it; errors.Unavailable, RecordRefused."""
        done = threading.Event()
        failures: list[KafkaError] = []

        def delivered(error: KafkaError | None) -> None:
            if error is not None:
                failures.append(error)
            done.set()

        self.send(topic, key, value, headers, delivered)
        self.flush(seconds)
        if failures and is_refusal(failures[0]):
            raise RecordRefused(f"kafka: {failures[0].name()}")
        if failures or not done.is_set():
            raise errors.Unavailable("the broker does not take records")

    def require(self, topics: Iterable[str]) -> None:
        """Checks that the brokers answer and have these topics, and opens the connections; errors.Unavailable."""
        try:
            known = self._client.list_topics(timeout=5).topics
        except KafkaException as error:
            raise errors.Unavailable("kafka is out of reach") from error
        missing = sorted(name for name in topics if name not in known)
        if missing:
            raise errors.Unavailable(f"kafka lacks the topics {', '.join(missing)}")

    def close(self, seconds: float = 5) -> None:
        """Sends what is queued, if the brokers take it in this time."""
        self._client.flush(seconds)

    def _current(self) -> Client:
        """The client under the present certificate."""
        stamp = self._settings.stamp()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    # What is queued goes first, so that records of one key keep their order.
                    self._client.flush(_RENEWAL_SECONDS)
                    self._client, self.generation, self._stamp = self._connect(), self.generation + 1, stamp
                    log.info("kafka_producer_renewed")
        return self._client

    def _guarded(self, call: Callable[[Client], Any]) -> None:
        client = self._current()
        try:
            call(client)
        except (KafkaException, SystemError) as error:
            # With a report pending, the client's own exception is only the cause of a SystemError.
            cause = error if isinstance(error, KafkaException) else error.__cause__
            if not isinstance(cause, KafkaException):
                raise
            if is_refusal(cause.args[0]):
                raise RecordRefused(f"kafka: {cause.args[0].name()}") from error
            if cause.args[0].fatal() or cause.args[0].code() == KafkaError._FATAL:
                self._replace(client)
            raise errors.Unavailable(f"kafka: {cause.args[0].name()}") from error

    def _replace(self, failed: Client) -> None:
        """A fatal error (a broken sequence, a fence) ends an idempotent producer for good; a new one begins afresh."""
        with self._lock:
            if self._client is failed:
                self._client, self.generation = self._connect(), self.generation + 1
        log.warning("kafka_producer_replaced")


def headers_of(record: Message) -> dict[str, str]:
    """The headers of a record as text, of several with one name the last; none when there is no reading them."""
    try:
        pairs: Any = record.headers() or []
        return {str(name): text_of(value) for name, value in pairs}
    except Exception:
        # The client decodes names, and a name may be any bytes.
        return {}


def text_of(data: bytes | str | None) -> str:
    """Bytes of a record as text: what is no UTF-8 is kept as surrogates, and is the same bytes when it is sent on."""
    return data if isinstance(data, str) else (data or b"").decode(errors="surrogateescape")


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # surrogates that stand for no byte
        return text.encode(errors="replace")
