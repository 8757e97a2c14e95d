"""ClamAV: clamd of Debian's package, with signatures of the project's own, which find what scanners are tested by.

The signatures of its makers would come by freshclam, into the same folder, where a machine may fetch them.
"""

import os
import pwd
import shutil
from pathlib import Path

from services.runtime.files.scanning import ClamdScanner, ClamdSettings
from stack import accounts
from stack.install import CLAMD
from stack.layout import Layout, write_private

# Debian has it where the PATH of most accounts does not lead.
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
# The harmless file of EICAR, and one of our own; in two halves, or this source would be taken for them.
SIGNATURES = {
    "Eicar-Test": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "LoanFlow-Test": b"LOANFLOW-VIRUS-SCANNER-" + b"TEST-SIGNATURE-7C1D",
}
# A stream is what services take at most, and a little; what is in it may grow so far, and take so long, before it is
# refused. In bytes and milliseconds.
MAX_STREAM_BYTES = 26 * 1024 * 1024
MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_SCAN_BYTES = 200 * 1024 * 1024
MAX_SCAN_MS = 20_000
MAX_NESTING, MAX_FILES = 10, 1000


def program() -> str | None:
    """Where clamd is; None when it is not installed."""
    return shutil.which("clamd", path=_PATH)


def user() -> str:
    """The account that it runs under: the one of its package, or the caller's own where that is not root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "clamav" if any(each.pw_name == "clamav" for each in pwd.getpwall()) else "nobody"


def command(layout: Layout) -> list[str]:
    """The server in the foreground; FileNotFoundError when it is not installed."""
    found = program()
    if found is None:
        raise FileNotFoundError(f"clamd is not installed: {CLAMD}")
    return [found, "--foreground", f"--config-file={layout.folder('clamav') / 'clamd.conf'}"]


def prepare(layout: Layout) -> None:
    """Writes its settings and signatures, all of them its account's."""
    folder = layout.folder("clamav")
    database = folder / "signatures"
    database.mkdir(exist_ok=True, mode=0o700)
    lines = (f"{name}:0:*:{content.hex()}\n" for name, content in SIGNATURES.items())
    write_private(database / "loanflow.ndb", "".join(lines))
    write_private(folder / "clamd.conf", _settings(layout))
    account = pwd.getpwnam(user())
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    if accounts.used():
        os.chown(_door(layout), account.pw_uid, accounts.SCANNED)


def ready(layout: Layout) -> None:
    """Returns when it answers a ping."""
    ClamdScanner(settings(layout)).check()


def settings(layout: Layout) -> ClamdSettings:
    """How a service reaches it: by a socket that is closed to all but those who have files scanned.

    For clamd takes orders of anyone.
    """
    return ClamdSettings(f"unix:{_socket(layout)}")


def _socket(layout: Layout) -> str:
    return str(_door(layout) / "clamd.sock")


def _door(layout: Layout) -> Path:
    # What is made in it is its group's.
    return layout.folder("clamav-socket", 0o2710)


def _settings(layout: Layout) -> str:
    return f"""DatabaseDirectory {layout.folder("clamav") / "signatures"}
OfficialDatabaseOnly no
LocalSocket {_socket(layout)}
LocalSocketMode 660
FixStaleSocket yes
StreamMaxLength {MAX_STREAM_BYTES}
MaxFileSize {MAX_FILE_BYTES}
MaxScanSize {MAX_SCAN_BYTES}
MaxScanTime {MAX_SCAN_MS}
MaxRecursion {MAX_NESTING}
MaxFiles {MAX_FILES}
AlertExceedsMax yes
AlertOLE2Macros yes
MaxThreads 4
MaxQueue 32
ReadTimeout 30
CommandReadTimeout 10
ConcurrentDatabaseReload no
SelfCheck 0
"""
