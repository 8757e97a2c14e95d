"""Secrets of a running stack: in the file of each, in its part's own closed settings, and nowhere that others look.

Looked for raw and in every written form, as `ps`, a crash report, a log shipper or a support bundle would have them.
"""

from pathlib import Path

import pytest

from stack.layout import Layout
from stack.servers import providers, timestamps
from tests.contract.findings import findings
from tests.security.sinks import processes, search

# The settings of servers that read their secrets from no other place, in folders that are closed to others.
OF_THEIR_PART = (
    "backup/pgpass", "registry/application.properties", "s3/s3.json", "s3/security.toml", "mail-login/smtp",
    "provider-keys/fcm", "provider-keys/jasmin", "provider-keys/pagerduty", "alertmanager/pagerduty",
    "anchors/s3-audit-anchors", "archivist/s3-logs",
    *(f"timestamps/{name}" for name in (timestamps.ROOT, timestamps.LEAF)),
    *(f"provider-keys/{name}" for name in providers.TOKENS),
)  # fmt: skip
# Fetched by each service from OpenBao, for itself alone.
DELIVERED = "delivered/"
# Less could be a part of anything.
LEAST = 16


def secrets_of(layout: Layout) -> dict[str, str]:
    """The stack's secrets by the names of their files."""
    files = [each for each in (layout.state / "secrets").iterdir() if each.is_file()]
    read = {each.name: each.read_text().strip() for each in files}
    return {name: text for name, text in read.items() if len(text) >= LEAST and "\n" not in text}


def test_no_secret_is_in_arguments_or_environment_of_a_process(layout: Layout, tmp_path: Path) -> None:
    texts, seen = secrets_of(layout), tmp_path / "processes"
    seen.mkdir()
    for name, given in processes(layout):
        (seen / name).write_bytes(given)
    assert len(texts) > 50 and len(list(seen.iterdir())) > 10
    found = search(seen, texts, tmp_path / "forms")
    findings(
        (f"process {name}: its arguments or environment have {secret}" for name, secret in found),
        "give it the path of a file that its account alone may read",
    )


def test_no_secret_is_in_a_log_or_any_other_file_than_its_own(layout: Layout, tmp_path: Path) -> None:
    found = search(layout.state, secrets_of(layout), tmp_path / "forms")
    own = {path for path, _ in found if path.startswith("secrets/")}
    assert own, "the search does not find the secrets in their own files"
    wrong = [
        f"{path}: has {secret}"
        for path, secret in found
        if path not in own and path not in OF_THEIR_PART and not path.startswith(DELIVERED)
    ]
    findings(wrong, "leave it out where it is written, or read it from its file")
    for path in (layout.state / each for each in OF_THEIR_PART):
        assert not path.exists() or not (path.stat().st_mode | path.parent.stat().st_mode) & 0o077, path


@pytest.mark.parametrize("place", ["logs/a.log", "mail/a.eml", "kafka/server.log"])
def test_a_secret_in_another_file_is_found(layout: Layout, tmp_path: Path, place: str) -> None:
    name, text = next(iter(secrets_of(layout).items()))
    file = tmp_path / "state" / place
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"event": "cannot sign in with {text}"}}\n')
    assert search(tmp_path / "state", {name: text}, tmp_path / "forms") == [(place, name)]
