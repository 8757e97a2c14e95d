"""Keeps the files of a process's secrets up to date out of OpenBao; the settings name the same files either way.

What an agent or a CSI driver mounts elsewhere the process itself fetches here, before its settings are read and every
few seconds from then on: `kv/<role>`, each field a file of its name; the password of its database role; its
certificate. Whoever uses a secret reads its file when it connects.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from services.runtime.secrets import private_files
from services.runtime.secrets.certificates import Certificate
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import CERTIFICATE, DATABASE, KV

DATABASE_FILE = "postgres-password"


class Delivery:
    """What one process is delivered; `refresh` from any thread."""

    def __init__(self, bao: OpenBao) -> None:
        self._bao, self._settings, self._lock = bao, bao.settings, threading.Lock()
        self._version = 0
        folder = self._settings.certificate_folder
        self._certificate = Certificate(bao, folder) if folder and CERTIFICATE in self._settings.delivers else None

    def refresh(self) -> list[str]:
        """Writes what is new, and names it; errors.Unavailable when OpenBao cannot be asked."""
        with self._lock:
            # First the certificate: by it the others are asked for, when it is what signs in.
            parts = ((CERTIFICATE, self._renew), (DATABASE, self._database), (KV, self._static))
            return [name for part, work in parts if part in self._settings.delivers for name in work()]

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

    def _written(self, secrets: Mapping[str, str]) -> list[str]:
        assert self._settings.secrets_folder is not None
        written = list[str]()
        for name, text in secrets.items():
            # A name is one of a file in this folder, whatever is said there.
            path = self._settings.secrets_folder / Path(name).name
            if not private_files.holds(path, text.encode()):
                private_files.replace(path, text.encode())
                written.append(path.name)
        return written
