"""From parts with nothing of ours in them to services that start: by the Jobs as the manifests have them."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from stack.servers import postgres
from tests.integration.bootstrap.platform import Platform, platform
from tests.waiting import until


@pytest.fixture(scope="module")
def bare() -> Iterator[Platform]:
    """The parts, and what the platform provides for no service in particular."""
    with platform() as found:
        found.provide_shared()
        yield found


def succeeded(found: Platform, job: str, container: int = -1) -> str:
    """What a Job says that ends well."""
    done = found.run(job, container)
    assert done.returncode == 0, f"{job}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def failed(found: Platform, job: str, container: int = -1) -> str:
    """What a Job says that does not."""
    done = found.run(job, container)
    assert done.returncode, f"{job}: {done.stdout}{done.stderr}"
    return f"{done.stdout}{done.stderr}"


def test_the_parts_are_looked_at_by_name_port_and_certificate(bare: Platform) -> None:
    assert succeeded(bare, "reach-bootstrap") == "every part is where it should be"


def test_services_start_once_all_is_made_and_it_is_made_once(bare: Platform) -> None:
    assert " 0 taken away" in succeeded(bare, "bus-bootstrap")
    assert "0 topics made, 0 rights given, 0 taken away" in succeeded(bare, "bus-bootstrap")
    for name in ("kyc", "document"):
        bare.provide(name)
        assert "provides all that is needed" in succeeded(bare, f"{name}-bootstrap", 0)
        made = succeeded(bare, f"{name}-bootstrap").splitlines()
        assert len(made) > 4, made
        assert succeeded(bare, f"{name}-bootstrap") == f"{name}: all is there", made
        with bare.service(name) as port:
            until(lambda: _healthy(port, name), lambda: f"health of {name}: {bare.log(name)[-2000:]}")  # noqa: B023


def _healthy(port: int, name: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/{name}").status_code == 200
    except httpx.HTTPError:
        return False


def test_what_is_missing_is_named(bare: Platform) -> None:
    without = failed(bare, "risk-bootstrap", 0)
    assert "the key service does not take this process's identity" in without
    assert "LOANFLOW_POSTGRES_PASSWORD_FILE names no file" in without
    bare.provide("risk", without="audit-key")
    with postgres.admin(bare.layout) as connection:
        connection.execute("ALTER ROLE risk_bootstrap NOCREATEDB")
        connection.execute("CREATE ROLE risk")
    said = failed(bare, "risk-bootstrap", 0)
    for each in ("lacks CREATEDB: ALTER ROLE", "the role risk is there, made by another", "no audit-key at kv/risk"):
        assert f"{each}" in said, said
    assert said.count("missing: ") == 3, said


def test_it_may_do_nothing_to_other_services(bare: Platform) -> None:
    bare.provide("auth")
    succeeded(bare, "auth-bootstrap")
    bare.provide("repayment")
    secret = bare.layout.secret("postgres-repayment-bootstrap")

    def connect(database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=bare.layout.ports.of("postgres"), user="repayment_bootstrap", password=secret,
            dbname=database, autocommit=True, sslmode="verify-full", sslrootcert=str(bare.layout.pki / "ca.pem"),
        )  # fmt: skip

    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba.conf entry|permission denied"):
        connect("auth")
    with connect("postgres") as connection:
        for statement in (
            "ALTER ROLE auth PASSWORD 'x'", "SET ROLE auth", "SET ROLE auth_owner",
            "GRANT auth_owner TO repayment_bootstrap", "ALTER DATABASE auth OWNER TO repayment_bootstrap",
            "CREATE ROLE mighty SUPERUSER",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
