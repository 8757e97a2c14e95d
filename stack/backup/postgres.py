"""PostgreSQL's part of a backup: a base copy, the log that is streamed after it, and recovery to a point in time."""

import os
import pwd
import re
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from stack import programs
from stack.backup import receiver
from stack.backup.vault import SUFFIX, Damaged, Kept, Vault
from stack.layout import Layout
from stack.servers import postgres

SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_PARTIAL = ".partial"
_CHUNK = 1024 * 1024
_FOLLOW_SECONDS, _RECOVER_SECONDS, _POLL_SECONDS = 60.0, 3600.0, 0.1
_SEGMENTS_PER_FILE = 0x100
# A commit after `until` for recovery to stop at; in the log before it returns.
_COMMIT = "SELECT pg_logical_emit_message(true, 'loanflow.backup', 'until')"
_RECOVERY = """
# Until the restore is done.
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_time = '{until}'
recovery_target_action = 'promote'
recovery_target_timeline = '{timeline}'
hot_standby = off
"""


@dataclass(frozen=True)
class Point:
    """A moment: everything that was committed before `until` is in the log up to `segment`, and received."""

    until: datetime
    segment: str


def now(layout: Layout) -> Point:
    """The present, once the log up to it is received; TimeoutError when it does not come."""
    with postgres.admin(layout) as connection:
        until = _value(connection, "SELECT clock_timestamp()")
        connection.execute(_COMMIT)
        lsn = _value(connection, "SELECT pg_current_wal_flush_lsn()::text")
        segment = _value(connection, "SELECT pg_walfile_name(%s)", lsn)
        deadline = time.monotonic() + _FOLLOW_SECONDS
        while not receiver.is_followed(connection, lsn):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the log is not received up to {lsn}: see {layout.logs / 'wal.log'}")
            time.sleep(_POLL_SECONDS)
    return Point(until, segment)


def segment_now(layout: Layout) -> str:
    """The segment that the log is in: a base that is begun later needs none before it."""
    with postgres.admin(layout) as connection:
        return str(_value(connection, "SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))


def version(layout: Layout) -> str:
    """The server's version."""
    with postgres.admin(layout) as connection:
        return str(_value(connection, "SHOW server_version"))


def copy(layout: Layout, vault: Vault, name: str) -> Kept:
    """Seals a base copy; no file of it is on the disk in clear."""
    command = [
        programs.postgres("pg_basebackup"), "--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast",
        "--no-password", "--dbname", receiver.address(layout),
    ]  # fmt: skip
    environment = {**os.environ, **receiver.environment(layout)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        stdout, stderr = running.stdout, running.stderr

        def chunks() -> Iterator[bytes]:
            while chunk := stdout.read(_CHUNK):
                yield chunk
            said = stderr.read().decode(errors="replace").strip()
            if running.wait():
                raise RuntimeError(f"pg_basebackup: {said}")

        return vault.put(name, chunks())


def seal_log(layout: Layout, vault: Vault, number: int) -> dict[str, Kept]:
    """Seals what was received: whole segments, which leave their folder, and what there is of the next one."""
    kept = {}
    for path in sorted(receiver.received(layout).iterdir()):
        if SEGMENT.fullmatch(path.name) or _HISTORY.fullmatch(path.name):
            kept[f"wal/{path.name}"] = vault.put(f"wal/{path.name}", _chunks(path))
            path.unlink()
            _drop_parts(vault, f"wal/{path.name}{_PARTIAL}", "")
        elif path.name.endswith(_PARTIAL):
            name = f"wal/{path.name}/{number:08d}"
            # It may be whole by now, and have its name without the suffix; the next pass takes it then.
            with suppress(FileNotFoundError):
                kept[name] = vault.put(name, _chunks(path))
                _drop_parts(vault, f"wal/{path.name}", name)
    return kept


def _drop_parts(vault: Vault, folder: str, but: str) -> None:
    """Removes earlier parts of a segment, which a later one has whole."""
    for path in (vault.folder / folder).glob("*"):
        name = f"{folder}/{path.name.removesuffix(SUFFIX)}"
        if name != but:
            vault.drop(name)


def log_files(files: dict[str, Kept], first: str, last: str) -> dict[str, str]:
    """Of these sealed files those that a recovery from one segment to another needs, by the name it asks for.

    Of a segment that is not whole, the latest part. Damaged when there is a gap.
    """
    found = {}
    for segment in segments(first, last):
        whole, parts = f"wal/{segment}", sorted(name for name in files if name.startswith(f"wal/{segment}{_PARTIAL}/"))
        if whole not in files and not parts:
            raise Damaged(f"the log of PostgreSQL has a gap: segment {segment} is missing, of {first} to {last}")
        found[segment] = whole if whole in files else parts[-1]
    for name in files:
        if _HISTORY.fullmatch(name.removeprefix("wal/")):
            found[name.removeprefix("wal/")] = name
    return found


def segments(first: str, last: str) -> Iterator[str]:
    """The names from one segment to another, of the same timeline, else Damaged."""
    timeline = first[:8]
    if last[:8] != timeline:
        raise Damaged(f"the log goes from timeline {timeline} to {last[:8]}: a restore lies between; take a later base")
    begin, end = (int(name[8:16], 16) * _SEGMENTS_PER_FILE + int(name[16:], 16) for name in (first, last))
    for number in range(begin, end + 1):
        yield f"{timeline}{number // _SEGMENTS_PER_FILE:08X}{number % _SEGMENTS_PER_FILE:08X}"


def rebuild(layout: Layout, vault: Vault, base: str, log: dict[str, str], until: datetime, folder: Path) -> None:
    """Makes a data folder as of a moment: the base, verified by its own manifest, and the log played on it.

    Damaged when the log does not reach the moment. The stack must not run: the server listens at its port meanwhile.
    """
    account = pwd.getpwnam(postgres.user())
    data, wal = folder / "postgres", folder / "wal"
    for path in (data, wal):
        path.mkdir(mode=0o700)
    with vault.opened(base) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
        archive.extractall(data, filter="tar")
    for asked, name in log.items():
        vault.extract(name, wal / asked)
    _give(folder, account)
    postgres.run_as(account, programs.postgres("pg_verifybackup"), "--no-parse-wal", str(data))
    postgres.configure(layout, data)
    settings = data / "postgresql.conf"
    original = settings.read_text()
    recovery = _RECOVERY.format(wal=wal, until=until.isoformat(sep=" "), timeline=int(next(iter(log))[:8], 16))
    settings.write_text(original + recovery)
    (data / "recovery.signal").touch(mode=0o600)
    _give(folder, account)
    with _running(layout, data, account):
        pass
    settings.write_text(original)


@contextmanager
def _running(layout: Layout, data: Path, account: pwd.struct_passwd) -> Iterator[None]:
    """The server on a data folder, from when its recovery has ended until the block does."""
    log_file = layout.log("restore-postgres")
    user, group = (account.pw_uid, account.pw_gid) if os.geteuid() == 0 else (None, None)
    with (
        log_file.open("w") as log,
        subprocess.Popen(
            postgres.command(layout, data), stdout=log, stderr=subprocess.STDOUT, cwd="/",
            user=user, group=group, extra_groups=[] if user else None,
        ) as server,
    ):  # fmt: skip
        try:
            _wait_recovered(layout, server, log_file)
            yield
        finally:
            # Fast shutdown: a checkpoint, and no more recovery at the next start.
            server.send_signal(2)


def _wait_recovered(layout: Layout, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _RECOVER_SECONDS
    while server.poll() is None:
        with suppress(psycopg.OperationalError), postgres.admin(layout) as connection:
            if not _value(connection, "SELECT pg_is_in_recovery()"):
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"recovery takes longer than {_RECOVER_SECONDS} s: see {log}")
        time.sleep(_POLL_SECONDS)
    raise Damaged(f"PostgreSQL could not be recovered: {_reason(log)}")


def _reason(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if re.search("FATAL|PANIC", line)]
    return lines[-1].partition("  ")[2] if lines else f"see {log}"


def _value(connection: postgres.Connection, question: LiteralString, *values: object) -> Any:
    [found] = connection.execute(question, values).fetchall()[0]
    return found


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    for path in (folder / "postgres", folder / "wal"):
        for each in (path, *path.rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
