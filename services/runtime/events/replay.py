"""`python -m services.runtime.events.replay <service>`: hands a service its dead letters again, the cause mended.

What was parked behind them follows by itself. `--list` only shows them; `--skip ID` has the service pass over one
event. Settings: LOANFLOW_KAFKA_BOOTSTRAP and LOANFLOW_KAFKA_TLS_*, with the certificate of the operator. What was
replayed once is not replayed again, unless it failed again.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from services.runtime import settings
from services.runtime.events.dead_letters import LEFT_OUT
from services.runtime.events.inbox import SKIP
from services.runtime.events.kafka import (
    KafkaSettings,
    Producer,
    RecordRefused,
    dead_letters,
    headers_of,
    replay_group,
    retries,
    text_of,
)

_SHOWN = ("ce_id", "ce_type", "ce_subject", "dlq_reason", "dlq_time", "dlq_place")


@dataclass(frozen=True)
class Settings:
    """How the command reaches the brokers."""

    kafka: KafkaSettings


class DeadLetters:
    """The dead letters of a service that were not replayed yet."""

    def __init__(self, kafka: KafkaSettings, service: str) -> None:
        self._service, self._topic = service, dead_letters(service)
        self._producer = Producer(kafka)
        self._client = Consumer(
            {
                **kafka.client(),
                "group.id": replay_group(service),
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
            }
        )

    def list(self) -> list[dict[str, str]]:
        """Their headers, oldest first within a key."""
        return [headers_of(record) for record in self._read()]

    def replay(self, skip: Sequence[str] = ()) -> int:
        """Sends each back to the service; returns how many."""
        count = 0
        for record in self._read():
            headers = headers_of(record)
            if headers.get("ce_id") in skip:
                headers[SKIP] = "true"
            count += self._send_back(record, headers)
            self._client.commit(message=record, asynchronous=False)
        return count

    def _send_back(self, record: Message, headers: dict[str, str]) -> bool:
        """False for a letter that came without its content, or with more than the broker takes: it is passed over."""
        try:
            if LEFT_OUT in headers:
                raise RecordRefused("its content was left out")
            self._producer.deliver(retries(self._service), text_of(record.key()), record.value() or b"", headers)
        except RecordRefused as error:
            sys.stderr.write(f"not sent back, {error}: {line_of(headers)}\n")
            return False
        return True

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._producer.close()

    def _read(self) -> Iterator[Message]:
        """Every record from the committed offsets to the present ends."""
        known = self._client.list_topics(self._topic, timeout=10).topics[self._topic].partitions
        for place in self._client.committed([TopicPartition(self._topic, each) for each in known], timeout=10):
            low, end = self._client.get_watermark_offsets(TopicPartition(self._topic, place.partition), timeout=10)
            offset = max(low, place.offset)
            self._client.assign([TopicPartition(self._topic, place.partition, offset)])
            while offset < end:
                record = self._client.poll(10)
                if record is None:
                    raise TimeoutError("kafka does not deliver the dead letters")
                error = record.error()
                if error is not None:
                    raise KafkaException(error)
                offset = (record.offset() or 0) + 1
                yield record


def line_of(headers: Mapping[str, str]) -> str:
    """A letter on one line of plain text, whatever its headers hold."""
    shown = (headers.get(name, "-")[:200] or "-" for name in _SHOWN)
    return " ".join(text.encode("unicode_escape", errors="backslashreplace").decode() for text in shown)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.events.replay", description="Replays letters.")
    parser.add_argument("service", help="the service that could not handle them")
    parser.add_argument("--list", action="store_true", help="only show them")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="have the service pass over an event")
    options = parser.parse_args(arguments)
    letters = DeadLetters(settings.load(Settings).kafka, options.service)
    try:
        if options.list:
            for headers in letters.list():
                sys.stdout.write(line_of(headers) + "\n")
        else:
            sys.stdout.write(f"{letters.replay(options.skip)} dead letters sent back to {options.service}\n")
    finally:
        letters.close()


if __name__ == "__main__":
    main()
