"""Under which accounts parts run where root starts the stack: a number for each, that the machine has no account of.

What belongs to a part, its folder and its certificate, is given to its account before it starts. Where another account
starts the stack, everything is that account's. Programs in Python go on as who started them: their interpreter may lie
in a home, and the checkout in a folder, that others cannot enter.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stack.layout import Layout


@dataclass(frozen=True)
class Account:
    """`folder` is the part's below the state folder, `leaf` its certificate's below the folder of certificates."""

    number: int
    folder: str
    leaf: str = ""

    def command(self, command: list[str]) -> list[str]:
        """The command under this account, in no group, and unable to gain any right."""
        drop = [f"--reuid={self.number}", f"--regid={self.number}", "--clear-groups", "--no-new-privs"]
        return ["setpriv", *drop, "--", *command] if used() else command

    def give(self, layout: Layout) -> None:
        """Makes it the owner of what its part reads and writes."""
        for path in self._own(layout) if used() else ():
            os.chown(path, self.number, self.number, follow_symlinks=False)

    def _own(self, layout: Layout) -> Iterator[Path]:
        for top in (layout.folder(self.folder), *([layout.pki / self.leaf] if self.leaf else [])):
            yield from (top, *top.rglob("*"))


def used() -> bool:
    """Whether parts have accounts of their own: only root can give them one."""
    return os.geteuid() == 0


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
