"""An OpenBao of the tests' own, which they may stop, with the engines of the stack but for the database's."""

import subprocess
from dataclasses import replace
from typing import Any

from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import OpenBaoSettings
from stack.layout import Layout
from stack.servers import engines, openbao
from tests.waiting import until


class Bao:
    """An OpenBao of its own, as the stack runs it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and returns when it can be used."""
        with (self.layout.folder("openbao") / "log").open("ab") as log:
            self.process = subprocess.Popen(openbao.command(self.layout), stdout=log, stderr=log)
        until(self._answers, "an answer of OpenBao")
        openbao.settle(self.layout)
        engines.mount(self.admin)
        engines.issue_certificates(self.layout, self.admin)

    def kill(self) -> None:
        """Ends it without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    @property
    def admin(self) -> Any:
        """A client with all rights."""
        return openbao.client(self.layout, signed_in=True)

    def settings(self, service: str, role: str = "", **changes: Any) -> OpenBaoSettings:
        """How a service reaches it."""
        leaf = self.layout.pki / service
        files = self.layout.pki / "ca.pem", leaf / "tls.pem", leaf / "tls.key"
        return replace(OpenBaoSettings(openbao.url(self.layout), role or service, *files), **changes)

    def client(self, service: str, role: str = "", **changes: Any) -> OpenBao:
        """The client of a service."""
        return OpenBao(self.settings(service, role, **changes))

    def _answers(self) -> bool:
        try:
            openbao.ready(self.layout)
        except OSError:
            return False
        return True
