"""What the bootstrap of a service reads from its environment, by where the service keeps its state.

Its log-ins are not the service's: they make roles and tables, and a service that has one could change its audit trail.
"""

from dataclasses import dataclass
from pathlib import Path

from services.runtime.events.registry import RegistrySettings
from services.runtime.files.objects import ObjectsSettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.tls import TlsSettings


@dataclass(frozen=True)
class RowStoreSettings:
    """PostgreSQL. `user` may make roles and databases (CREATEROLE, CREATEDB), and is nothing to those of others.

    `rotator` is the role by which OpenBao changes passwords; where there is none of that name, nothing is done for it.
    """

    host: str
    port: int
    user: str
    password_file: Path
    tls: TlsSettings
    rotator: str = "rotator"


@dataclass(frozen=True)
class DocumentStoreSettings:
    """MongoDB. `user` has the roles userAdmin and dbAdmin on the service's database and on that of its audit trail.

    `service_password_file` holds the password that the service is given; `login_database` is where `user` is kept.
    """

    host: str
    port: int
    user: str
    password_file: Path
    service_password_file: Path
    tls: TlsSettings
    replica_set: str = ""
    login_database: str = "admin"


@dataclass(frozen=True)
class _Everywhere:
    """`kept` names the fields that the service's own secrets in OpenBao must have; they are not read."""

    openbao: OpenBaoSettings
    registry: RegistrySettings | None = None
    objects: ObjectsSettings | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rows:
    postgres: RowStoreSettings


@dataclass(frozen=True)
class _Documents:
    mongo: DocumentStoreSettings


@dataclass(frozen=True)
class RowsSettings(_Everywhere, _Rows):
    """Of a service that keeps rows."""


@dataclass(frozen=True)
class DocumentsSettings(_Everywhere, _Documents):
    """Of a service that keeps documents."""
