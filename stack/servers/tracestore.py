"""Zipkin: keeps the spans that the collector passes on, in memory, with a page that draws a trace."""

import shutil

from stack import folders, probes
from stack.layout import Layout

FOLDER = "tracestore"
_JAVA = ("-Xms32m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k")
# About a day of a demo's; the oldest go first.
SPANS = 200_000


def url(layout: Layout) -> str:
    """Its API; the page is below, at /zipkin/."""
    return f"http://127.0.0.1:{layout.ports.of(FOLDER)}"


def command(layout: Layout) -> list[str]:
    """The server."""
    return [
        shutil.which("java") or "java", *_JAVA, f"-Djava.io.tmpdir={layout.folder(FOLDER)}",
        "-Dserver.address=127.0.0.1", "-jar", str(folders.trace_store() / "traces" / "zipkin.jar"),
        f"--server.port={layout.ports.of(FOLDER)}", "--zipkin.storage.type=mem",
        f"--zipkin.storage.mem.max-spans={SPANS}", "--zipkin.self-tracing.enabled=false",
    ]  # fmt: skip


def ready(layout: Layout) -> None:
    """Returns when it answers."""
    probes.http_ok(layout.ports.of(FOLDER), "/health")
