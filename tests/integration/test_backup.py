"""PostgreSQL, MongoDB, the object store and OpenBao, restored together to a moment, on parts of their own."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stack import folders, programs, starter
from stack.backup import postgres as postgres_backup
from stack.backup import take
from stack.backup.parts import archiving
from stack.backup.restore import STORES, NotEmpty, Report, restore_stores
from stack.backup.vault import Damaged, Vault
from stack.layout import Layout
from stack.parts import choose
from stack.servers import engines, mongo, objects, openbao, postgres
from stack.supervisor import Supervisor
from tests.bases import own_base

PARTS = ["postgres", "mongo", "s3", "openbao", "secrets"]
BUCKET = objects.bucket("document")
DAY = timedelta(days=1)
_KEY = "INSERT INTO data_keys (key_id, subject, record_class, wrapped) VALUES (%s, %s, 'kyc', 'wrapped')"
_ERASE = "UPDATE data_keys SET wrapped = NULL, destroy_time = now() WHERE key_id = %s"


class Stack:
    """The parts, and what the test writes into each: by names that sort."""

    def __init__(self, layout: Layout, backups: Path) -> None:
        self.layout, self.vault = layout, Vault(backups, layout.secret(take.KEY))
        self.supervisor = Supervisor(layout, (*choose(PARTS), *archiving()))

    def command(self, *words: str) -> None:
        line = [programs.python(), "-m", "stack", "--base", str(self.layout.base), *words]
        subprocess.run(line, check=True, env=programs.environment(), cwd=folders.CHECKOUT)

    def receive(self) -> None:
        [problem, *_] = [*starter.start(self.layout, self.supervisor, archiving()[:1], lambda *_: None), None]
        assert problem is None, problem

    def write(self, name: str) -> None:
        with postgres.admin(self.layout, "kyc") as connection:
            connection.execute(_KEY, [name, name])
        with self.documents() as client, client.start_session() as session, session.start_transaction():
            for collection in ("documents", "data_keys"):
                client.document[collection].insert_one({"_id": name, "wrapped": "wrapped"}, session=session)
        objects.client(self.layout, "document").put_object(Bucket=BUCKET, Key=name, Body=name.encode())
        openbao.client(self.layout, signed_in=True).secrets.kv.v2.create_or_update_secret(
            f"test/{name}", {"name": name}, mount_point=engines.KV
        )

    def erase(self, name: str) -> None:
        with postgres.admin(self.layout, "kyc") as connection:
            connection.execute(_ERASE, [name])
        with self.documents() as client:
            gone = {"wrapped": None, "destroy_time": datetime.now(UTC)}
            client.document.data_keys.update_one({"_id": name}, {"$set": gone})

    def documents(self) -> Any:
        return mongo.client(self.layout, username=mongo.ADMIN, password=self.layout.secret("mongo-admin"))

    def held(self) -> dict[str, list[str]]:
        """The names by store."""
        with postgres.admin(self.layout, "kyc") as connection:
            rows = connection.execute("SELECT key_id FROM data_keys ORDER BY key_id").fetchall()
        with self.documents() as client:
            documents = sorted(each["_id"] for each in client.document.documents.find())
        stored = objects.client(self.layout, "document").list_objects_v2(Bucket=BUCKET).get("Contents", [])
        secrets = openbao.client(self.layout, signed_in=True).secrets.kv.v2.list_secrets("test", mount_point=engines.KV)
        return {
            "postgres": [key for (key,) in rows], "mongo": documents, "s3": [each["Key"] for each in stored],
            "openbao": sorted(secrets["data"]["keys"]),
        }  # fmt: skip

    def keys(self) -> dict[str, list[str]]:
        """The data keys that are there still."""
        with postgres.admin(self.layout, "kyc") as connection:
            rows = connection.execute(
                "SELECT key_id FROM data_keys WHERE wrapped IS NOT NULL ORDER BY key_id"
            ).fetchall()
        with self.documents() as client:
            found = client.document.data_keys.find({"wrapped": {"$ne": None}})
            return {"postgres": [key for (key,) in rows], "mongo": sorted(each["_id"] for each in found)}

    def restore(self, to: datetime | None, *, over: bool) -> None:
        restore_stores(self.layout, self.supervisor, self.vault, to, choose(PARTS), Report(print), over=over)

    def state(self) -> set[tuple[str, int]]:
        """Every file that a restore could touch."""
        folder = self.layout.state
        paths = (path for name in STORES for path in (folder / name).rglob("*") if path.is_file())
        return {(str(path.relative_to(folder)), path.stat().st_mtime_ns) for path in paths}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with own_base() as base:
        made = Stack(Layout.of(base), tmp_path_factory.mktemp("backups"))
        try:
            made.command("up", "--only", *PARTS, "migrations")
            yield made
        finally:
            made.command("down")
            shutil.rmtree(made.layout.state, ignore_errors=True)


def test_all_stores_go_back_to_one_moment_and_who_was_erased_stays_so(stack: Stack) -> None:
    stack.write("a")
    stack.receive()
    first = take.base(stack.layout, stack.vault)
    stack.write("b")
    take.advance(stack.layout, stack.vault, base_every=DAY)
    stack.write("c")
    moment = postgres_backup.now(stack.layout).until
    stack.write("d")
    stack.erase("a")
    take.advance(stack.layout, stack.vault, base_every=DAY)
    last = take.advance(stack.layout, stack.vault, base_every=DAY)
    assert (first.base, last.base, last.number) == (True, False, 4)

    with pytest.raises(NotEmpty, match=r"runs: stop it \(make down\)"):
        stack.restore(None, over=True)
    stack.command("down")
    before = stack.state()
    _refuses(stack, moment, last.until, first.until)
    assert stack.state() == before

    stack.restore(moment, over=True)
    found = stack.held()
    assert found["postgres"] == found["mongo"] == ["a", "b", "c"]
    # What no row names does no harm, and OpenBao has every key that there was.
    assert found["s3"][:3] == ["a", "b", "c"]
    assert found["openbao"] == ["a", "b", "c", "d"]
    assert stack.keys() == {"postgres": ["b", "c"], "mongo": ["b", "c"]}
    _logs_in(stack.layout)

    # All of it lost, but for what no backup holds: keys, passwords and certificates.
    stack.command("down")
    for name in STORES:
        shutil.rmtree(stack.layout.state / name, ignore_errors=True)
    stack.restore(None, over=False)
    assert all(names == ["a", "b", "c", "d"] for names in stack.held().values())
    assert stack.keys() == {"postgres": ["b", "c", "d"], "mongo": ["b", "c", "d"]}
    _logs_in(stack.layout)
    # It goes on from there: a new timeline, and so a new base.
    stack.receive()
    stack.write("e")
    assert take.advance(stack.layout, stack.vault, base_every=DAY).base


def _refuses(stack: Stack, moment: datetime, last: datetime, first: datetime) -> None:
    with pytest.raises(NotEmpty, match=r"has data .*OVER=1"):
        stack.restore(moment, over=False)
    with pytest.raises(Damaged, match="is after the last backup"):
        stack.restore(last + timedelta(seconds=1), over=True)
    with pytest.raises(Damaged, match="is before the first backup"):
        stack.restore(first - timedelta(seconds=1), over=True)
    base = stack.vault.path("postgres/00000001")
    content = base.read_bytes()
    base.write_bytes(content[:-1])
    with pytest.raises(Damaged, match="postgres/00000001 is damaged"):
        stack.restore(moment, over=True)
    base.write_bytes(content)
    with pytest.raises(Damaged, match="and the key is that of"):
        Vault(stack.vault.folder, "2e" * 32)


def _logs_in(layout: Layout) -> None:
    """Services get in by the passwords that they are given now."""
    psycopg.connect(
        host="127.0.0.1", port=layout.ports.of("postgres"), user="kyc", dbname="kyc",
        password=engines.password(layout, "kyc"), sslmode="verify-full", sslrootcert=str(layout.pki / "ca.pem"),
    ).close()  # fmt: skip
    user, password = mongo.login(layout, "document").split("\n")
    with mongo.client(layout, username=user, password=password, authSource="document") as client:
        client.document.documents.count_documents({})
