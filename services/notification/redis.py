"""Redis: a client that comes back by itself; every failure of the connection is errors.Unavailable."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis as Client
from redis.backoff import ExponentialBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from services.runtime import errors
from services.runtime.tls import TlsSettings


@dataclass(frozen=True)
class RedisSettings:
    """Where the server is, and the user of its ACL; the password is read at every connect, so that it rotates."""

    host: str
    port: int
    tls: TlsSettings
    user: str = ""
    password_file: Path | None = None
    database: int = 0
    region: str = ""

    def __post_init__(self) -> None:
        """ValueError when anybody could use the server."""
        self.tls.demand(user=self.user, password_file=self.password_file)


def _encryption(tls: TlsSettings) -> dict[str, Any]:
    if tls.plaintext:
        return {}
    return {"ssl": True, "ssl_ca_certs": str(tls.authority_file), "ssl_check_hostname": True}


class _FileCredentials(CredentialProvider):
    """The user, and the password as the file has it now."""

    def __init__(self, user: str, password_file: Path) -> None:
        self._user, self._file = user, password_file

    def get_credentials(self) -> tuple[str, str]:
        """For one connection."""
        return self._user, self._file.read_text().strip()


class Redis:
    """`with redis.use() as client:` gives the driver's client, whose answers are text."""

    def __init__(self, settings: RedisSettings) -> None:
        file = settings.password_file
        credentials = _FileCredentials(settings.user, file) if file is not None else None
        self._client = Client(
            host=settings.host,
            port=settings.port,
            db=settings.database,
            credential_provider=credentials,
            **_encryption(settings.tls),
            decode_responses=True,
            socket_timeout=2.0,
            socket_connect_timeout=2.0,
            health_check_interval=10,
            # Once more on a new connection: that is what a restarted server asks for.
            retry=Retry(ExponentialBackoff(cap=0.1, base=0.02), 1),
        )

    @contextmanager
    def use(self) -> Iterator[Client]:
        """The client; errors.Unavailable when the server is out of reach."""
        try:
            yield self._client
        except (NoConnection, NoAnswer) as error:
            raise errors.Unavailable("redis is out of reach") from error

    def check(self) -> None:
        """Checks that it answers; errors.Unavailable."""
        with self.use() as client:
            client.ping()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
