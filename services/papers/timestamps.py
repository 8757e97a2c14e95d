"""A timestamp authority (RFC 3161) as seals ask it, over HTTP."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509

from services.runtime.calling.outside import Headers, OutsideHttp
from services.runtime.errors import Unavailable

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

_PARTY, _SECONDS = "the timestamp authority", 5.0


@dataclass(frozen=True)
class TimestampSettings:
    """Where an authority answers, and the certificates (PEM) that its own have to lead to.

    `trust_file` replaces the public authorities of TLS, for an address that shows a certificate of a private one.
    """

    url: str
    root_file: Path
    trust_file: Path | None = None

    def __post_init__(self) -> None:
        """ValueError for an address that is none of HTTP."""
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"a timestamp authority is asked by HTTP, not at {self.url!r}")


class Timestamps:
    """One authority: asked once for each seal, and never twice. What it does not answer is errors.Unavailable."""

    def __init__(self, settings: TimestampSettings) -> None:
        # What an authority says is signed, and what it is told is a hash: many are reached without TLS.
        trust = ssl.create_default_context(cafile=str(settings.trust_file)) if settings.trust_file else None
        self.authorities: Sequence[x509.Certificate] = x509.load_pem_x509_certificates(settings.root_file.read_bytes())
        self._url, self._http = settings.url, OutsideHttp(_PARTY, _SECONDS, trust=trust)

    @cached_property
    def stamper(self) -> "TimeStamper":
        """What pyHanko asks."""
        # What signs PDF files is loaded where there is an authority alone.
        from asn1crypto import tsp
        from pyhanko.sign.timestamps import TimeStamper

        url, http = self._url, self._http

        class Authority(TimeStamper):
            """Asks by POST, as RFC 3161, 3.4 says."""

            async def async_request_tsa_response(self, req: Any) -> Any:
                """Its answer."""
                headers: Headers = {
                    "Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply",
                }  # fmt: skip
                answer = http.call("POST", url, headers, req.dump())
                if answer.status != 200:
                    raise Unavailable(f"{_PARTY} answers {answer.status}")
                return tsp.TimeStampResp.load(answer.body)

            async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
                """The token, which pyHanko holds against the question's number."""
                try:
                    return await super().async_timestamp(message_digest, md_algorithm)
                except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                    # A refusal, the answer to another question, or no answer of RFC 3161 at all.
                    raise Unavailable(f"{_PARTY} gives no token: {error}") from error

        made: TimeStamper = Authority()  # type: ignore[no-untyped-call]  # its base has no types
        return made

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()


def timestamps_of(settings: TimestampSettings | None) -> Timestamps | None:
    """The authority of these settings, if there is one."""
    return Timestamps(settings) if settings is not None else None
