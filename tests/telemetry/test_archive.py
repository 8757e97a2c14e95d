"""Log lines of years: from behind the collector into the object store, once, and back to where they are searched."""

import gzip
import json
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.runtime.files.objects import Objects
from stack import programs
from stack.layout import Layout
from stack.observability import telemetry, tiers
from stack.observability.archive import Archive, searched
from stack.observability.tiers import Slice
from stack.servers import archivist, logstore, objects
from tests.started import started
from tests.waiting import until

# An hour that has ended, of a day that the log store keeps.
HOUR = (datetime.now(UTC) - timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def bucket(layout: Layout) -> Iterator[Objects]:
    """The object store of the stack, and the archivist's bucket in it."""
    objects.prepare(layout)
    # At its end it waits for streams between its own parts.
    with started(layout, "s3", objects.command(layout), objects.ready, stop_seconds=2):
        objects.settle(layout)
        with closing(Objects(objects.settings(layout, objects.LOGS))) as found:
            yield found


@pytest.fixture
def archive(layout: Layout, bucket: Objects) -> Iterator[Archive]:
    made = Archive(Objects(objects.settings(layout, objects.LOGS)), logstore.url(layout))
    yield made
    made.close()


def write(layout: Layout, body: str, when: datetime, service: str = "kyc") -> str:
    """A line of a service's log, of that time, as it stands there; its trace."""
    trace = secrets.token_hex(16)
    line = {
        "Timestamp": when.isoformat(), "TraceId": trace, "SpanId": secrets.token_hex(8), "SeverityText": "INFO",
        "SeverityNumber": 9, "Body": body, "Resource": {"service.name": service, "service.namespace": "loanflow"},
        "InstrumentationScope": {"Name": service}, "Attributes": {"amount": "12000.00"},
    }  # fmt: skip
    with layout.log("kyc").open("a") as log:
        log.write(json.dumps(line) + "\n")
    until(lambda: found(logstore.url(layout), trace), f"the line of {trace}")
    return trace


def found(url: str, trace: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{url}/select/logsql/query", params={"query": f'trace_id:="{trace}"'})
    return [json.loads(line) for line in answer.text.splitlines()]


def kept(bucket: Objects, key: str) -> dict[str, dict[str, Any]]:
    """The lines of an object by their traces."""
    lines = gzip.decompress(b"".join(bucket.stream(key))).decode().splitlines()
    return {line["trace_id"]: line for line in map(json.loads, lines)}


def keys(bucket: Objects, service: str) -> list[str]:
    read = {key: tiers.read(key) for key in bucket.keys(tiers.day(HOUR))}
    return [key for key, of in read.items() if of and of[0] == Slice(HOUR, service)]


def test_an_hour_that_has_ended_is_archived_once_masked_by_day_and_service(
    layout: Layout, bucket: Objects, archive: Archive
) -> None:
    trace = write(layout, "mail to ada@example.org sent", HOUR + timedelta(minutes=20), "agreement")
    now = write(layout, "is not over", datetime.now(UTC), "agreement")
    written = archive.keep(datetime.now(UTC))
    [key] = keys(bucket, "agreement")
    assert key in written
    assert key == f"logs/{HOUR:%Y/%m/%d}/agreement/{HOUR:%H}-000000001.jsonl.gz"
    lines = kept(bucket, key)
    assert lines.keys() == {trace} and now not in lines
    assert (lines[trace]["_msg"], lines[trace]["amount"]) == (f"mail to {telemetry.MASK} sent", "12000.00")
    assert not archive.keep(datetime.now(UTC))


def test_lines_that_come_late_are_archived_with_those_before(layout: Layout, bucket: Objects, archive: Archive) -> None:
    early = write(layout, "early", HOUR, "risk")
    archive.keep(datetime.now(UTC))
    [before] = keys(bucket, "risk")
    late = write(layout, "late", HOUR + timedelta(minutes=59, seconds=59), "risk")
    archive.keep(datetime.now(UTC))
    [key] = keys(bucket, "risk")
    assert key != before
    assert kept(bucket, key).keys() == {early, late}


def test_a_day_comes_back_to_where_it_is_searched(
    layout: Layout, bucket: Objects, archive: Archive, tmp_path: Path
) -> None:
    trace = write(layout, "long ago", HOUR, "kyc")
    archive.keep(datetime.now(UTC))
    files = archive.fetch(HOUR.date(), tmp_path / "day")
    assert all(each.name.endswith(".jsonl.gz") for each in files)
    with searched(files) as url:
        until(lambda: found(url, trace), "the line")
        [line] = found(url, trace)
    assert (line["_msg"], line["service.name"], line["severity_text"]) == ("long ago", "kyc", "INFO")


def test_a_day_that_the_log_store_has_forgotten_comes_back_as_well(
    bucket: Objects, archive: Archive, tmp_path: Path
) -> None:
    hour, trace = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=900), "f" * 32
    line = {"_time": hour.isoformat(), "_msg": "years ago", "trace_id": trace, "service.name": "kyc"}
    bucket.upload(Slice(hour, "kyc").key(1), [gzip.compress(json.dumps(line).encode() + b"\n")])
    with searched(archive.fetch(hour.date(), tmp_path / "day")) as url:
        until(lambda: found(url, trace), "the line")


def test_the_archivist_of_a_stack_does_it_by_its_own_key(layout: Layout, bucket: Objects) -> None:
    write(layout, "by the program", HOUR, "document")
    command = archivist.command(layout)
    assert command[-3:-1] == ["keep", "--every"]
    done = subprocess.run(
        command[:-2], env=programs.environment(), check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"archived {keys(bucket, 'document')[0]}" in done.stdout
    archivist.ready(layout)


def test_the_bucket_removes_what_is_older_than_it_is_kept(layout: Layout, bucket: Objects) -> None:
    client = objects.client(layout, objects.ADMIN)
    [rule] = client.get_bucket_lifecycle_configuration(Bucket=objects.bucket(objects.LOGS))["Rules"]
    assert rule["Expiration"]["Days"] == tiers.YEARS * 366
    assert rule["Status"] == "Enabled"
