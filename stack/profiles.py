"""The parts that a stack has only with a profile: `make up PROFILE=observability`."""

from stack import accounts, install, programs
from stack.observability.telemetry import PROFILE
from stack.part import Part, Stage
from stack.servers import (
    alertmanager,
    archivist,
    boards,
    collector,
    exporters,
    logstore,
    prometheus,
    search,
    tracestore,
)

_PROFILED = {
    search.PROFILE: (
        Part(
            "search", command=search.command, prepare=search.prepare, ready=search.ready, account=accounts.SEARCH,
            environment=programs.java_environment, install=install.search,
        ),
    ),
    PROFILE: (
        Part(
            "alertmanager", after=("providers",), command=alertmanager.command, prepare=alertmanager.prepare,
            ready=alertmanager.ready, account=accounts.ALERTMANAGER, install=install.alertmanager,
        ),
        Part("blackbox", command=exporters.blackbox_command, prepare=exporters.blackbox_prepare,
             ready=exporters.blackbox_ready, account=accounts.BLACKBOX, install=exporters.look_for),
        Part("node", command=exporters.node_command, ready=exporters.node_ready, account=accounts.NODE),
        Part("logstore", command=logstore.command, ready=logstore.ready, account=accounts.LOG_STORE,
             install=install.log_store),
        Part("tracestore", command=tracestore.command, ready=tracestore.ready, account=accounts.TRACE_STORE,
             install=install.trace_store),
        Part("archivist", after=("logstore", "s3"), command=archivist.command, ready=archivist.ready,
             account=accounts.ARCHIVIST),
        Part(
            "collector", after=("logstore", "tracestore"), command=collector.command, prepare=collector.prepare,
            ready=collector.ready, account=accounts.COLLECTOR, install=install.collector,
        ),
        Part(
            # It would page for whatever has not started yet, or has been stopped.
            "prometheus", Stage.EDGE, ("alertmanager", "blackbox", "node", "edge"), command=prometheus.command,
            prepare=prometheus.prepare, ready=prometheus.ready, account=accounts.PROMETHEUS,
        ),
        Part("boards", Stage.EDGE, ("prometheus",), command=boards.command, ready=boards.ready,
             account=accounts.BOARDS),
    ),
}  # fmt: skip
PROFILES = tuple(_PROFILED)


def profiled(*profiles: str) -> tuple[Part, ...]:
    """The parts that a stack has only with these profiles; no service waits for one of them."""
    return tuple(part for name, parts in _PROFILED.items() if name in profiles for part in parts)
