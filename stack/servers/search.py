"""OpenSearch, one node: the indexes of risk reports and audit trails. It runs only where a stack was started with it.

The runner's own main hides every error; stack/java/search/node has ours. HTTP and transport take TLS with a certificate
of the platform's authority, and no one else: who a client is says the common name of its certificate. A service may do
what it needs with the indexes of its own name, and nothing with the others.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import httpx

from services.catalog import BY_NAME
from services.runtime.stores.search_index import SearchSettings
from services.runtime.tls import MutualTlsSettings
from stack import folders, pki
from stack.layout import Layout, write_private

# The profile of a stack that has it.
PROFILE = "search"
# Who keeps an index there: each that of its audit trail.
USERS = tuple(BY_NAME)
HEAP = (
    "-Xms256m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxDirectMemorySize=64m"
    " -XX:ReservedCodeCacheSize=96m -Xss512k"
).split()
_SECURITY = "org.opensearch.security"
# Of these the plugin brings its own, which the node has already.
_TWICE = "log4j-slf4j"
_NO_RIGHTS = {
    "internal_users": "internalusers", "tenants": "tenants", "nodes_dn": "nodesdn", "action_groups": "actiongroups",
}  # fmt: skip


def url(layout: Layout) -> str:
    """Where it listens."""
    return f"https://127.0.0.1:{layout.ports.of('search')}"


def settings(layout: Layout, workload: str, token_key: str = "") -> SearchSettings:
    """A workload's way to it; `token_key` names the secret of its tokens, that of the service unless said otherwise."""
    folder = layout.pki / workload
    tls = MutualTlsSettings(layout.pki / "ca.pem", certificate_file=folder / "tls.pem", key_file=folder / "tls.key")
    return SearchSettings(url(layout), tls, layout.secret_file(token_key or f"search-token-{workload}"))


def command(layout: Layout) -> list[str]:
    """The node. Its Java is the machine's: the wheel's has no word boundaries of Thai, which its analysis wants."""
    libraries, node = folders.search_libraries(), folders.search_node()
    ours = {_stem(jar) for jar in (libraries / "engine").glob("*.jar")}
    more = [jar for jar in sorted((libraries / "security").glob("*.jar")) if _stem(jar) not in ours]
    jars = [str(libraries / "engine" / "*"), str(node), *(str(jar) for jar in more if not jar.name.startswith(_TWICE))]
    return [
        shutil.which("java") or "java", *HEAP, "-Djava.awt.headless=true", "-Dlog4j2.disable.jmx=true",
        f"-Dlog4j2.configurationFile={folders.SEARCH_PROJECT / 'log4j2.properties'}",
        f"-Dextra.modules={_SECURITY}.OpenSearchSecurityPlugin",
        "-cp", ":".join(jars), "loanflow.SearchNode",
        str(layout.folder("search")), str(layout.ports.of("search")), str(layout.ports.of("search transport")),
        *(f"{name}={value}" for name, value in _node(layout).items()),
    ]  # fmt: skip


def _stem(jar: Path) -> str:
    """The name of an artifact without its version."""
    parts = jar.stem.split("-")
    return "-".join(parts[: next((at for at, part in enumerate(parts) if part[:1].isdigit()), len(parts))])


def _node(layout: Layout) -> dict[str, object]:
    leaf, found = layout.pki / "search", dict[str, object]()
    for side in ("http", "transport"):
        found |= {
            f"plugins.security.ssl.{side}.pemcert_filepath": leaf / "tls.pem",
            f"plugins.security.ssl.{side}.pemkey_filepath": leaf / "tls.key",
            f"plugins.security.ssl.{side}.pemtrustedcas_filepath": layout.folder("search") / "config" / "ca.pem",
        }
    return found | {
        "path.data": _data(layout),
        "plugins.security.ssl.http.enabled": "true",
        "plugins.security.ssl.http.clientauth_mode": "REQUIRE",
        "plugins.security.ssl.http.enabled_protocols": "TLSv1.3",
        "plugins.security.ssl.transport.enforce_hostname_verification": "false",
        # The renewer replaces the pair while the node runs.
        "plugins.security.ssl.certificates_hot_reload.enabled": "true",
        "plugins.security.allow_default_init_securityindex": "true",
        "plugins.security.system_indices.enabled": "true",
        "plugins.security.audit.type": "noop",
        "plugins.security.nodes_dn": "CN=search",
        "http.type": f"{_SECURITY}.http.SecurityHttpServerTransport",
        "transport.type": f"{_SECURITY}.ssl.http.netty.SecuritySSLNettyTransport",
        "node.processors": "1",
    }


def prepare(layout: Layout) -> None:
    """Writes who may do what, which is read when the node starts for the first time, and whom it believes.

    It watches the folders of its certificates: that of all workloads it may not list.
    """
    folder = layout.folder("search/config/opensearch-security")
    layout.folder("search/config")
    write_private(folder.parent / "ca.pem", (layout.pki / "ca.pem").read_text())
    for name, content in rights().items():
        # What is JSON is YAML.
        write_private(folder / f"{name}.yml", json.dumps(content, indent=1))
    for old in layout.folder("search").glob("data*"):
        if old != _data(layout):
            shutil.rmtree(old)


def _data(layout: Layout) -> Path:
    """Where it keeps its indexes: under other rights it starts for the first time, and the services fill it anew."""
    known = hashlib.sha256(json.dumps(rights(), sort_keys=True).encode()).hexdigest()
    return layout.folder("search") / f"data-{known[:12]}"


def rights() -> dict[str, Any]:
    """The files of the security plugin: certificates alone sign in, and each service has the indexes of its name."""
    certificate = {
        "http_enabled": True,
        "order": 0,
        "http_authenticator": {"type": "clientcert", "challenge": False, "config": {"username_attribute": "cn"}},
        "authentication_backend": {"type": "noop"},
    }
    dynamic = {"http": {"anonymous_auth_enabled": False}, "authc": {"certificate": certificate}}
    roles = {name: role(name) for name in USERS}
    # Says whether it is ready, to the stack.
    roles[pki.DEPLOY] = {"cluster_permissions": ["cluster:monitor/health"], "index_permissions": []}
    closed = {"config": {"enabled": False}}
    return {
        "config": _file("config", {"config": {"dynamic": dynamic}}),
        "roles": _file("roles", roles),
        "roles_mapping": _file("rolesmapping", {name: {"users": [name]} for name in roles}),
        "allowlist": _file("allowlist", closed),
        "whitelist": _file("whitelist", closed),
        "audit": _file("audit", closed),
        **{name: _file(kind, {}) for name, kind in _NO_RIGHTS.items()},
    }


def role(service: str) -> dict[str, Any]:
    """What a service may do with its indexes: make, fill, search, swap and drop them."""
    return {
        "cluster_permissions": ["indices:data/write/bulk", "indices:admin/aliases"],
        "index_permissions": [
            {"index_patterns": [f"{service}-*"], "allowed_actions": ["crud", "indices:admin/*", "create_index"]}
        ],
    }


def _file(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"_meta": {"type": kind, "config_version": 2}, **content}


def ready(layout: Layout) -> None:
    """Returns when it answers to those it knows, and its own indexes can be written."""
    folder = layout.pki / pki.DEPLOY
    trust = MutualTlsSettings(layout.pki / "ca.pem", certificate_file=folder / "tls.pem", key_file=folder / "tls.key")
    answer = httpx.get(f"{url(layout)}/_cluster/health", verify=trust.context() or True, timeout=10)
    if answer.status_code != 200 or answer.json()["status"] == "red":
        raise ConnectionError(f"OpenSearch answers {answer.status_code}")
