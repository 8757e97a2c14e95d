"""The archivist: takes the log lines of every hour that has ended from the log store into the object store."""

from pathlib import Path

from stack import programs
from stack.layout import Layout
from stack.servers import logstore, objects

FOLDER = "archivist"
SECONDS = 900


def command(layout: Layout) -> list[str]:
    """The program, which asks the log store every quarter of an hour."""
    found = objects.settings(layout, objects.LOGS)
    return [
        programs.python(), "-m", "stack.observability.archive", "--bucket", found.bucket, "--url", found.url,
        "--region", found.region, "--access-key", found.access_key, "--key-file", str(_key(layout)),
        "--authority-file", str(found.tls.authority_file), "--log-store", logstore.url(layout),
        "keep", "--every", str(SECONDS),
    ]  # fmt: skip


def _key(layout: Layout) -> Path:
    return layout.lend(f"s3-{objects.LOGS}", FOLDER)


def ready(layout: Layout) -> None:
    """Returns when the bucket is there for whom it is made."""
    objects.client(layout, objects.LOGS).head_bucket(Bucket=objects.bucket(objects.LOGS))
