"""The exporter that Prometheus asks about parts finds those that run, by TLS and the day on which it ends."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from stack.layout import Layout
from stack.servers import exporters
from tests.bases import own_base
from tests.contract.findings import findings
from tests.waiting import until


@pytest.fixture
def exporter(layout: Layout, tmp_path: Path) -> Iterator[str]:
    """Its address; it believes the authority of the test stack."""
    with own_base() as base:
        beside = Layout(base, tmp_path)
        beside.pki.symlink_to(layout.pki)
        exporters.blackbox_prepare(beside)
        process = subprocess.Popen(exporters.blackbox_command(beside), stderr=subprocess.DEVNULL)
        try:
            until(lambda: answers(beside), "the exporter")
            yield f"http://127.0.0.1:{beside.ports.of('blackbox')}/probe"
        finally:
            process.terminate()
            process.wait(10)


def answers(layout: Layout) -> bool:
    try:
        exporters.blackbox_ready(layout)
    except OSError:
        return False
    return True


def figures(exporter: str, module: str, target: str) -> dict[str, float]:
    text = httpx.get(exporter, params={"module": module, "target": target}, timeout=60).text
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


def test_every_part_answers_and_shows_when_its_certificate_ends(layout: Layout, exporter: str) -> None:
    # No edge runs beside the parts.
    asked = {name: how for name, how in exporters.asked(layout).items() if name != "edge"}
    assert len(asked) >= 10
    found = {name: figures(exporter, *how) for name, how in asked.items()}
    findings(f"stack/servers/exporters.py: {name} is not found" for name in found if not found[name]["probe_success"])
    assert all("probe_ssl_earliest_cert_expiry" in each for each in found.values())


def test_one_that_is_away_or_another_is_not_found(layout: Layout, exporter: str) -> None:
    nobody = layout.base + 999
    assert figures(exporter, exporters.TLS, f"127.0.0.1:{nobody}")["probe_success"] == 0
    # Mail does not begin with TLS.
    assert figures(exporter, exporters.TLS, f"127.0.0.1:{layout.ports.of('mail')}")["probe_success"] == 0
