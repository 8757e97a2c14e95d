"""Valkey, which speaks the protocol of Redis: delivery claims and live notices, kept by its append-only file.

It is built without TLS, so it listens on a socket in a closed folder alone, and Envoy ends TLS before it.
"""

import hashlib
import json
import secrets

import redis

from services.notification.redis import RedisSettings
from services.runtime.tls import TlsSettings
from stack import programs
from stack.layout import Layout, write_private

USER = "loanflow"
# Who gives the user a new password: by the socket alone, which only this account can open.
ROTATOR = "rotator"


def command(layout: Layout) -> list[str]:
    """The server with its settings file."""
    return [programs.valkey(), str(layout.folder("redis") / "redis.conf")]


def prepare(layout: Layout) -> None:
    """Writes the settings: one user, who may do what needs no administrator."""
    folder = layout.folder("redis")
    digest, rotator = (hashlib.sha256(layout.secret(name).encode()).hexdigest() for name in ("redis", "redis-rotator"))
    settings = f"""port 0
unixsocket "{_socket(layout)}"
unixsocketperm 600
dir "{folder}"
user default off
user {USER} on #{digest} ~* &* +@all -@admin -@dangerous +info
user {ROTATOR} on #{rotator} +acl
appendonly yes
save ""
maxmemory 128mb
maxmemory-policy noeviction
"""
    write_private(folder / "redis.conf", settings)


def rotate(layout: Layout) -> None:
    """Gives the user a new password beside the present one; that of the rotation before is void from now on."""
    present, new = layout.secret("redis"), secrets.token_hex(32)
    with _rotator(layout) as rotator:
        rotator.execute_command("ACL", "SETUSER", USER, "resetpass", f">{present}", f">{new}")
    write_private(layout.secret_file("redis"), new)


def passwords(layout: Layout) -> list[str]:
    """The digests of the user's passwords."""
    with _rotator(layout) as rotator:
        return list(rotator.acl_getuser(USER)["passwords"])


def _rotator(layout: Layout) -> redis.Redis:
    return redis.Redis(
        unix_socket_path=_socket(layout), username=ROTATOR, password=layout.secret("redis-rotator"),
        socket_timeout=2, decode_responses=True,
    )  # fmt: skip


def ready(layout: Layout) -> None:
    """Returns when the server answers a ping."""
    with redis.Redis(
        unix_socket_path=_socket(layout), username=USER, password=layout.secret("redis"), socket_timeout=2
    ) as direct:
        direct.ping()


def tls_command(layout: Layout) -> list[str]:
    """The proxy; without hot restart, whose shared memory two stacks would fight for."""
    return [
        programs.envoy(), "-c", str(layout.folder("redis") / "envoy.json"), "--disable-hot-restart",
        "--concurrency", "1", "--log-level", "warning",
    ]  # fmt: skip


def tls_prepare(layout: Layout) -> None:
    """Writes the proxy's settings: TLS 1.3 on loopback, and behind it the server's socket."""
    leaf, secret_file = layout.pki / "redis", layout.folder("redis") / "certificate.json"
    pair = {
        "certificate_chain": {"filename": str(leaf / "tls.pem")},
        "private_key": {"filename": str(leaf / "tls.key")},
        "watched_directory": {"path": str(leaf)},
    }
    kind = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
    secret = {"@type": kind, "name": "redis", "tls_certificate": pair}
    write_private(secret_file, json.dumps({"resources": [secret]}, indent=1))
    source = {"path_config_source": {"path": str(secret_file)}, "resource_api_version": "V3"}
    tls = {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {
            "tls_params": {"tls_minimum_protocol_version": "TLSv1_3"},
            # By way of a file that it watches, the proxy reads a renewed pair; one in its settings it reads once.
            "tls_certificate_sds_secret_configs": [{"name": "redis", "sds_config": source}],
        },
    }
    proxy = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        "stat_prefix": "redis",
        "cluster": "redis",
    }
    listener = {
        "name": "redis",
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": layout.ports.of("redis")}},
        "filter_chains": [
            {
                "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
                "filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}],
            }
        ],
    }
    endpoint = {"endpoint": {"address": {"pipe": {"path": _socket(layout)}}}}
    cluster = {
        "name": "redis",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": "redis", "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
    node = {"id": "redis", "cluster": "loanflow"}
    settings = {"node": node, "static_resources": {"listeners": [listener], "clusters": [cluster]}}
    write_private(layout.folder("redis") / "envoy.json", json.dumps(settings, indent=1))


def tls_ready(layout: Layout) -> None:
    """Returns when the server answers through the proxy."""
    with client(layout) as found:
        found.ping()


def settings(layout: Layout) -> RedisSettings:
    """How a service reaches it."""
    tls = TlsSettings(layout.pki / "ca.pem")
    return RedisSettings("127.0.0.1", layout.ports.of("redis"), tls, USER, layout.secret_file("redis"))


def client(layout: Layout) -> redis.Redis:
    """A client as the services are."""
    return redis.Redis(
        port=layout.ports.of("redis"), username=USER, password=layout.secret("redis"), socket_timeout=2,
        ssl=True, ssl_ca_certs=str(layout.pki / "ca.pem"),
    )  # fmt: skip


def _socket(layout: Layout) -> str:
    return str(layout.folder("redis") / "valkey.sock")
