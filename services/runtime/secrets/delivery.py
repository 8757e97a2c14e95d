"""Keeps what a process is delivered by OpenBao up to date: its secrets as files, and its dynamic settings.

What an agent or a CSI driver mounts elsewhere the process itself fetches here, before its settings are read and again
and again from then on: `kv/<role>`, each field a file of its name; the password of its database role; its certificate.
What uses a secret reads its file when it connects. One question at each look is all that an idle process asks: for
the dynamic settings; secrets are asked for more rarely, and at once when one of them is refused.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services.runtime.secrets import private_files
from services.runtime.secrets.certificates import Certificate
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import CERTIFICATE, DATABASE, KV, SETTINGS

DATABASE_FILE = "postgres-password"
# The version of the dynamic settings that was delivered last.
SETTINGS_FILE = "dynamic-settings.json"
# Where they are: a mount of their own, whose only writer is the operator, and one document in it for all readers.
SETTINGS_PATH = "settings/data/platform"
# Puts a version (number, values) of the dynamic settings in force; False when it is refused.
Take = Callable[[int, Any], bool]


class Delivery:
    """What one process is delivered; `refresh` from any thread. Without `take` it follows no dynamic settings."""

    def __init__(self, bao: OpenBao, take: Take | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._bao, self._settings, self._lock = bao, bao.settings, threading.Lock()
        self._take, self._now = take, now
        self._version = 0
        folder = self._settings.certificate_folder
        self._certificate = Certificate(bao, folder) if folder and CERTIFICATE in self._settings.delivers else None
        # First the certificate: by it the others are asked for, when it is what signs in.
        parts: dict[str, Callable[[], list[str]]] = {CERTIFICATE: self._renew, DATABASE: self._database}
        parts |= {KV: self._static, SETTINGS: self._dynamic}
        self._parts = {part: work for part, work in parts.items() if part in self._settings.delivers}
        self._due = dict.fromkeys(self._parts, 0.0)

    def refresh(self, *, all_of_it: bool = True) -> list[str]:
        """Writes what is new, and names it; of all, or of what is due. errors.Unavailable when OpenBao is away."""
        with self._lock:
            written = list[str]()
            for part, work in self._parts.items():
                if all_of_it or self._now() >= self._due[part]:
                    written += work()
                    rare = part in (DATABASE, KV)
                    self._due[part] = self._now() + (self._settings.secrets_seconds if rare else 0.0)
            return written

    def restore(self) -> None:
        """Puts the dynamic settings that were delivered last in force, as after a start while OpenBao is away."""
        file = self._folder / SETTINGS_FILE
        if self._take is not None and SETTINGS in self._parts and file.is_file():
            kept = json.loads(file.read_text())
            self._take(kept["version"], kept["values"])

    def _renew(self) -> list[str]:
        return ["tls.pem"] if self._certificate is not None and self._certificate.renew() else []

    def _database(self) -> list[str]:
        found = self._bao.read(f"database/static-creds/{self._settings.role}")
        return self._written({DATABASE_FILE: found["password"]})

    def _static(self) -> list[str]:
        version = int(self._bao.read(f"kv/metadata/{self._settings.role}")["current_version"])
        if version == self._version:
            return []
        found = self._bao.read(f"kv/data/{self._settings.role}")
        written = self._written(found["data"])
        self._version = int(found["metadata"]["version"])
        return written

    def _dynamic(self) -> list[str]:
        if self._take is None:
            return []
        try:
            found = self._bao.read(SETTINGS_PATH)
        except LookupError:
            # Nothing was ever set: what the process was started with holds.
            return []
        version, values = int(found["metadata"]["version"]), found["data"]["values"]
        if not self._take(version, values):
            return []
        return self._written({SETTINGS_FILE: json.dumps({"version": version, "values": values})})

    def _written(self, secrets: Mapping[str, str]) -> list[str]:
        written = list[str]()
        for name, text in secrets.items():
            # A name is one of a file in this folder, whatever is said there.
            path = self._folder / Path(name).name
            if not private_files.holds(path, text.encode()):
                private_files.replace(path, text.encode())
                written.append(path.name)
        return written

    @property
    def _folder(self) -> Path:
        assert self._settings.secrets_folder is not None
        return self._settings.secrets_folder
