"""The file that wraps the service's own key gets new lines under load: nobody is refused, and old lines are useless."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.runtime.stores.encryption import new_secret
from services.runtime.stores.key_care import KeyCare
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import FileWrapping
from tests.fakes.clock import FakeClock
from tests.harness import Servers
from tests.integration.auth.conftest import Auth, replica
from tests.integration.conftest import FreshPostgres

ANNA = "anna@example.org"
ROUNDS, LEAST = 2, 5


@pytest.fixture
def started(
    fresh_postgres: FreshPostgres, quick_hasher: PasswordHasher, client_for: Servers
) -> Iterator[Callable[[Path], Auth]]:
    """A process that starts now, with what it is delivered in a file."""
    settings, clock, opened = fresh_postgres("auth")._settings, FakeClock(), ExitStack()

    def start(file: Path) -> Auth:
        database = Postgres(settings, FileWrapping(file))
        opened.callback(database.close)
        cipher = OwnCipher(database, file)
        cipher.load()
        return replica(database, cipher, clock, quick_hasher, client_for)

    with opened:
        yield start


def used(process: Auth, over: threading.Event) -> int:
    """Signs in, goes on and asks for mails until it is over; how often. Whatever is refused is raised."""
    count = 0
    while not over.is_set() or count < LEAST:
        tokens = process.login(ANNA).tokens
        assert process.refresh(process.refresh(tokens.refresh_token).refresh_token).access_token
        process.started(f"{count}@example.org")
        process.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
        count += 1
    return count


def test_new_lines_under_load_fail_no_call(started: Callable[[Path], Auth], tmp_path: Path) -> None:
    files, texts, over = [tmp_path / name for name in ("first", "second")], [new_secret()], threading.Event()
    for file in files:
        file.write_text(texts[0])
    processes = [started(file) for file in files]
    processes[0].customer(ANNA)
    index = processes[0].cipher.index(ANNA)
    with ThreadPoolExecutor(len(files)) as pool:
        load = [pool.submit(used, process, over) for process in processes]
        for _ in range(ROUNDS):
            texts.insert(0, new_secret())
            for file, process in zip(files, processes, strict=True):
                file.write_text("\n".join(texts))
                KeyCare(process.database, "auth").rewrap()
            files[0].with_name("third").write_text(texts[0] + "\n" + texts[1])
            third = started(files[0].with_name("third"))
            assert third.login(ANNA).tokens.access_token and third.cipher.index(ANNA) == index
        over.set()
        assert min(each.result(60) for each in load) >= LEAST
    # Each process opens what the others have sealed: registrations, and the key that signs.
    assert {mail.email for mail in processes[1].mails()} >= {ANNA, f"{LEAST - 1}@example.org"}
    files[0].write_text("\n".join(texts[1:]))
    with pytest.raises(ValueError, match="none of the wrapping keys"):
        started(files[0])
    files[0].write_text(texts[0])
    assert started(files[0]).login(ANNA).tokens.access_token
