"""Redis: sessions, counters and caches, kept over a restart by its append-only file."""

import redis

from stack import programs
from stack.layout import Layout, write_private


def command(layout: Layout) -> list[str]:
    """The server with its settings file."""
    return [programs.redis(), str(layout.folder("redis") / "redis.conf")]


def prepare(layout: Layout) -> None:
    """Writes the settings; they hold the password, so not on the command line."""
    settings = f"""bind 127.0.0.1
port {layout.ports.of("redis")}
dir "{layout.folder("redis")}"
requirepass {layout.secret("redis")}
appendonly yes
save ""
maxmemory 128mb
maxmemory-policy noeviction
"""
    write_private(layout.folder("redis") / "redis.conf", settings)


def ready(layout: Layout) -> None:
    """Returns when the server answers a ping."""
    with redis.Redis(port=layout.ports.of("redis"), password=layout.secret("redis"), socket_timeout=2) as client:
        client.ping()
