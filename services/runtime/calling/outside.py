"""HTTP to parties outside the platform: one deadline for a whole call, a limit for its answer, no redirect followed.

A socket's own timeout begins anew with every byte: a party that sends one now and then would hold a caller for ever.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore

from services.runtime.errors import Unavailable

# As much as an answer of a few fields could ever need; larger answers need a limit of their own.
ANSWER_BYTES = 64 * 1024
_IDLE_SECONDS = 5.0


# At most some hours: a party that wants more has no say in how long it is not asked.
_SECONDS = re.compile(r"[0-9]{1,4}")
Headers = Mapping[bytes | str, bytes | str]
AddressOf = Callable[[str, int, float], str]


@dataclass(frozen=True)
class Answer:
    """What came back, whole and as it was sent: its HTTP status, its bytes, and headers by names in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def retry_after(self) -> int:
        """In how many seconds to come back (RFC 9110, 10.2.3); 0 when it does not say, or says a date."""
        text = self.headers.get("retry-after", "").strip()
        return int(text) if _SECONDS.fullmatch(text) else 0


class OutsideHttp:
    """A client for one party, named in errors. Calls end after `seconds`, whatever arrives meanwhile.

    A redirect is an answer like others: what was meant for one address is never sent to another. `address_of` finds
    and checks the address of a host that somebody else named, from host, port and the seconds that are left.
    """

    def __init__(
        self, party: str, seconds: float, max_bytes: int = ANSWER_BYTES, trust: ssl.SSLContext | None = None,
        address_of: AddressOf | None = None,
    ) -> None:  # fmt: skip
        self._party, self._seconds, self._max_bytes = party, seconds, max_bytes
        self._time = _Time()
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust, keepalive_expiry=_IDLE_SECONDS, network_backend=_Backend(self._time, address_of)
        )

    def call(self, method: str, url: str, headers: Headers | None = None, content: bytes = b"") -> Answer:
        """One call; errors.Unavailable when there is no whole answer in time, or one above the limit."""
        try:
            with (
                self._time.limited(self._seconds),
                self._pool.stream(method, url, headers=dict(headers or {}), content=content or None) as response,
            ):
                body = self._whole(response.iter_stream())
                return Answer(response.status, body, _headers(response.headers))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unavailable(f"{self._party} is out of reach") from error

    def close(self) -> None:
        """Ends the connections."""
        self._pool.close()

    def _whole(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self._max_bytes:
                raise Unavailable(f"{self._party} answers with more than {self._max_bytes} bytes")
        return bytes(body)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


class _Time(threading.local):
    """Until when the call of this thread may last."""

    end = 0.0

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        self.end = time.monotonic() + seconds
        yield

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call's time is up")
        return left


class _Backend(httpcore.SyncBackend):
    """Opens connections on which nothing lasts longer than the call."""

    def __init__(self, times: _Time, address_of: AddressOf | None) -> None:
        self._times, self._address_of = times, address_of

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """A connection; TLS is held against the host's name, whatever its address."""
        if self._address_of is not None:
            host = self._found(self._address_of, host, port)
        return _Stream(super().connect_tcp(host, port, self._times.left(), local_address, socket_options), self._times)

    def _found(self, address_of: AddressOf, host: str, port: int) -> str:
        try:
            return address_of(host, port, self._times.left())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class _Stream(httpcore.NetworkStream):
    """A connection whose every step gets what is left of the call's time."""

    def __init__(self, inner: httpcore.NetworkStream, times: _Time) -> None:
        self._inner, self._times = inner, times

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        return self._inner.read(max_bytes, self._times.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends bytes."""
        self._inner.write(buffer, self._times.left())

    def close(self) -> None:
        """Ends the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._times.left()), self._times)

    def get_extra_info(self, info: str) -> Any:
        """What the connection says of itself."""
        return self._inner.get_extra_info(info)
