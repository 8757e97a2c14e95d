"""Many events on a topic at once, as the application service would have published them, each of its own application."""

import hashlib
import time
import uuid
from datetime import UTC, datetime

from confluent_kafka import Producer

from loanflow.application.v1.application_events_pb2 import ApplicationCreated
from services.runtime.events.avro import Codec, event_option
from services.runtime.events.registry import Registry
from stack.servers import kafka, registry
from tests.bench.grown import Sample, grow
from tests.bench.platform import Platform

_CUSTOMERS = 5_000


def flood(platform: Platform, count: int) -> float:
    """Publishes so many `application.created`; how many seconds it took."""
    codec = Codec(Registry(registry.login(platform.layout, "application")))
    producer = Producer(
        {
            **kafka.client(platform.layout, "application").client(),
            "partitioner": "murmur2_random", "linger.ms": 20, "acks": "all",
            "queue.buffering.max.messages": 200_000,
        }
    )  # fmt: skip
    customers, begun = _customers(platform), time.monotonic()
    topic, kind = ApplicationCreated.DESCRIPTOR.file.package, event_option(ApplicationCreated.DESCRIPTOR).type
    for number in range(count):
        application_id, now = str(uuid.uuid4()), datetime.now(UTC)
        message = ApplicationCreated(
            application_id=application_id, customer_id=customers[number % len(customers)], facility_type="PERSONAL",
            tenure_months=36,
        )  # fmt: skip
        message.amount.currency, message.amount.amount = "EUR", "12000.00"
        message.create_time.FromDatetime(now)
        headers = {
            "ce_specversion": "1.0", "ce_id": str(uuid.uuid4()), "ce_type": kind, "ce_source": "application",
            "ce_time": now.isoformat(), "ce_subject": application_id, "ce_aggregatetype": "Application",
            "ce_aggregateid": application_id, "ce_aggregateversion": "1",
            "ce_actor": f"customer:{message.customer_id}", "ce_correlationid": application_id,
            "content-type": "application/avro",
        }  # fmt: skip
        producer.produce(topic, codec.encode(message), application_id, headers=list(headers.items()))
        producer.poll(0)
    if producer.flush(60):
        raise TimeoutError("the broker did not take the events")
    return time.monotonic() - begun


def _customers(platform: Platform) -> list[str]:
    """As many customers as have so many applications: copies of one, made when they are not there yet."""
    first = platform.customers[0].id
    grow(platform.layout, Sample([first], 1), 1, _CUSTOMERS)
    return [str(uuid.UUID(hashlib.md5(f"{first}{n}".encode()).hexdigest())) for n in range(1, _CUSTOMERS + 1)]
