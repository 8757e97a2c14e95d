"""OpenTelemetry's collector: passes every span and every line of a log on to where they are kept, masked."""

import os

import yaml

from stack import folders, probes
from stack.layout import Layout, write_private
from stack.observability.telemetry import PROFILE, Collected, config
from stack.servers import logstore, tracestore

FOLDER = "collector"


def url(layout: Layout) -> str:
    """Where spans are sent, by OTLP/gRPC with TLS."""
    return f"https://127.0.0.1:{layout.ports.of('collector')}"


def told(layout: Layout) -> dict[str, str]:
    """The settings by which a service sends spans: of every call where there is a collector, which keeps some of them.

    $LOANFLOW_OTLP_ENDPOINT names another. What is empty counts as not set.
    """
    own = (url(layout), "1") if PROFILE in layout.profiles else ("", "")
    return {
        "server.otlp_endpoint": os.environ.get("LOANFLOW_OTLP_ENDPOINT", "") or own[0],
        "server.otlp_authority_file": str(layout.pki / "ca.pem"),
        "server.otlp_plaintext": os.environ.get("LOANFLOW_OTLP_PLAINTEXT", ""),
        "server.trace_ratio": os.environ.get("LOANFLOW_TRACE_RATIO", "") or own[1],
    }


def collected(layout: Layout) -> Collected:
    """The addresses and folders of this stack."""
    ports, leaf = layout.ports, layout.pki / FOLDER
    return Collected(
        spans=f"127.0.0.1:{ports.of('collector')}", health=f"127.0.0.1:{ports.of('collector health')}",
        figures_port=ports.of("collector figures"), certificate=str(leaf / "tls.pem"), key=str(leaf / "tls.key"),
        logs=str(layout.logs), offsets=str(layout.folder(FOLDER) / "offsets"), log_store=logstore.url(layout),
        trace_store=tracestore.url(layout),
    )  # fmt: skip


def command(layout: Layout) -> list[str]:
    """The collector."""
    return [str(folders.collector() / "collector"), "--config", str(layout.folder(FOLDER) / "collector.yml")]


def prepare(layout: Layout) -> None:
    """Writes its configuration."""
    layout.folder(f"{FOLDER}/offsets")
    made = yaml.safe_dump(config(collected(layout)), sort_keys=False)
    write_private(layout.folder(FOLDER) / "collector.yml", made)


def ready(layout: Layout) -> None:
    """Returns when it takes spans."""
    probes.http_ok(layout.ports.of("collector health"), "/")
    probes.port_open(layout.ports.of("collector"))
