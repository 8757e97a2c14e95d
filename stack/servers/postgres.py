"""PostgreSQL: one server, and in it a database and two roles for each service that keeps its state there.

Its tables belong to the role that migrates them, `<service>_owner`. The service's own role reads and writes rows; of
the audit trail it may read and add rows, and can give itself no more.
"""

import os
import pwd
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from services import catalog
from services.bootstrap import rows
from services.bootstrap.rows import owner
from services.runtime.secrets import private_files
from services.runtime.tls import TlsSettings
from stack import programs
from stack.layout import Layout

Connection = psycopg.Connection[Any]
ADMIN = "postgres"
SERVICES = tuple(s.name for s in catalog.SERVICES if s.storage is catalog.Storage.POSTGRES)
# The schema registry keeps its schemas here too, so that events written yesterday can be read today.
DATABASES = (*SERVICES, "registry")

# Receives the log and copies the files for backups; it can read no table.
BACKUP = "backup"
# OpenBao's: changes the passwords of the services' roles, and cannot become one of them.
ROTATOR = "rotator"

# Small: 12 pools of idle connections and few busy ones, beside a dozen other programs on the same machine.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 96MB
work_mem = 4MB
maintenance_work_mem = 32MB
max_wal_size = 512MB
# The log that a receiver has not taken yet; beyond, a new base backup is due, and the disk does not fill up.
max_slot_wal_keep_size = 4GB
jit = off
max_parallel_workers = 0
password_encryption = scram-sha-256
ssl = on
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
ssl_min_protocol_version = 'TLSv1.3'
log_line_prefix = '%m [%p] %q%u@%d '
"""


# A role may enter the database of its own name, or the one that it owns, and no other; none without TLS.
_OWNERS = "\n".join(f"hostssl {name} {owner(name)} 127.0.0.1/32 scram-sha-256" for name in SERVICES)
_BOOTSTRAPS = "\n".join(f"hostssl {ADMIN},{name} {name}_bootstrap 127.0.0.1/32 scram-sha-256" for name in SERVICES)
CLIENTS = f"""
hostssl all {ADMIN} 127.0.0.1/32 scram-sha-256
hostssl {ADMIN} {ROTATOR} 127.0.0.1/32 scram-sha-256
hostssl replication {BACKUP} 127.0.0.1/32 scram-sha-256
hostssl sameuser all 127.0.0.1/32 scram-sha-256
{_OWNERS}
{_BOOTSTRAPS}
"""


# In a service's database, by the administrator; first of all what is of a time before there were owners. The password
# of an owner, as which the administrator's step migrates, is `postgres-<owner, with a dash>`.
GRANTS = ("REASSIGN OWNED BY {service} TO {owner}", *rows.GRANTS)


def user() -> str:
    """The user that PostgreSQL runs as: it refuses to be root."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def command(layout: Layout, data: Path | None = None) -> list[str]:
    """The server in the foreground; on its own data folder unless another is named."""
    return [programs.postgres("postgres"), "-D", str(data or _data(layout)), "-p", str(layout.ports.of("postgres"))]


def prepare(layout: Layout) -> None:
    """Makes the data folder the first time; PermissionError when its user cannot reach it or the programs."""
    data, account = _data(layout), pwd.getpwnam(user())
    for path in (data.parent, Path(programs.postgres("initdb")).parent):
        _check_reachable(path)
    if not (data / "PG_VERSION").exists():
        _initialise(layout, data, account)
    configure(layout, data)


def configure(layout: Layout, data: Path) -> None:
    """Writes the settings, who may log in, and the certificate into a data folder."""
    leaf = layout.pki / "postgres"
    files = {"postgresql.auto.conf": SETTINGS.encode(), "pg_hba.conf": CLIENTS.encode()}
    files |= {"server.crt": private_files.read(leaf / "tls.pem"), "server.key": private_files.read(leaf / "tls.key")}
    for name, content in files.items():
        private_files.replace(data / name, content)


def take_certificate(layout: Layout) -> None:
    """Has the running server use the pair that is there now for new connections."""
    leaf = layout.pki / "postgres"
    for name, source in (("server.key", "tls.key"), ("server.crt", "tls.pem")):
        private_files.replace(_data(layout) / name, private_files.read(leaf / source))
    with admin(layout) as connection:
        connection.execute("SELECT pg_reload_conf()")


def ready(layout: Layout) -> None:
    """Returns when the administrator can log in."""
    with admin(layout):
        pass


def settle(layout: Layout) -> None:
    """Makes each role with its password and its own database, closed to every other role."""
    with admin(layout) as connection:
        found = connection.execute("SELECT datname, pg_get_userbyid(datdba) FROM pg_database").fetchall()
        owners: dict[str, str] = dict(found)
        for name in DATABASES:
            whose = owner(name) if name in SERVICES else name
            if owners.get(name) != whose:
                _make_role(connection, name, layout.secret(f"postgres-{name}"))
                _make_role(connection, whose, layout.secret(f"postgres-{whose.replace('_', '-')}"))
                _give(connection, name, whose, exists=name in owners)
                with admin(layout, name) as inside:
                    _grant(inside, name, whose)
        _let_rotate(connection, layout.secret(f"postgres-{ROTATOR}"))
        _make_role(connection, BACKUP, layout.secret(f"postgres-{BACKUP}"))
        connection.execute(sql.SQL("ALTER ROLE {} REPLICATION").format(sql.Identifier(BACKUP)))


def admin(layout: Layout, database: str = ADMIN) -> Connection:
    """A connection of the administrator, who only makes databases; the services never use it."""
    return psycopg.connect(
        host="127.0.0.1", port=layout.ports.of("postgres"), user=ADMIN, password=layout.secret("postgres-admin"),
        dbname=database, autocommit=True, connect_timeout=2,
        sslmode="verify-full", sslrootcert=str(layout.pki / "ca.pem"),
    )  # fmt: skip


def tls(layout: Layout) -> TlsSettings:
    """How clients of any part know its certificate."""
    return TlsSettings(layout.pki / "ca.pem")


def _data(layout: Layout) -> Path:
    return layout.state / "postgres"


def _initialise(layout: Layout, data: Path, account: pwd.struct_passwd) -> None:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chown(data, account.pw_uid, account.pw_gid)
    with tempfile.NamedTemporaryFile("w", dir=layout.state) as password:
        os.chown(password.name, account.pw_uid, account.pw_gid)
        password.write(layout.secret("postgres-admin"))
        password.flush()
        run_as(
            account, programs.postgres("initdb"), "-D", str(data), "-U", ADMIN, f"--pwfile={password.name}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--no-sync",
        )  # fmt: skip


def run_as(account: pwd.struct_passwd, *command_line: str) -> None:
    """Runs a program of PostgreSQL under that account; RuntimeError with what it said when it fails."""
    user, group = (account.pw_uid, account.pw_gid) if os.geteuid() == 0 else (None, None)
    done = subprocess.run(
        command_line, capture_output=True, text=True, cwd="/", check=False,
        user=user, group=group, extra_groups=[] if user else None,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command_line[0]}: {done.stderr.strip() or done.stdout.strip()}")


def _make_role(connection: Connection, name: str, password: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    make = "ALTER ROLE {} LOGIN PASSWORD {}" if found else "CREATE ROLE {} LOGIN PASSWORD {}"
    connection.execute(sql.SQL(make).format(sql.Identifier(name), sql.Literal(password)))


def _give(connection: Connection, database: str, whose: str, *, exists: bool) -> None:
    """Makes a database, or gives one of before to its new owner."""
    make = "ALTER DATABASE {} OWNER TO {}" if exists else "CREATE DATABASE {} OWNER {}"
    names = sql.Identifier(database), sql.Identifier(whose)
    connection.execute(sql.SQL(make).format(*names))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(names[0]))


def _grant(connection: Connection, service: str, whose: str) -> None:
    """Lets a service's role use the tables of its database, those that are still to be made among them."""
    if service == whose:
        return
    names = {"service": sql.Identifier(service), "owner": sql.Identifier(whose)}
    for statement in GRANTS:
        connection.execute(sql.SQL(statement).format(**names))


def _let_rotate(connection: Connection, password: str) -> None:
    """Lets a role change the passwords of the services' roles, without being any of them."""
    _make_role(connection, ROTATOR, password)
    connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(ROTATOR)))
    for name in SERVICES:
        names = {"service": sql.Identifier(name), "rotator": sql.Identifier(ROTATOR)}
        connection.execute(sql.SQL(rows.ROTATES).format(**names))


def _check_reachable(path: Path) -> None:
    for folder in (path, *path.parents):
        if os.geteuid() == 0 and folder.exists() and not folder.stat().st_mode & 0o001:
            raise PermissionError(
                f"PostgreSQL runs as {user()} and cannot enter {folder}: set LOANFLOW_STATE and LOANFLOW_CACHE"
            )
