"""One stack on this machine: its ports, its folders, its secrets. Handed to everything that starts or asks a part."""

import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from services.runtime.secrets import private_files
from stack import folders
from stack.ports import Ports

# Whoever is let into the group of the account that turns them over reads the logs.
LOGS_MODE = 0o750


@dataclass(frozen=True)
class Layout:
    """The stack with base port `base`, whose files are all below `state`."""

    base: int
    state: Path

    @classmethod
    def of(cls, base: int) -> "Layout":
        """The stack with this base, in the state folder that belongs to it."""
        return cls(base, folders.state(base))

    @cached_property
    def ports(self) -> Ports:
        """Every port of the stack."""
        return Ports(self.base)

    @property
    def pki(self) -> Path:
        """The folder of the local CA and of every workload's certificate."""
        return self.state / "pki"

    @property
    def logs(self) -> Path:
        """The folder of <part>.log."""
        return self.state / "logs"

    @property
    def mails(self) -> Path:
        """The folder in which the mail sink keeps each mail as an .eml file."""
        return self.state / "mail"

    @property
    def brokers(self) -> int:
        """How many brokers of Kafka the stack has: 1, or 3."""
        return int(self._brokers.read_text()) if self._brokers.exists() else 1

    def set_brokers(self, count: int) -> None:
        """Has it have so many; ValueError once it has stored records on another number of them."""
        if count != self.brokers and (self.state / "kafka").exists():
            raise ValueError(f"{self.state} has its records on {self.brokers} brokers, not {count}: take another base")
        self._brokers.write_text(f"{count}\n")

    @property
    def profiles(self) -> tuple[str, ...]:
        """What the stack has besides, such as `search`."""
        return tuple(self._profiles.read_text().split()) if self._profiles.exists() else ()

    def add_profile(self, name: str) -> None:
        """Has it have that from now on."""
        self._profiles.write_text(" ".join(sorted({*self.profiles, name})))

    @property
    def _profiles(self) -> Path:
        return self.state / "profiles"

    @property
    def _brokers(self) -> Path:
        return self.state / "brokers"

    def log(self, name: str) -> Path:
        """The file of <part>.log, in its folder, which is made when it is not there."""
        return self.folder(self.logs.name, LOGS_MODE) / f"{name}.log"

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """The folder of one part, made when it is not there; closed to other accounts, unless `mode` says otherwise."""
        path = self.state / name
        path.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
        return path

    @property
    def figures(self) -> Path:
        """Where programs without a port write what they tell of themselves, for node_exporter, whose it is."""
        return self.folder("figures")

    def delivered(self, service: str) -> Path:
        """The folder in which a service keeps the secrets that it fetches from OpenBao, each a file of its name."""
        # Each is its own service's: passed through by all, listed by none.
        self.folder("delivered", 0o711)
        return self.folder(f"delivered/{service}")

    def secret_file(self, name: str) -> Path:
        """The file of a secret, made with 256 random bits in hex the first time; only its owner may read it."""
        path = self.state / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, secrets.token_hex(32))
        return path

    def secret(self, name: str) -> str:
        """The text of a secret."""
        return self.secret_file(name).read_text()

    def lend(self, name: str, folder: str) -> Path:
        """A copy of a secret's file for a part that has no other secret: in a folder of its own."""
        path = self.folder(folder) / name
        write_private(path, self.secret(name))
        return path


def properties(settings: Mapping[str, object]) -> str:
    """The text of a Java properties file: which is Latin-1, and in which a backslash begins an escape."""
    return "".join(f"{key}={_escaped(str(value))}\n" for key, value in settings.items())


def _escaped(text: str) -> str:
    units = text.replace("\\", "\\\\").encode("utf-16-be")
    pairs = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return "".join(chr(unit) if unit < 0x80 else f"\\u{unit:04x}" for unit in pairs)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read; readers never see half of it."""
    private_files.replace(path, text.encode())
