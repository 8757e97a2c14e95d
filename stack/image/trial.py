"""Runs an image as a cluster does: its own account, a file system that cannot be written, no right, no network.

It takes runc and root; where one is missing the image is imported from outside alone (`started`).
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from stack.image import ImageError, archive, started

# What comes out at the end of a trial: whoever ran it, and that nothing could be written.
_PROGRAM = """
import importlib, os
for name in {mains}:
    importlib.import_module(name)
for folder in ("/", "/app", "/tmp"):
    try:
        open(os.path.join(folder, "written"), "w")
    except OSError:
        continue
    raise SystemExit(folder + " can be written")
print(os.getuid(), os.getgid())
"""
_MOUNTS = (("proc", "/proc", "proc"), ("tmpfs", "/dev", "tmpfs"))
_NAMESPACES = ("ipc", "mount", "network", "pid", "uts")


def possible() -> bool:
    """Whether this machine can run it."""
    return bool(shutil.which("runc")) and os.geteuid() == 0


def run(file: Path) -> None:
    """Runs the first image of an archive, and has it import all that the manifests start; raises ImageError."""
    settings = archive.settings(file)
    with tempfile.TemporaryDirectory(prefix="image-trial-") as folder:
        root = Path(folder, "root")
        archive.unpack(file, root)
        Path(folder).chmod(0o711)
        Path(folder, "config.json").write_text(json.dumps(specification(settings, started.mains())))
        command = ["runc", "--root", f"{folder}/runc", "run", "--bundle", folder, f"image-trial-{os.getpid()}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or done.stdout.split() != settings["User"].split(":"):
        raise ImageError(f"the image does not run as it has to: {(done.stdout + done.stderr).strip()[-2000:]}")


def specification(settings: archive.Json, mains: list[str]) -> dict[str, Any]:
    """What runc is told: that of the image, with the arguments of the trial."""
    user, group = map(int, settings["User"].split(":"))
    arguments = [*settings["Entrypoint"], "-c", _PROGRAM.format(mains=mains)]
    return {
        "ociVersion": "1.0.2",
        "process": {
            "args": arguments,
            "cwd": settings["WorkingDir"],
            "env": settings["Env"],
            "user": {"uid": user, "gid": group},
            "capabilities": {},
            "noNewPrivileges": True,
        },
        "root": {"path": "root", "readonly": True},
        "mounts": [{"source": source, "destination": place, "type": kind} for source, place, kind in _MOUNTS],
        "linux": {"namespaces": [{"type": each} for each in _NAMESPACES]},
    }
