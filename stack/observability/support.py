"""`python -m stack.observability.support`: packs what a colleague needs to look into a stack that is in trouble.

One archive: the machine and the version, what runs, what the doctor finds, figures, health and settings of every
service, the edge's clusters, and the last lines of every log. Services mask what is personal before they log it; here
every text is looked through once more: what the stack keeps as a secret, and what looks like a token, a key, an address
or an account of somebody, becomes [masked].
"""

import argparse
import io
import json
import platform
import re
import subprocess
import sys
import tarfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from services import catalog
from stack import environment, folders
from stack.layout import Layout
from stack.observability import doctor
from stack.parts import stand_ins, table
from stack.supervisor import Supervisor

MASK = "[masked]"
LINES = 5_000
FOLDER = folders.CHECKOUT / "build" / "support"
# What looks like a secret, or like somebody; the first are whole texts, which hold others.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----",
        r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*",
        r"(?i)(?<=\bbearer )[\w.~+/-]{8,}=*",
        r"(?i)(?<=\bbasic )[\w+/-]{8,}=*",
        r"\b(?:hvs|hvb|s)\.[\w-]{20,}",
        r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
        r"(?i)(?<=password=)[^\s&]+",
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
        r"(?<![\w.:+-])\+\d[\d ()-]{6,17}\d\b",
    )
)
# Of the stack's own files; each is one secret, or has some among other words.
_SECRETS = ("secrets", "delivered", "mail-login", "provider-keys", "openbao")
_SECRET = re.compile(r"""[^\s"',:;{}]{20,}""")
# What else is there: its store, and who asked for what.
_NO_SECRETS = ("audit.log", "openbao.hcl")


class Masking:
    """Masks texts of one stack; counts what it masked."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest = sorted(set(secrets), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest))) if longest else None
        self.masked = 0

    def of(self, text: str) -> str:
        """The text without them."""
        for pattern in (*filter(None, [self._secrets]), *_PATTERNS):
            text, found = pattern.subn(MASK, text)
            self.masked += found
        return text


def secrets_of(layout: Layout) -> Iterator[str]:
    """Every word of every file in which the stack keeps a secret."""
    for folder in _SECRETS:
        for path in (layout.state / folder).rglob("*"):
            if path.is_file() and path.name not in _NO_SECRETS and "raft" not in path.parts:
                yield from _SECRET.findall(path.read_text(errors="replace"))


def texts(layout: Layout, lines: int = LINES) -> Iterator[tuple[str, str]]:
    """What is packed, by its name in the archive, before it is masked."""
    yield "about.json", json.dumps(_about(layout), indent=1)
    yield "doctor.txt", "\n".join(doctor.lines(layout)[0])
    yield "processes.json", json.dumps(_processes(layout), indent=1)
    for name in catalog.BY_NAME:
        port = f"http://127.0.0.1:{layout.ports.metrics(name)}"
        yield f"figures/{name}.txt", _asked(f"{port}/metrics")
        yield f"health/{name}.txt", _asked(f"{port}/health/{name}")
        settings = environment.of_service(layout, name)
        yield f"settings/{name}.env", "".join(f"{key}={value}\n" for key, value in sorted(settings.items()))
    admin = f"http://127.0.0.1:{layout.ports.of('edge admin')}"
    yield "figures/edge.txt", _asked(f"{admin}/stats/prometheus")
    yield "edge/clusters.txt", _asked(f"{admin}/clusters")
    for path in sorted(layout.logs.glob("*.log")):
        with path.open(errors="replace") as file:
            yield f"logs/{path.name}", "".join(deque(file, lines))


def _about(layout: Layout) -> dict[str, object]:
    git = ["git", "-C", str(folders.CHECKOUT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    disk, memory = psutil.disk_usage(str(layout.state)), psutil.virtual_memory()
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"), "commit": commit, "base": layout.base,
        "brokers": layout.brokers, "profiles": layout.profiles, "system": platform.platform(),
        "python": platform.python_version(), "cores": psutil.cpu_count(), "load": psutil.getloadavg(),
        "memory_free_mb": memory.available >> 20, "memory_mb": memory.total >> 20,
        "disk_free_mb": disk.free >> 20, "disk_mb": disk.total >> 20,
    }  # fmt: skip


def _processes(layout: Layout) -> list[dict[str, object]]:
    supervisor = Supervisor(layout, (*table(layout.brokers), *stand_ins()))
    return [asdict(each) for each in supervisor.processes()] if supervisor.pid() else []


def _asked(url: str) -> str:
    try:
        answer = httpx.get(url, timeout=doctor.PATIENCE_SECONDS)
    except httpx.HTTPError as error:
        return f"no answer: {error}\n"
    return f"{'' if answer.is_success else f'{answer.status_code}: '}{answer.text}"


def pack(layout: Layout, path: Path, lines: int = LINES) -> int:
    """Writes the archive, which only its owner may read; gives how often something was masked."""
    masking = Masking(secrets_of(layout))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in texts(layout, lines):
            content = masking.of(text).encode()
            entry = tarfile.TarInfo(f"{path.name.partition('.')[0]}/{name}")
            entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
            archive.addfile(entry, io.BytesIO(content))
    return masking.masked


def main(words: list[str]) -> int:
    """Packs, and says where and how much."""
    parser = argparse.ArgumentParser(prog="python -m stack.observability.support", description=__doc__)
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    parser.add_argument("--lines", type=int, default=LINES, help="last lines of each log (%(default)s)")
    given = parser.parse_args(words)
    layout = Layout.of(given.base)
    if not layout.logs.is_dir():
        print(f"error: there is no stack with base port {given.base}: make up", file=sys.stderr)
        return 1
    path = FOLDER / f"loanflow-{given.base}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    masked = pack(layout, path, given.lines)
    print(f"{path.relative_to(folders.CHECKOUT)}: {path.stat().st_size >> 10} kB, masked in {masked} places")
    print("Read it before you send it: names and free texts look like any other word.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
