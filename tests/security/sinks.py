"""Whatever a running stack writes, copied out raw, and a search in it for texts in any of their written forms.

By no code of the services: what they seal, mask or leave out is what is looked for here.
"""

import base64
import json
import re
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import bson
import httpx
import psutil
from confluent_kafka import Consumer, TopicPartition

from services import catalog
from stack import pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from stack.servers import mongo as mongo_server
from stack.servers import objects as objects_server
from stack.servers import postgres as postgres_server
from stack.servers import redis as redis_server
from stack.servers import search as search_server
from tests.waiting import PATIENCE_SECONDS

# A part of a text in base64 that is shorter may stand anywhere.
_LEAST_BASE64 = 10
_MONGO_OWN = {"admin", "local", "config"}


def forms(text: str) -> set[bytes]:
    """How a text may stand in a file: plain, in URLs, hex, base64 wherever it begins, in JSON, in UTF-16.

    Upper and lower case are alike in the search.
    """
    plain = text.encode()
    found = {plain, plain.hex().encode(), quote(text, safe="").encode(), quote_plus(text).encode()}
    found |= {json.dumps(text)[1:-1].encode(), text.encode("utf-16-le"), text.encode("utf-16-be")}
    for shift in range(3):
        # The characters at the ends depend on what stands before and after.
        coded = base64.b64encode(b"\0" * shift + plain)
        core = coded[(0, 2, 3)[shift] : len(coded) - (4 if len(plain) + shift else 0)]
        if len(core) >= _LEAST_BASE64:
            found |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    # No line of patterns may be empty, or end within one.
    return {each for each in found if each and b"\n" not in each}


def search(folder: Path, texts: Mapping[str, str], patterns: Path) -> list[tuple[str, str]]:
    """Which files below a folder have which of the texts, in whichever form: (path in the folder, name of the text)."""
    by_form = {form.lower(): name for name, text in texts.items() for form in forms(text)}
    patterns.write_bytes(b"\n".join(sorted(by_form)) + b"\n")
    command = ["grep", "-raFioZ", "--devices=skip", "-f", str(patterns), "."]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C"}, check=False
    )
    # 1: nothing; 2: a file went while it was read.
    assert done.returncode in (0, 1, 2), done.returncode
    found = set()
    for line in done.stdout.split(b"\n"):
        path, _, match = line.partition(b"\0")
        if match:
            found.add((path.decode().removeprefix("./"), by_form.get(match.lower(), match.decode("latin-1"))))
    return sorted(found)


def copy_out(layout: Layout, folder: Path) -> dict[str, int]:
    """Copies what stores, brokers, caches, metrics and processes hold into files; how many things of each kind."""
    counted = {}
    for kind, things in {
        "postgres": _postgres(layout), "mongo": _mongo(layout), "kafka": _kafka(layout), "redis": _redis(layout),
        "objects": _objects(layout), "metrics": _metrics(layout), "processes": processes(layout),
        **({"search": _search(layout)} if search_server.PROFILE in layout.profiles else {}),
    }.items():  # fmt: skip
        counted[kind] = 0
        for name, content in things:
            counted[kind] += 1
            file = folder / kind / re.sub(r"[^A-Za-z0-9._-]", "_", name)[:120]
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab") as written:
                written.write(content + b"\n")
    return counted


def _postgres(layout: Layout) -> Iterator[tuple[str, bytes]]:
    with postgres_server.admin(layout) as connection:
        databases = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datallowconn")]
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    for database in databases:
        with postgres_server.admin(layout, database) as connection, connection.cursor() as cursor:
            for table in [str(row[0]) for row in cursor.execute(tables).fetchall()]:
                with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                    yield f"{database}.{table}", b"".join(bytes(each) for each in rows)


def _mongo(layout: Layout) -> Iterator[tuple[str, bytes]]:
    password = layout.secret("mongo-admin").strip()
    with mongo_server.client(layout, username="admin", password=password, authSource="admin") as client:
        for database in set(client.list_database_names()) - _MONGO_OWN:
            for collection in client[database].list_collection_names():
                rows = client[database][collection].find()
                yield f"{database}.{collection}", b"".join(bson.encode(row) + str(row).encode() for row in rows)


def _kafka(layout: Layout) -> Iterator[tuple[str, bytes]]:
    client = Consumer({
        **kafka_server.client(layout, pki.DEPLOY).client(), "group.id": "sinks", "enable.auto.commit": False,
    })  # fmt: skip
    topics = [
        topic
        for name, topic in client.list_topics(timeout=PATIENCE_SECONDS).topics.items()
        if name.startswith("loanflow.")
    ]
    places = [TopicPartition(topic.topic, number, 0) for topic in topics for number in topic.partitions]
    ends = {
        (place.topic, place.partition): client.get_watermark_offsets(place, timeout=PATIENCE_SECONDS)
        for place in places
    }
    left = {place: end for place, (start, end) in ends.items() if end > start}
    client.assign(places)
    try:
        while left:
            record = client.poll(20)
            assert record is not None and not record.error(), f"{len(left)} partitions did not come to their end"
            given: Any = record.headers() or ()
            headers = b"".join(name.encode() + b"=" + (value or b"") for name, value in given)
            yield record.topic() or "", (record.key() or b"") + b"\n" + headers + b"\n" + (record.value() or b"")
            place = (record.topic() or "", record.partition() or 0)
            if (record.offset() or 0) + 1 >= left.get(place, 0):
                left.pop(place, None)
    finally:
        client.close()


def _redis(layout: Layout) -> Iterator[tuple[str, bytes]]:
    client = redis_server.client(layout)
    try:
        for key in client.scan_iter(count=1000):
            yield "keys", key + b"=" + (client.dump(key) or b"")
    finally:
        client.close()


def _search(layout: Layout) -> Iterator[tuple[str, bytes]]:
    for user in search_server.USERS:
        folder = layout.pki / user
        trust = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
        trust.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        found = httpx.get(f"{search_server.url(layout)}/{user}-*/_search?size=10000", verify=trust, timeout=30)
        yield user, found.raise_for_status().content


def _objects(layout: Layout) -> Iterator[tuple[str, bytes]]:
    client = objects_server.client(layout, objects_server.ADMIN)
    for found in client.list_buckets()["Buckets"]:
        bucket = found["Name"]
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for each in page.get("Contents", ()):
                stored = client.get_object(Bucket=bucket, Key=each["Key"])
                about = f"{each['Key']} {stored['Metadata']} {stored['ContentType']}\n"
                yield bucket, about.encode() + stored["Body"].read()


def _metrics(layout: Layout) -> Iterator[tuple[str, bytes]]:
    for service in catalog.SERVICES:
        port = layout.base + service.offset + catalog.METRICS_OFFSET
        yield service.name, httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).content


def processes(layout: Layout) -> Iterator[tuple[str, bytes]]:
    """Environment and arguments of every process that writes into the stack's state folder, or was given it."""
    state = str(layout.state)
    for process in psutil.process_iter():
        try:
            given = b"\0".join(Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("environ", "cmdline"))
        except OSError:
            continue
        if state.encode() in given:
            yield f"{process.pid}", given
