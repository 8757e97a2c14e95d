"""What receives PostgreSQL's log while it is written; the next pass seals it, and takes it out of the folder."""

from contextlib import suppress
from pathlib import Path

import psycopg

from stack import programs
from stack.layout import Layout, write_private
from stack.servers import postgres

# The name of the role is that of its connection, too, and of the slot that keeps the log until it is received.
RECEIVER = postgres.BACKUP
_FOLLOWED = "SELECT coalesce(max(write_lsn) >= %s::pg_lsn, false) FROM pg_stat_replication WHERE application_name = %s"


def command(layout: Layout) -> list[str]:
    """What receives the log as it is written, to be sealed by the next pass."""
    return [
        programs.postgres("pg_receivewal"), "--directory", str(received(layout)), "--slot", RECEIVER,
        "--no-password", "--status-interval=1", "--dbname", address(layout),
    ]  # fmt: skip


def environment(layout: Layout) -> dict[str, str]:
    """Where it has its password from."""
    return {"PGPASSFILE": str(_password_file(layout))}


def prepare(layout: Layout) -> None:
    """Makes its folder, its password file, and the slot that keeps the log until it is received."""
    received(layout).mkdir(mode=0o700, exist_ok=True)
    layout.folder("backup")
    write_private(
        _password_file(layout),
        f"127.0.0.1:{layout.ports.of('postgres')}:*:{RECEIVER}:{layout.secret(f'postgres-{RECEIVER}')}\n",
    )
    with postgres.admin(layout) as connection, suppress(psycopg.errors.DuplicateObject):
        connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [RECEIVER])


def ready(layout: Layout) -> None:
    """Returns when it is connected."""
    with postgres.admin(layout) as connection:
        if not is_followed(connection, "0/0"):
            raise ConnectionError("nothing receives the log yet")


def received(layout: Layout) -> Path:
    """The folder in which the log waits for the next pass."""
    return layout.state / "wal"


def is_followed(connection: postgres.Connection, lsn: str) -> bool:
    """Whether the log up to a place is received."""
    return bool((connection.execute(_FOLLOWED, [lsn, RECEIVER]).fetchone() or (False,))[0])


def address(layout: Layout) -> str:
    """How the role connects, without its password."""
    return (
        f"host=127.0.0.1 port={layout.ports.of('postgres')} user={RECEIVER} application_name={RECEIVER} "
        f"sslmode=verify-full sslrootcert={layout.pki / 'ca.pem'}"
    )


def _password_file(layout: Layout) -> Path:
    return layout.state / "backup" / "pgpass"
