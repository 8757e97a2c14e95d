"""VictoriaLogs: keeps what the collector reads of every log, with a page and an API to search it by any field.

The last seconds of it are in memory alone, and lost when it is killed; the audit trail is elsewhere (services/audit).
"""

from stack import folders, probes
from stack.layout import Layout

FOLDER = "logstore"
# As long as the law wants what was done to be followed. It keeps a folder for each day, so that old ones can be moved
# to where disks are cheap.
RETENTION = "7y"
_MEMORY = "128MiB"


def url(layout: Layout) -> str:
    """Its API; the page is below, at /select/vmui/."""
    return f"http://127.0.0.1:{layout.ports.of(FOLDER)}"


def command(layout: Layout) -> list[str]:
    """The server."""
    return [
        str(folders.log_store() / "victoria-logs"), f"-httpListenAddr=127.0.0.1:{layout.ports.of(FOLDER)}",
        f"-storageDataPath={layout.folder(FOLDER)}", f"-retentionPeriod={RETENTION}", f"-memory.allowedBytes={_MEMORY}",
        "-loggerFormat=json",
    ]  # fmt: skip


def ready(layout: Layout) -> None:
    """Returns when it takes lines."""
    probes.http_ok(layout.ports.of(FOLDER), "/health")
