"""Where things lie: the checkout, the cache of installed packages, the state of one stack.

Standard library only: the installer needs it.
"""

import hashlib
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "stack" / "requirements.txt"
JAVA_PROJECT = CHECKOUT / "stack" / "java" / "pom.xml"
JAVA_PINS = CHECKOUT / "stack" / "java" / "pins.sha256"
JAVA_PRINCIPAL = CHECKOUT / "stack" / "java" / "principal" / "loanflow" / "SpiffePrincipalBuilder.java"
SEARCH_PROJECT = CHECKOUT / "stack" / "java" / "search"
SEARCH_NODE = SEARCH_PROJECT / "node" / "loanflow" / "SearchNode.java"
PDFA_PROJECT = CHECKOUT / "stack" / "java" / "pdfa"
PDFA_CHECKER = PDFA_PROJECT / "checker" / "loanflow" / "PdfaChecker.java"
GO_PROJECT = CHECKOUT / "stack" / "go"
ALERTMANAGER_PROJECT = CHECKOUT / "stack" / "observability" / "go"
COLLECTOR_PROJECT = CHECKOUT / "stack" / "observability" / "collector"
LOG_STORE_PROJECT = CHECKOUT / "stack" / "observability" / "logstore"
TRACE_STORE_PROJECT = CHECKOUT / "stack" / "java" / "traces"
NODE_PROJECT = CHECKOUT / "stack" / "node"
CLUSTER_PROJECT = CHECKOUT / "stack" / "cluster" / "go"
METRICS_PROJECT = CHECKOUT / "stack" / "cluster" / "metrics"
DEFAULT_BASE = 8000


def base() -> int:
    """The port that every other port is derived from: $LOANFLOW_BASE, 8000 when it is not set."""
    return int(os.environ.get("LOANFLOW_BASE", DEFAULT_BASE))


def state(base_port: int) -> Path:
    """The folder that holds everything one stack writes; $LOANFLOW_STATE names another one."""
    named = os.environ.get("LOANFLOW_STATE")
    if named:
        return Path(named).absolute()
    return _system_or_home("/var/lib/loanflow", ".local/state/loanflow") / str(base_port)


def backups(base_port: int) -> Path:
    """The folder of one stack's backups, on another disk where there is one; $LOANFLOW_BACKUPS names another."""
    named = os.environ.get("LOANFLOW_BACKUPS")
    return (
        Path(named).absolute()
        if named
        else _system_or_home("/var/backups/loanflow", ".local/backups/loanflow") / str(base_port)
    )


def cache() -> Path:
    """The folder of installed packages, shared by all stacks; $LOANFLOW_CACHE names another one."""
    named = os.environ.get("LOANFLOW_CACHE")
    return Path(named).absolute() if named else _system_or_home("/var/cache/loanflow", ".cache/loanflow")


def virtual_environment() -> Path:
    """The Python packages of the lock file, for this minor version of Python."""
    return cache() / f"venv-{_digest(REQUIREMENTS.read_bytes(), sys.version_info[:2])}"


def java_libraries() -> Path:
    """The Java servers of the pinned Maven project: kafka/*.jar and registry/*."""
    return cache() / f"java-{_digest(JAVA_PROJECT.read_bytes(), JAVA_PINS.read_bytes())}"


def kafka_principal() -> Path:
    """The class by which the broker names its clients, compiled against the pinned Kafka."""
    return cache() / f"principal-{_digest(JAVA_PRINCIPAL.read_bytes(), java_libraries().name)}"


def search_libraries() -> Path:
    """OpenSearch and its security plugin, of a Maven project of their own: engine/*.jar and security/*.jar."""
    return cache() / f"search-{_digest(*((SEARCH_PROJECT / name).read_bytes() for name in ('pom.xml', 'pins.sha256')))}"


def search_node() -> Path:
    """The class that starts a node, compiled against them."""
    return cache() / f"search-node-{_digest(SEARCH_NODE.read_bytes(), search_libraries().name)}"


def pdfa_libraries() -> Path:
    """veraPDF, of a Maven project of its own: verapdf/*.jar."""
    return cache() / f"verapdf-{_digest(*((PDFA_PROJECT / name).read_bytes() for name in ('pom.xml', 'pins.sha256')))}"


def pdfa_checker() -> Path:
    """The class that asks it, compiled against it."""
    return cache() / f"pdfa-checker-{_digest(PDFA_CHECKER.read_bytes(), pdfa_libraries().name)}"


def go_programs() -> Path:
    """The programs that are built from the pinned Go modules: a generator, and grpcurl for the tests."""
    return cache() / f"go-{_digest(*((GO_PROJECT / name).read_bytes() for name in ('go.mod', 'go.sum')))}"


def alertmanager() -> Path:
    """Alertmanager and amtool, which checks its configuration, built from the pinned Go modules."""
    return cache() / (
        f"alertmanager-{_digest(*((ALERTMANAGER_PROJECT / name).read_bytes() for name in ('go.mod', 'go.sum')))}"
    )


def collector() -> Path:
    """OpenTelemetry's collector, of the parts that main.go names, built from the pinned Go modules."""
    sources = ("go.mod", "go.sum", "main.go")
    return cache() / f"collector-{_digest(*((COLLECTOR_PROJECT / name).read_bytes() for name in sources))}"


def log_store() -> Path:
    """VictoriaLogs, built from the pinned Go modules."""
    return cache() / f"logstore-{_digest(*((LOG_STORE_PROJECT / name).read_bytes() for name in ('go.mod', 'go.sum')))}"


def trace_store() -> Path:
    """Zipkin's server, of a Maven project of its own: traces/zipkin.jar."""
    sources = ("pom.xml", "pins.sha256")
    return cache() / f"tracestore-{_digest(*((TRACE_STORE_PROJECT / name).read_bytes() for name in sources))}"


def cluster_programs() -> Path:
    """Kubernetes, etcd and Istio, built from the pinned Go modules."""
    sources = [folder / name for folder in (CLUSTER_PROJECT, METRICS_PROJECT) for name in ("go.mod", "go.sum")]
    return cache() / f"cluster-{_digest(*(source.read_bytes() for source in sources))}"


def cluster_images() -> Path:
    """The images of Istio's proxy and of pause, of those programs, the locked Envoy and Debian's packages."""
    lock = CHECKOUT / "stack" / "image" / "debian.lock"
    return cache() / f"cluster-images-{_digest(cluster_programs().name, virtual_environment().name, lock.read_bytes())}"


def node_packages() -> Path:
    """The locked packages of Node.js, below `node_modules`."""
    return cache() / f"node-{_digest((NODE_PROJECT / 'package-lock.json').read_bytes())}"


def wheels() -> Path:
    """The locked wheels of the image."""
    return cache() / f"wheels-{_digest((CHECKOUT / 'stack' / 'services.txt').read_bytes())}"


def hadolint() -> Path:
    """The program that reads Dockerfiles."""
    return cache() / f"hadolint-{_digest((CHECKOUT / 'stack' / 'image' / 'hadolint.txt').read_bytes())}"


def proto_dependencies() -> Path:
    """The protobuf files that the contract imports, below `proto`."""
    return cache() / f"protodeps-{_digest(REQUIREMENTS.read_bytes())}"


def _system_or_home(system: str, home: str) -> Path:
    # Root's home is closed to others, and PostgreSQL, which refuses to run as root, must reach programs and data.
    return Path(system) if os.geteuid() == 0 else Path.home() / home


def _digest(*contents: object) -> str:
    return hashlib.sha256(repr(contents).encode()).hexdigest()[:16]
