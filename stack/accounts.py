"""Under which accounts parts run where root starts the stack: a number for each, that the machine has no account of.

What belongs to a part, its folders and its certificate, is given to its account before it starts. Where another account
starts the stack, everything is that account's. A program in Python reaches its interpreter and the checkout wherever
they lie, see stack/opened.py.
"""

import compileall
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from services import catalog
from stack import folders, opened, programs, variables
from stack.layout import LOGS_MODE, Layout


@dataclass(frozen=True)
class Account:
    """`folder` is the part's below the state folder, `leaf` its certificate's below the folder of certificates.

    `keeps` are the rights of root that it cannot do without, by the names of setpriv; `groups` what it is let into.
    `mode` is that of its folder.
    """

    number: int
    folder: str
    leaf: str = ""
    more: tuple[str, ...] = ()
    python: bool = False
    keeps: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    mode: int = 0o700

    def command(self, command: list[str]) -> list[str]:
        """The command under this account, in no group, and unable to gain any right."""
        if not used():
            return command
        if not self.python:
            return [*opened.dropping(self.number, self.keeps, self.groups), *command]
        more = [word for right in self.keeps for word in ("--keep", right)]
        more += [word for group in self.groups for word in ("--group", str(group))]
        return [programs.python(), "-m", opened.__name__, *more, str(self.number), *command]

    def give(self, layout: Layout) -> None:
        """Makes it the owner of what its part reads and writes."""
        for path in self._own(layout) if used() else ():
            os.chown(path, self.number, self.number, follow_symlinks=False)

    def _own(self, layout: Layout) -> Iterator[Path]:
        kept = [layout.folder(self.folder, self.mode), *map(layout.folder, self.more)]
        for top in (*kept, *([layout.pki / self.leaf] if self.leaf else [])):
            yield from (top, *top.rglob("*"))


def used() -> bool:
    """Whether parts have accounts of their own: only root can give them one."""
    return os.geteuid() == 0


def make_ready() -> str:
    """Compiles the project, in which no service can write; gives why programs in Python run as root all the same."""
    if not used():
        return ""
    for each in ("services", "gen", "stack", "envoy"):
        compileall.compile_dir(folders.CHECKOUT / each, quiet=2)
    return opened.why_not()


# In the range that Debian leaves for such.
KAFKA = Account(61_001, "kafka", "kafka")
KAFKA_2, KAFKA_3 = replace(KAFKA, folder="kafka-2"), replace(KAFKA, folder="kafka-3")
REGISTRY = Account(61_002, "registry", "registry")
S3 = Account(61_003, "s3", "s3")
# The proxy that ends TLS before it reaches its socket.
REDIS = Account(61_004, "redis", "redis")
OPENBAO = Account(61_005, "openbao", "openbao")
EDGE = Account(61_006, "envoy", "edge")
SEARCH = Account(61_007, "search", "search")
MONGO = Account(61_008, "mongo", "mongo", python=True)
MAIL = Account(61_009, "mail", "mail", ("mail-login",), python=True)
BANK = Account(61_010, "bank", "bank", python=True)
PROVIDERS = Account(61_011, "messages", "providers", ("provider-keys",), python=True)
# Keeps what the operator, whose certificate it shows, cannot take away any more.
ANCHORS = Account(61_012, "anchors", "operator", python=True)
# It puts their certificates into the folders of other accounts, and signals OpenBao.
RENEWER = Account(61_013, "renewer", "deploy", python=True, keeps=("chown", "dac_override", "kill"))
ALERTMANAGER = Account(61_014, "alertmanager")
PROMETHEUS = Account(61_015, "prometheus")
BLACKBOX = Account(61_016, "blackbox")
# Whose figures it passes on.
NODE = Account(61_017, "node", more=("figures",))
BOARDS = Account(61_018, "boards", python=True)
TIMESTAMPS = Account(61_040, "timestamps", "timestamps", python=True)
# Whose the logs are: programs are handed theirs open. Who is in its group reads them.
TURNING = Account(61_000, "logs", python=True, mode=LOGS_MODE)
COLLECTOR = Account(61_041, "collector", "collector", groups=(TURNING.number,))
LOG_STORE = Account(61_042, "logstore")
TRACE_STORE = Account(61_043, "tracestore")
ARCHIVIST = Account(61_044, "archivist", python=True)
# Of those who have files scanned.
SCANNED = 61_019
SERVICES = {
    service.name: Account(
        number, f"delivered/{service.name}", service.name, python=True,
        groups=(SCANNED,) if variables.needs(service.name, "clamd") else (),
    )
    for number, service in enumerate(catalog.SERVICES, 61_020)
}  # fmt: skip
