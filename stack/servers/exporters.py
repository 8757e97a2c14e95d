"""What Prometheus asks about programs that expose nothing themselves: whether parts answer, and how the machine is."""

import shutil
from typing import Any

import yaml

from stack import pki, probes
from stack.install import InstallError
from stack.layout import Layout, write_private
from stack.observability.telemetry import PROFILE
from stack.servers import kafka

PROGRAMS = ("prometheus", "prometheus-blackbox-exporter", "prometheus-node-exporter")
NEEDED = f"RUNLEVEL=1 apt-get install --no-install-recommends {' '.join(PROGRAMS)}"
# How a part is asked; most begin with TLS, PostgreSQL from 17 on among them.
TLS, HEALTH, MAIL, REDIS = "tls", "health", "mail", "redis"
_ASKED = {"openbao": HEALTH, "mail": MAIL, "redis": REDIS}
_HEALTH_PATH = "/v1/sys/health"
# With which profile a stack has what not every one has.
_PROFILES = {"search": "search", "collector": PROFILE}


def look_for() -> None:
    """InstallError when Prometheus and its exporters are not on the machine."""
    if not all(map(shutil.which, PROGRAMS)):
        raise InstallError(f"Prometheus and its exporters are needed: {NEEDED}")


def asked(layout: Layout) -> dict[str, tuple[str, str]]:
    """How each part of the stack is asked, and where, by its name: those that show a certificate, and the edge."""
    there = {name for name in pki.SERVERS if _PROFILES.get(name, "") in ("", *layout.profiles)}
    there |= {name for node, name in kafka.NODES.items() if node <= layout.brokers}
    found = {name: (_ASKED.get(name, TLS), f"127.0.0.1:{layout.ports.of(name)}") for name in sorted(there)}
    how, address = found["openbao"]
    found["openbao"] = how, f"https://{address}{_HEALTH_PATH}"
    return found | {"edge": (TLS, f"127.0.0.1:{layout.ports.of('edge tls')}")}


def modules(authority_file: str) -> dict[str, Any]:
    """The ways of asking, as the blackbox exporter has them; all of them believe the stack's authority alone."""
    trust = {"tls_config": {"ca_file": authority_file, "server_name": "localhost"}}
    greeting = [
        {"expect": "^220 "}, {"send": "EHLO prober\r"}, {"expect": "^250[- ]STARTTLS"}, {"send": "STARTTLS\r"},
        {"expect": "^220 "}, {"starttls": True},
    ]  # fmt: skip
    # TLS ends before it, and does not when it is away: whoever has no password is refused by itself.
    refused = [{"send": "PING\r"}, {"expect": "^-NOAUTH "}]
    return {
        TLS: {"prober": "tcp", "tcp": {"tls": True, **trust}},
        REDIS: {"prober": "tcp", "tcp": {"tls": True, "query_response": refused, **trust}},
        MAIL: {"prober": "tcp", "tcp": {"query_response": greeting, **trust}},
        # Any other answer than 200 is of one that is sealed, or not begun.
        HEALTH: {"prober": "http", "http": {**trust, "fail_if_not_ssl": True}},
    }


def blackbox_prepare(layout: Layout) -> None:
    """Writes its configuration."""
    made = yaml.safe_dump({"modules": modules(str(layout.pki / "ca.pem"))}, sort_keys=False)
    write_private(layout.folder("blackbox") / "blackbox.yml", made)


def blackbox_command(layout: Layout) -> list[str]:
    """The exporter that asks parts."""
    return [
        shutil.which(PROGRAMS[1]) or PROGRAMS[1], f"--config.file={layout.folder('blackbox') / 'blackbox.yml'}",
        f"--web.listen-address=127.0.0.1:{layout.ports.of('blackbox')}",
    ]  # fmt: skip


def blackbox_ready(layout: Layout) -> None:
    """Returns when it answers."""
    probes.http_ok(layout.ports.of("blackbox"), "/-/healthy")


def node_command(layout: Layout) -> list[str]:
    """The exporter that says how the machine is, as far as alerts and boards ask, and passes on `layout.figures`."""
    return [
        shutil.which(PROGRAMS[2]) or PROGRAMS[2], "--collector.disable-defaults",
        *(f"--collector.{name}" for name in ("filesystem", "loadavg", "meminfo", "textfile", "time")),
        f"--collector.textfile.directory={layout.figures}",
        f"--web.listen-address=127.0.0.1:{layout.ports.of('node')}",
    ]  # fmt: skip


def node_ready(layout: Layout) -> None:
    """Returns when it answers."""
    probes.http_ok(layout.ports.of("node"), "/")
