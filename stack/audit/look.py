"""One look at a platform: what is read where and by which process, and what the checks find in it."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from services import catalog
from stack import folders
from stack.audit import checks, collect, trail
from stack.audit.handled import Handled
from stack.audit.scratch import Scratch, folder
from stack.layout import Layout
from stack.servers import mongo, postgres

# Texts by letter.
Found = dict[str, list[str]]
LETTERS = "EXOSMA"
# Each takes a core and a bounded part of memory; with one core, reading and waiting still alternate.
_PROCESSES = max(2, len(os.sched_getaffinity(0)))


def look(layout: Layout) -> Found:
    """The violations by letter, as they are at this moment."""
    known, anchors = collect.ends(layout, folders.CHECKOUT), collect.anchored(layout)
    # Several at once: most of it is reading, of the broker here and of the databases there.
    with folder() as files, ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        topics = pool.submit(collect.published, layout, known, files / "events")
        databases = pool.submit(_collected, layout, files / "databases", files / "handled")
        trails = [pool.submit(_trail, layout, name, anchors[name]) for name in catalog.BY_NAME]
        topics.result(), databases.result()
        found: Found = {letter: [] for letter in LETTERS}
        with closing(Scratch(files / "databases", "")) as collected:
            collected.attach(files / "events")
            for letter, text in checks.violations(collected, Handled(files / "handled")):
                found[letter].append(text)
        for each in trails:
            found["A"] += each.result()
    return found


def _collected(layout: Layout, file: Path, folder: Path) -> None:
    with closing(Scratch(file)) as scratch:
        collect.collect(layout, folders.CHECKOUT, scratch, Handled(folder))


def _trail(layout: Layout, name: str, anchors: list[bytes]) -> list[str]:
    """What is wrong with the trail of a service."""
    key = trail.public_key(layout.secret(f"audit-{name}"))
    return [f"{name}: {each}" for each in _faults(layout, name, key, anchors)]


def _faults(layout: Layout, name: str, key: bytes, anchors: list[bytes]) -> Iterator[str]:
    if name in postgres.SERVICES:
        with postgres.admin(layout, name) as connection:
            connection.autocommit = False
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield from trail.faults(name, trail.of_postgres(connection), key, anchors, datetime.now(UTC))
        return
    with mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin")) as client:
        pairs = trail.of_mongo(client[f"{name}_audit"])
        yield from trail.faults(name, pairs, key, anchors, datetime.now(UTC))
