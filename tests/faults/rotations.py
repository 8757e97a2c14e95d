"""Certificates, keys and passwords that are replaced under load."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from services import catalog
from stack import pki
from stack.servers import mongo, openbao
from tests.bench.platform import Platform

_EACH = 3


@contextmanager
def rotated(platform: Platform, chance: random.Random) -> Iterator[None]:
    """A few secrets of each kind get a new version, one after another: no call may notice."""
    named = [
        ("certificate", list(catalog.BY_NAME)), ("certificate", list(pki.RENEWED)),
        ("database", list(openbao.ROTATING)),
        ("sealing-key", list(catalog.BY_NAME)), ("anchor-key", list(catalog.BY_NAME)),
    ]  # fmt: skip
    for what, names in named:
        for name in chance.sample(names, min(_EACH, len(names))):
            platform.command("rotate", what, name)
    for name in (chance.choice(list(mongo.DATABASES)), "auth"):
        platform.command("rotate", "kv", name)
    platform.command("rotate", "signing-key")
    yield
