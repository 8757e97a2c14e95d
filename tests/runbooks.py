"""Runbooks as who is on call goes by them: what a page has as code, and its commands, run on the stack at hand."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from stack import folders, programs
from stack.layout import Layout

ORDER = ["Look", "Decide", "Act", "Verify"]
_CODE = re.compile(r"^(?: {4,})(\S.*)$|`([^`]+)`", re.MULTILINE)
# A shell's; what is asked of a cluster or over REST is no command of this machine.
_PROGRAMS = ("make", "python", "curl", "openssl")
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+")
# Commands that have tests of their own, or need more than a page is about, and which.
ELSEWHERE = {
    "make audit": "tests/e2e/test_audit.py",
    "make drill": "make drill",
    "make soak MINUTES=60": "make soak",
    "python -m services.runtime.events": "in a cluster",
    "python -m services.runtime.events.provision --keep": "in a cluster",
}
# What stands in a command for what is found at the moment.
Fill = str | Callable[[Layout], str]


def said(text: str) -> Iterator[str]:
    """What a page has as code."""
    yield from (block or word for block, word in _CODE.findall(text))


@dataclass(frozen=True)
class Runbook:
    """A page, and what is put in the places of its examples on this stack, as whole words."""

    name: str
    layout: Layout
    fills: Mapping[str, Fill] = field(default_factory=dict)

    def commands(self, section: str) -> list[str]:
        """The commands of a section, as they stand there."""
        page = (folders.CHECKOUT / "docs" / "runbooks" / f"{self.name}.md").read_text()
        [text] = [each for each in page.split("\n## ") if each.startswith(f"{section}\n")]
        return [each for each in said(text) if each.split()[0] in _PROGRAMS and each not in ELSEWHERE]

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """One of them; both of what it says in `stdout`."""
        for example, found in self.fills.items():
            if example in command:
                word = found if isinstance(found, str) else found(self.layout)
                command = re.sub(rf"(?<![\w/]){re.escape(example)}(?![\w/])", word, command)
        # The page has the ports of the stack that has no other base.
        command = _PORT.sub(lambda port: str(int(port[0]) - folders.DEFAULT_BASE + self.layout.base), command)
        words = ["bash", "-c", command.replace("python ", f"{shlex.quote(str(programs.python()))} ", 1)]
        return subprocess.run(
            words, env=programs.environment() | {"LOANFLOW_BASE": str(self.layout.base)}, cwd=folders.CHECKOUT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
