"""Times signing in beside the bare hash: `python -m tests.bench.logins`. Not a test: it prints, and fails on nothing.

Eight callers at once sign in over gRPC at a real server in this process, on a database of its own; eight threads do
nothing but verify the same passwords. It prints milliseconds, the ratio of both p95, and the server's memory.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.audit_trails import AuditTrails
from services.auth.challenges import SecondFactorSteps
from services.auth.handlers import App
from services.auth.hashing import Hashing
from services.auth.key_rotation import RotatingKeys
from services.auth.partners import Clients
from services.auth.passwords import Passwords
from services.auth.servicer import AuthServicer
from services.auth.staff import Staff
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.ids import new_id
from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres
from stack import folders
from stack.layout import Layout
from tests.bench.scratch import migrated
from tests.harness import ANONYMOUS, AUDIENCE, ISSUER, Mesh, Running, service

PASSWORD = "correct horse battery"
PARALLEL = 8


def main() -> None:
    """Measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of a stack whose PostgreSQL runs")
    parser.add_argument("--each", type=int, default=60, help="how many sign-ins each of the eight makes")
    given = parser.parse_args()
    print(json.dumps(run(given.base, given.each), indent=1))


def run(base: int, each: int = 60) -> dict[str, float]:
    """Milliseconds of the bare hash and of a login, eight at once; `ratio` of their p95; memory in MB."""
    with migrated(Layout.of(base), "auth") as database, tempfile.TemporaryDirectory() as folder:
        server, passwords = _server(database, Path(folder))
        try:
            return _measure(server, passwords, each)
        finally:
            server.stop()


def _measure(server: Running, passwords: Passwords, each: int) -> dict[str, float]:
    emails = [f"person{number}@example.org" for number in range(PARALLEL)]
    registering = server.client(service("customer"))
    for email in emails:
        registering.RegisterAccount(pb.RegisterAccountRequest(customer_id=new_id(), email=email, password=PASSWORD))
    kept = passwords.hash(PASSWORD)
    stubs = [server.client(ANONYMOUS) for _ in emails]

    def sign_in(number: int) -> None:
        stubs[number].Login(pb.LoginRequest(email=emails[number], password=PASSWORD))

    _times(sign_in, 2)
    bare, login = [], []
    # By turns, so that what else goes on meets both alike.
    for _ in range(4):
        bare += _times(lambda _: passwords.verify_here(kept, PASSWORD), each // 4)
        login += _times(sign_in, each // 4)
    found = {
        "bare_p50": _at(bare, 0.5), "bare_p95": _at(bare, 0.95), "login_p50": _at(login, 0.5),
        "login_p95": _at(login, 0.95),
    }  # fmt: skip
    ratio = found["login_p95"] / found["bare_p95"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "ratio": round(ratio, 2), "peak_mb": round(memory)}


def _times(work: Callable[[int], object], each: int) -> list[float]:
    """Milliseconds of every call, of eight threads that make `each` calls."""

    def one(number: int) -> list[float]:
        found = []
        for _ in range(each):
            begun = time.perf_counter()
            work(number)
            found.append((time.perf_counter() - begun) * 1000)
        return found

    with ThreadPoolExecutor(PARALLEL) as pool:
        return [each for found in pool.map(one, range(PARALLEL)) for each in found]


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[int(len(times) * share)], 1)


def _server(database: Postgres, folder: Path) -> tuple[Running, Passwords]:
    key_file = folder / "key"
    key_file.write_text(encryption.new_secret())
    cipher, clock = FieldCipher(key_file), SystemClock()

    def begin() -> UnitOfWork:
        return UnitOfWork(database, cipher)

    keys = RotatingKeys(begin, clock)
    with context.background("auth", "bench"):
        keys.refresh()
    passwords = Passwords(Hashing())
    issuer = Issuer(ISSUER, AUDIENCE, "https://edge.example")
    app = App(begin, clock, passwords, issuer, keys, SecondFactorSteps.of(begin, clock, issuer, keys))
    trails = AuditTrails(database, {}, cipher.index)
    servicer: Any = AuthServicer(app, Staff(begin, clock, passwords), Clients(begin, clock, issuer, keys), trails)
    return Running(Mesh(folder), servicer, {}, database, "auth"), passwords


if __name__ == "__main__":
    main()
