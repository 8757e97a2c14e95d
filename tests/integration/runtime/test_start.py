"""A service whose part is missing at start: it says in one line which, and ends with an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.ids import new_id
from stack import environment, programs
from stack.layout import Layout
from stack.servers import postgres as postgres_server

UNREACHABLE = "https://127.0.0.1:1"


def refusal(layout: Layout, service: str, **changes: str | None) -> tuple[int, str]:
    """Starts a service as the stack does, but for some settings (None: not set); its exit code and last words."""
    variables = {**os.environ, **environment.of_service(layout, service)}
    for name, value in {"SERVER_PORT": "0", "SERVER_METRICS_PORT": "0", **changes}.items():
        variables.pop(f"LOANFLOW_{name}", None)
        if value is not None:
            variables[f"LOANFLOW_{name}"] = value
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}"],
        env={**programs.environment(), **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("service", "changes", "why"),
    [
        ("approval", {"POSTGRES_PORT": "1"}, "the database is out of reach"),
        ("approval", {"KAFKA_BOOTSTRAP": "127.0.0.1:1"}, "kafka is out of reach"),
        ("approval", {"REGISTRY_URL": UNREACHABLE}, "the schema registry is out of reach"),
        ("document", {"MONGO_PORT": "1"}, "the database is out of reach"),
        ("document", {"OBJECTS_URL": UNREACHABLE}, "the file store is out of reach"),
        ("notification", {"REDIS_PORT": "1"}, "redis is out of reach"),
    ],
)
def test_a_part_that_is_away_is_named(layout: Layout, service: str, changes: dict[str, str], why: str) -> None:
    assert refusal(layout, service, **changes) == (1, f"{service} cannot start: {why}\n")


def test_a_database_without_its_schema_is_named(layout: Layout) -> None:
    name = f"test_{new_id()[:8]}"
    with postgres_server.admin(layout) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        # The service's own role may only use the service's own database.
        secret = str(layout.secret_file("postgres-admin"))
        admin = {"POSTGRES_USER": postgres_server.ADMIN, "POSTGRES_PASSWORD_FILE": secret}
        code, text = refusal(layout, "approval", POSTGRES_DATABASE=name, **admin)
    finally:
        with postgres_server.admin(layout) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    assert (code, text) == (1, "approval cannot start: the database lacks its tables: migrate it first\n")


def test_a_missing_certificate_is_named(layout: Layout, tmp_path: Path) -> None:
    code, text = refusal(layout, "approval", SERVER_PKI_FOLDER=str(tmp_path))
    assert code == 1
    assert text.startswith("approval cannot start: the mesh identity is incomplete: ")
    assert f"{tmp_path / 'approval' / 'tls.pem'}" in text


def test_a_missing_variable_is_named(layout: Layout) -> None:
    code, text = refusal(layout, "approval", KAFKA_BOOTSTRAP=None, POSTGRES_PORT="many")
    assert code == 2
    assert text == "settings: LOANFLOW_POSTGRES_PORT is not of type int; LOANFLOW_KAFKA_BOOTSTRAP is not set\n"
