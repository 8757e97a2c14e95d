"""Whether the parts are where the platform says: by name, port and certificate, before anything signs in there.

The addresses are those of the environment: LOANFLOW_<part>_HOST with _PORT, whatever is a URL, and lists of host:port.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.runtime.settings import PREFIX

_SECONDS = 5.0
_PORTS = {"https": 443, "http": 80}
# The edge's own name: it comes up after this.
_OURS = ("PUBLIC_URL", "SERVER_JWKS_URL")
# Of PostgreSQL: an SSLRequest, to which it says S when it speaks TLS.
_SSL_REQUEST, _SPEAKS_TLS = (8).to_bytes(4) + (80877103).to_bytes(4), b"S"
# Inside the mesh alone, which encrypts what goes there.
_PLAIN = ("clamd",)


@dataclass(frozen=True, order=True)
class Place:
    """A part as the environment has it: the name of its group of settings, host and port."""

    part: str
    host: str
    port: int


def places(environ: Mapping[str, str]) -> list[Place]:
    """Every part that the environment names."""
    found = set[Place]()
    for variable, value in environ.items():
        name = variable.removeprefix(f"{PREFIX}_")
        if name == variable or name in _OURS or not value:
            continue
        if name.endswith("_HOST") and f"{variable.removesuffix('HOST')}PORT" in environ:
            found.add(Place(_part(name, "HOST"), value, _port(environ[f"{variable.removesuffix('HOST')}PORT"])))
        elif "://" in value:
            url = urlsplit(value)
            found.add(Place(_part(name, name.rpartition("_")[2]), url.hostname or "", url.port or _PORTS[url.scheme]))
        elif name.endswith(("_BOOTSTRAP", "_ADDRESS")):
            for each in value.split(","):
                host, _, port = each.strip().rpartition(":")
                found.add(Place(_part(name, name.rpartition("_")[2]), host, _port(port)))
    return sorted(found)


def lacking(place: Place, authorities: Path) -> Iterator[str]:
    """What is wrong with a place, if anything; a sentence that says what to do."""
    where = f"{place.part} at {place.host}:{place.port}"
    if not place.port:
        yield f"{place.part}: its address has no port; name host and port in the ConfigMap platform"
        return
    try:
        with socket.create_connection((place.host, place.port), _SECONDS) as connection:
            if place.part not in _PLAIN:
                _encrypt(place, connection, _context(place, authorities))
    except socket.gaierror:
        yield f"{where}: the name is not known; name the host in the ConfigMap platform, or the host in DNS"
    except ssl.SSLCertVerificationError as error:
        names = " or ".join(_names(place))
        yield f"{where}: {error.verify_message}; put its authority under {names} into the Secret preflight"
    except (ssl.SSLError, smtplib.SMTPException, ValueError) as error:
        yield f"{where}: it does not speak TLS ({error}); no part is used without"
    except OSError as error:
        yield f"{where}: no connection ({error.strerror or error}); start it, and let this namespace reach it"


def _port(text: str) -> int:
    """The number of a port; 0 for what is none."""
    return int(text) if text.isdecimal() else 0


def _part(name: str, suffix: str) -> str:
    return name.removesuffix(f"_{suffix}").lower().replace("_", "-")


def _names(place: Place) -> tuple[str, str]:
    """The names that a file with the part's authority may have, as in the services' Secrets."""
    return f"{place.part}-tls-authority", f"{place.part}-authority"


def _context(place: Place, authorities: Path) -> ssl.SSLContext:
    private = next((authorities / name for name in _names(place) if (authorities / name).is_file()), None)
    return ssl.create_default_context(cafile=private)


def _encrypt(place: Place, connection: socket.socket, context: ssl.SSLContext) -> None:
    if place.part == "smtp":
        with smtplib.SMTP(place.host, place.port, timeout=_SECONDS) as mail:
            mail.starttls(context=context)
        return
    if place.part == "postgres":
        connection.sendall(_SSL_REQUEST)
        if connection.recv(1) != _SPEAKS_TLS:
            raise ValueError("it refuses to")
    with context.wrap_socket(connection, server_hostname=place.host):
        pass
