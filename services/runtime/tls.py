"""How a connection to a part outside the mesh is encrypted: whose certificates are trusted, and which is one's own.

Each part has these settings as its `tls`; without them its client does not start. `plaintext` is for development on
one machine alone: no delivered configuration sets it.
"""

import ssl
import time
from dataclasses import dataclass
from pathlib import Path

# Between the two files of a renewal lies a moment; so often it is looked again, each after so many seconds.
_LOOKS, _LOOK_SECONDS = 100, 0.01


def pair(certificate_file: Path, key_file: Path) -> tuple[bytes, bytes]:
    """Certificate chain and private key (PEM) of one renewal: they are two files, and one is replaced before the other.

    Files that never fit together are given as they are: what uses them says what is wrong.
    """
    for _ in range(_LOOKS):
        before = certificate_file.stat().st_mtime_ns, key_file.stat().st_mtime_ns
        found = certificate_file.read_bytes(), key_file.read_bytes()
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate_file, key_file)
        except ssl.SSLError:
            time.sleep(_LOOK_SECONDS)
            continue
        if before == (certificate_file.stat().st_mtime_ns, key_file.stat().st_mtime_ns):
            break
    return found


def load_pair(context: ssl.SSLContext, certificate_file: Path, key_file: Path) -> None:
    """Has a context present the pair; ssl.SSLError when the files never fit together."""
    pair(certificate_file, key_file)
    context.load_cert_chain(certificate_file, key_file)


@dataclass(frozen=True)
class TlsSettings:
    """`authority_file` has the certificates (PEM) of the authorities that the server's certificate may come from."""

    authority_file: Path | None = None
    plaintext: bool = False

    def __post_init__(self) -> None:
        """ValueError when a file is missing and plain text is not asked for."""
        missing = [name for name, value in vars(self).items() if value is None]
        if missing and not self.plaintext:
            raise ValueError(f"{', '.join(missing)} not set; plaintext=true goes without, and is for development alone")

    def demand(self, url: str = "https:", **login: object) -> None:
        """ValueError when `url` is not encrypted, or one of the named settings of the log-in is not set."""
        if self.plaintext:
            return
        if not url.startswith("https:"):
            raise ValueError(f"{url} is not encrypted; tls_plaintext=true takes it, and is for development alone")
        missing = [name for name, value in login.items() if not value]
        if missing:
            raise ValueError(f"{', '.join(missing)} not set; tls_plaintext=true goes without, in development alone")

    def context(self) -> ssl.SSLContext | None:
        """Verifies the server's name and chain, from TLS 1.2 on; None for plain text."""
        if self.plaintext:
            return None
        context = ssl.create_default_context(cafile=str(self.authority_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


@dataclass(frozen=True)
class MutualTlsSettings(TlsSettings):
    """The same where the server also asks for a certificate: that of this process, and its key (PEM)."""

    certificate_file: Path | None = None
    key_file: Path | None = None

    def context(self) -> ssl.SSLContext | None:
        """Verifies the server and presents the own certificate; None for plain text."""
        context = super().context()
        if context is not None and self.certificate_file is not None and self.key_file is not None:
            load_pair(context, self.certificate_file, self.key_file)
        return context

    def stamp(self) -> int:
        """Changes whenever the own certificate is renewed; a context has the one that was there when it was made."""
        return 0 if self.certificate_file is None else self.certificate_file.stat().st_mtime_ns
