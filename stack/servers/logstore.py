"""VictoriaLogs: keeps what the collector reads of every log for weeks, with a page and an API to search by any field.

What is older is in the object store (stack/observability/archive.py).
The last seconds of it are in memory alone, and lost when it is killed; the audit trail is elsewhere (services/audit).
"""

from stack import folders, probes
from stack.layout import Layout
from stack.observability.tiers import HOT

FOLDER = "logstore"
_MEMORY = "128MiB"


def url(layout: Layout) -> str:
    """Its API; the page is below, at /select/vmui/."""
    return f"http://127.0.0.1:{layout.ports.of(FOLDER)}"


def command(layout: Layout) -> list[str]:
    """The server."""
    return [
        str(folders.log_store() / "victoria-logs"), f"-httpListenAddr=127.0.0.1:{layout.ports.of(FOLDER)}",
        f"-storageDataPath={layout.folder(FOLDER)}", f"-retentionPeriod={HOT}", f"-memory.allowedBytes={_MEMORY}",
        "-loggerFormat=json",
    ]  # fmt: skip


def ready(layout: Layout) -> None:
    """Returns when it takes lines."""
    probes.http_ok(layout.ports.of(FOLDER), "/health")
