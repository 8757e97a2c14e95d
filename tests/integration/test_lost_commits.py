"""The way on which COMMIT is done and its answer lost: the fault does what it says, on the real server."""

from collections.abc import Iterator
from contextlib import closing
from random import Random

import psycopg
import pytest

from services.runtime.ids import new_id
from stack.layout import Layout
from stack.servers import postgres
from tests.faults.commits import LostCommits


@pytest.fixture
def table(layout: Layout) -> Iterator[str]:
    """A table of the test's own."""
    name = f"lost_{new_id().replace('-', '')}"
    with postgres.admin(layout) as connection:
        connection.execute(f"CREATE TABLE {name} (number INT)")
        yield name
        connection.execute(f"DROP TABLE {name}")


def connected(layout: Layout, port: int) -> psycopg.Connection[tuple[int]]:
    return psycopg.connect(
        host="127.0.0.1", port=port, user=postgres.ADMIN, password=layout.secret("postgres-admin"), dbname="postgres",
        sslmode="verify-full", sslrootcert=str(layout.pki / "ca.pem"), channel_binding="require",
    )  # fmt: skip


@pytest.mark.parametrize(("share", "lost"), [(0.0, 0), (1.0, 1)])
def test_what_was_committed_is_there_and_the_caller_is_not_answered(
    layout: Layout, table: str, share: float, lost: int
) -> None:
    with closing(LostCommits(layout, Random(1), share)) as way, connected(layout, way.port) as connection:
        connection.execute(f"INSERT INTO {table} VALUES (1)")
        if lost:
            with pytest.raises(psycopg.OperationalError):
                connection.commit()
        else:
            connection.commit()
        with postgres.admin(layout) as admin:
            assert admin.execute(f"SELECT number FROM {table}").fetchall() == [(1,)]
        assert way.lost == lost
