"""Lists of revoked certificates (RFC 5280) that the certificates of seals name: what B-LT puts beside a seal."""

import ssl
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from services.runtime.calling.outside import OutsideHttp
from services.runtime.errors import Unavailable

_SECONDS, _LARGEST = 5.0, 4 * 1024 * 1024
# A list is asked for anew so often, or sooner when it ends: what is revoked seals for so long at most.
_KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class _Kept:
    content: bytes
    until: datetime


class Revocations:
    """Fetches lists, and keeps each for an hour; `trust_file` is as that of a timestamp authority."""

    def __init__(self, trust_file: Path | None = None) -> None:
        trust = ssl.create_default_context(cafile=str(trust_file)) if trust_file else None
        self._http = OutsideHttp("a list of revoked certificates", _SECONDS, _LARGEST, trust)
        self._kept, self._lock = dict[str, _Kept](), threading.Lock()

    def lists(self, certificates: Iterable[x509.Certificate]) -> list[bytes]:
        """The lists in DER, one for each certificate that names any; errors.Unavailable."""
        named = dict.fromkeys(url for each in certificates if (url := list_of(each)))
        return [self._list(url) for url in named]

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _list(self, url: str) -> bytes:
        with self._lock:
            kept = self._kept.get(url)
        if kept is not None and datetime.now(UTC) < kept.until:
            return kept.content
        answer = self._http.call("GET", url)
        if answer.status != 200:
            raise Unavailable(f"{url} answers {answer.status}")
        with self._lock:
            self._kept[url] = found = _read(url, answer.body)
        return found.content


def list_of(certificate: x509.Certificate) -> str:
    """The address of the list that says whether it is revoked; empty without."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ""
    names = (str(name.value) for point in points for name in point.full_name or ())
    return next((name for name in names if name.startswith(("http://", "https://"))), "")


def _read(url: str, content: bytes) -> _Kept:
    """Who signed it is looked at by who uses it: a list of another is none for the certificate."""
    try:
        found = x509.load_der_x509_crl(content)
    except ValueError as error:
        raise Unavailable(f"{url} has no list of revoked certificates") from error
    ends = found.next_update_utc or datetime.now(UTC)
    return _Kept(content, min(ends, datetime.now(UTC) + _KEPT))
