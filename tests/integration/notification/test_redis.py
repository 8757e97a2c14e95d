"""Redis as the service uses it, and when it is away."""

import dataclasses

import pytest

from services.notification.redis import Redis, RedisSettings
from services.runtime import errors
from services.runtime.tls import TlsSettings
from stack.layout import Layout
from stack.servers import redis as redis_server


def test_redis_keeps_text(layout: Layout) -> None:
    redis = Redis(dataclasses.replace(redis_server.settings(layout), database=15))
    redis.check()
    with redis.use() as client:
        client.set("runtime-test", "ü", ex=10)
        assert client.get("runtime-test") == "ü"
        client.connection_pool.disconnect()
        assert client.get("runtime-test") == "ü"
        client.delete("runtime-test")
    redis.close()


def test_a_redis_that_is_away_is_unavailable() -> None:
    redis = Redis(RedisSettings("127.0.0.1", 1, TlsSettings(plaintext=True)))
    with pytest.raises(errors.Unavailable):
        redis.check()
    redis.close()
