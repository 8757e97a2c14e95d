"""The log-in at MongoDB, which may alternate between two users while the process works.

MongoDB knows one password of a user, so a changed one would be refused until all who use it have the next. Of two users
with the same rights one is used, while the other is given a new password: when that one's turn comes, both are valid.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pymongo import MongoClient


class LoginSettings(Protocol):
    """What of the settings is about the log-in."""

    @property
    def user(self) -> str:
        """The user, unless `login_file` has it."""
        ...

    @property
    def password_file(self) -> Path | None:
        """The file of the user's password."""
        ...

    @property
    def login_file(self) -> Path | None:
        """The file with user and password, a line each, of a log-in that alternates."""
        ...

    @property
    def login_database(self) -> str:
        """Where the user is kept; empty: in `database`."""
        ...

    @property
    def database(self) -> str:
        """The service's database."""
        ...


class Login:
    """What a client logs in with: as MongoClient takes it, and renewed when the file has changed."""

    def __init__(self, settings: LoginSettings) -> None:
        self._settings = settings
        self._stamp = self._stamp_now()

    def arguments(self) -> dict[str, Any]:
        """The arguments of MongoClient."""
        s = self._settings
        user, password = s.user, s.password_file.read_text().strip() if s.password_file else ""
        if s.login_file is not None:
            user, password = s.login_file.read_text().strip().split("\n")
        return {"username": user or None, "password": password or None, "authSource": s.login_database or s.database}

    def renew(self, client: MongoClient[Any], rest: Mapping[str, Any]) -> None:
        """Has the connections that the client makes from now on log in by the file, if it has changed.

        `rest` are the other arguments that the client was made with.
        """
        if self._settings.login_file is None or (stamp := self._stamp_now()) == self._stamp:
            return
        # PyMongo takes a log-in once, at the making of the client, and has no call to replace it. A connection begins
        # and ends its log-in by the options that its pool had when it was made: other options, never changed ones.
        with MongoClient[Any](connect=False, **self.arguments(), **rest) as other:
            options, topology = other.options.pool_options, client._topology
        topology._settings._pool_options = options
        for server in topology._servers.values():
            server.pool.opts = options
        self._stamp = stamp

    def _stamp_now(self) -> int:
        file = self._settings.login_file
        return file.stat().st_mtime_ns if file is not None else 0
