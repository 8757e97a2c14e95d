"""The log lines of the years: takes them from the log store into the object store, and brings an old day back.

usage: python -m stack.observability.archive keep                   every whole hour that is not there, or not all of it
       python -m stack.observability.archive fetch 2026-11-30 DIR   a day as files, for `zcat DIR/*.gz | jq`
       python -m stack.observability.archive search 2026-11-30      a day in a log store of its own, until Ctrl-C

An hour is archived once it has ended for a while; one whose lines came later, such as after the collector was away, is
archived once more, with all of them. Nothing is taken away from the log store.
"""

import argparse
import gzip
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from services.runtime.files.objects import Objects, ObjectsSettings
from services.runtime.tls import TlsSettings
from stack import folders, programs
from stack.layout import Layout
from stack.observability import tiers
from stack.observability.tiers import Slice
from stack.servers import logstore, objects

# A line may be on its way for as long; later ones are found the next time.
SETTLED = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_PATIENCE_SECONDS, _START_SECONDS = 300.0, 30.0
# What the log store adds to a line to find it again.
_ITS_OWN = ("_stream", "_stream_id")
_GZIP = "application/gzip"
_NONE = (0, "")


class Archive:
    """The bucket of the years, and the log store that lines come from (its URL)."""

    def __init__(self, objects: Objects, log_store: str) -> None:
        self._objects = objects
        self._store = httpx.Client(base_url=log_store, timeout=_PATIENCE_SECONDS)

    def close(self) -> None:
        """Closes the connections."""
        self._store.close()
        self._objects.close()

    def keep(self, now: datetime) -> list[str]:
        """Archives what has ended and is not there, or not all of it; the keys of what it wrote."""
        there, written = self._there(), list[str]()
        lacking = {each.hour for each, count in self._counts(now).items() if there.get(each, _NONE)[0] < count}
        for hour in sorted(lacking):
            written += self._keep(hour, there)
        return written

    def fetch(self, day: date, folder: Path) -> list[Path]:
        """The objects of a day as files of a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for key in sorted(self._objects.keys(tiers.day(datetime.combine(day, datetime.min.time())))):
            found.append(folder / key.removeprefix(tiers.PREFIX).replace("/", "-"))
            with found[-1].open("wb") as file:
                file.writelines(self._objects.stream(key))
        return found

    def _there(self) -> dict[Slice, tuple[int, str]]:
        """How many lines of each hour and source are archived, and where; the fullest, should there be two."""
        found = dict[Slice, tuple[int, str]]()
        for key in self._objects.keys(tiers.PREFIX):
            if read := tiers.read(key):
                found[read[0]] = max(found.get(read[0], _NONE), (read[1], key))
        return found

    def _counts(self, now: datetime) -> dict[Slice, int]:
        """How many lines of each hour and source the log store has, of hours that have ended."""
        end = (now - SETTLED).replace(minute=0, second=0, microsecond=0)
        query = f'_time:<{_moment(end)} | stats by (_time:1h, "service.name", part) count() lines'
        found = dict[Slice, int]()
        for each in self._asked(query):
            of = Slice(datetime.fromisoformat(each["_time"]).astimezone(UTC), tiers.source(each))
            found[of] = found.get(of, 0) + int(each["lines"])
        return found

    def _keep(self, hour: datetime, there: dict[Slice, tuple[int, str]]) -> Iterator[str]:
        """Archives an hour; an object that has fewer lines is removed after its successor is there."""
        query = f"_time:[{_moment(hour)}, {_moment(hour + _HOUR)})"
        with TemporaryDirectory() as folder:
            counts = self._sorted_out(query, Path(folder))
            for source, count in counts.items():
                of = Slice(hour, source)
                before, old = there.get(of, _NONE)
                if count > before:
                    with (Path(folder) / source).open("rb") as file:
                        self._objects.upload(of.key(count), file, _GZIP)
                    yield of.key(count)
                    if old:
                        self._objects.delete(old)

    def _sorted_out(self, query: str, folder: Path) -> dict[str, int]:
        """Writes the lines of a query to a file for each source; how many."""
        counts = dict[str, int]()
        with ExitStack() as opened:
            files = dict[str, gzip.GzipFile]()
            for line in self._asked(query):
                source = tiers.source(line)
                if source not in files:
                    files[source] = opened.enter_context(gzip.open(folder / source, "wb"))
                kept = {name: value for name, value in line.items() if name not in _ITS_OWN}
                files[source].write(json.dumps(kept, ensure_ascii=False).encode() + b"\n")
                counts[source] = counts.get(source, 0) + 1
        return counts

    def _asked(self, query: str) -> Iterator[dict[str, Any]]:
        with self._store.stream("POST", "/select/logsql/query", data={"query": query}) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if line:
                    yield json.loads(line)


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@contextmanager
def searched(files: list[Path]) -> Iterator[str]:
    """A log store with the lines of these files alone, for the block; its URL."""
    with TemporaryDirectory() as folder, closing(socket.create_server(("127.0.0.1", 0))) as claim:
        port = claim.getsockname()[1]
        claim.close()
        # Whatever their age: the log store at hand takes no line that is older than it keeps.
        command = [
            str(folders.log_store() / "victoria-logs"), f"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y",
            f"-storageDataPath={folder}", "-loggerLevel=ERROR",
        ]  # fmt: skip
        process = subprocess.Popen(command, env=programs.environment())
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS) as store:
                _load(store, files)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _load(store: httpx.Client, files: list[Path]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            store.get("/health").raise_for_status()
            break
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    for each in files:
        how = {"_stream_fields": "service.name,part", "_time_field": "_time", "_msg_field": "_msg"}
        packed = {"Content-Encoding": "gzip", "Content-Type": "application/stream+json"}
        store.post("/insert/jsonline", params=how, headers=packed, content=each.read_bytes()).raise_for_status()


def main(words: list[str]) -> int:
    """Does it; on the stack of this base, unless a bucket is named."""
    given = _arguments(words)
    settings, log_store = _place(given)
    with closing(Archive(Objects(settings), log_store)) as archive:
        if given.act == "keep":
            return _keep(archive, given.every)
        if given.act == "fetch":
            print(*archive.fetch(given.day, given.folder), sep="\n")
            return 0
        with TemporaryDirectory() as folder:
            files = archive.fetch(given.day, Path(folder))
            with searched(files) as url:
                print(f"{len(files)} files of {given.day}: {url}/select/vmui/ until Ctrl-C", flush=True)
                signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


def _keep(archive: Archive, every: float) -> int:
    """Once, or again and again: what fails is told, and tried the next time."""
    while True:
        try:
            for key in archive.keep(datetime.now(UTC)):
                print(f"archived {key}", flush=True)
        except Exception as error:
            print(f"not archived: {type(error).__name__}: {error}", flush=True)
            if not every:
                return 1
        if not every:
            return 0
        time.sleep(every)


def _place(given: argparse.Namespace) -> tuple[ObjectsSettings, str]:
    """The bucket and the log store: of the stack, or those that are named."""
    if given.bucket:
        tls = TlsSettings(given.authority_file)
        named = ObjectsSettings(given.url, given.region, given.bucket, given.access_key, given.key_file, tls)
        return named, given.log_store
    layout = Layout.of(given.base)
    return objects.settings(layout, objects.LOGS), logstore.url(layout)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stack.observability.archive", description="The logs of the years.")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    parser.add_argument("--bucket", help="of another place than the stack of that base, with all that follows")
    for name in ("url", "region", "access-key", "log-store"):
        parser.add_argument(f"--{name}", default="")
    for name in ("key-file", "authority-file"):
        parser.add_argument(f"--{name}", type=Path)
    acts = parser.add_subparsers(dest="act", required=True)
    keep = acts.add_parser("keep", help="archives what is not there")
    keep.add_argument("--every", type=float, default=0, help="again after so many seconds")
    for name, text in (("fetch", "a day as files"), ("search", "a day in a log store of its own")):
        act = acts.add_parser(name, help=text)
        act.add_argument("day", type=date.fromisoformat, help="in UTC")
        if name == "fetch":
            act.add_argument("folder", type=Path)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
