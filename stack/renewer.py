"""The renewer of a stack: keeps the certificates of the edge, of parts and of commands short-lived while it runs.

usage: python -m stack.renewer BASE STATE

Services renew their own. What cannot ask OpenBao for a certificate has it asked for here, under the deploy step's
identity, and takes it up without a restart. The edge's dynamic settings are followed here, too, as it cannot itself.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from envoy import dynamic
from services.runtime import errors
from services.runtime.observing import logging
from services.runtime.secrets.certificates import Certificate
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import SETTINGS, OpenBaoSettings
from stack import pki, programs
from stack.layout import Layout
from stack.servers import edge, kafka, openbao, postgres

log = structlog.get_logger(__name__)
# What has a running part use a renewed pair; the others look at their files themselves.
TAKES: dict[str, Callable[[Layout], None]] = {
    "kafka": kafka.take_certificate, "openbao": openbao.take_certificate, "postgres": postgres.take_certificate,
}  # fmt: skip
_SETTINGS_SECONDS, _CERTIFICATES_SECONDS = 10.0, 60.0


class Renewer:
    """Renews what is due, or what is named; a part that does not take its pair up is asked again at the next look."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._bao = layout, OpenBao(settings(layout))
        self._waiting = set[str]()

    def renew(self, name: str, *, anyway: bool = False) -> bool:
        """A new certificate of a workload, if it is due; errors.Unavailable without OpenBao."""
        renewed = Certificate(self._bao, self._layout.pki / name, workload=name).renew(anyway=anyway)
        if renewed or name in self._waiting:
            self._waiting.add(name)
            if (take := TAKES.get(name)) is not None:
                take(self._layout)
            self._waiting.discard(name)
        return renewed

    def renew_all(self) -> None:
        """All that is due; one that fails holds up no other."""
        for name in pki.RENEWED:
            try:
                if self.renew(name):
                    log.info("certificate_renewed", workload=name)
            except Exception as error:
                # Whatever a part's client raises: it is tried again, hours before the certificate ends.
                log.warning("certificate_not_renewed", workload=name, why=repr(error))


def settings(layout: Layout) -> OpenBaoSettings:
    """How the renewer signs in."""
    leaf = layout.pki / pki.DEPLOY
    return OpenBaoSettings(
        openbao.url(layout), openbao.RENEWER, layout.pki / "ca.pem", leaf / "tls.pem", leaf / "tls.key",
        delivers=(SETTINGS,), secrets_folder=layout.folder("renewer"), trust_domain=pki.TRUST_DOMAIN,
    )  # fmt: skip


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    return [programs.python(), "-m", "stack.renewer", str(layout.base), str(layout.state)]


def prepare(layout: Layout) -> None:
    """Forgets that the renewer before was ready."""
    _first_round(layout).unlink(missing_ok=True)


def ready(layout: Layout) -> None:
    """Returns when all certificates were looked at once."""
    if not _first_round(layout).exists():
        raise FileNotFoundError("the first round is not over")


def _first_round(layout: Layout) -> Path:
    return layout.folder("renewer") / "first-round"


def main(base: str, state: str) -> None:
    """Renews until SIGTERM."""
    layout, end, due = Layout(int(base), Path(state)), threading.Event(), 0.0
    logging.configure("renewer")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    renewer, followed = Renewer(layout), edge.Followed(layout, settings(layout))
    while not end.is_set():
        if time.monotonic() >= due:
            renewer.renew_all()
            due = time.monotonic() + _CERTIFICATES_SECONDS
        try:
            followed.refresh()
        except errors.Error as error:
            log.warning("edge_settings_not_read", why=error.message)
        dynamic.write(followed.edge())
        _first_round(layout).touch()
        end.wait(_SETTINGS_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
