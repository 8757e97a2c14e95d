"""How many calls the edge lets through, in one table: per signed-in subject, or per address where there is none."""

import math
from dataclasses import dataclass

from envoy.edge import SUBJECT_HEADER, TYPE, Edge, Json, Rpc

FILTER = "envoy.filters.http.local_ratelimit"


@dataclass(frozen=True)
class Limit:
    """A bucket of `burst` calls that refills by `refill` calls every `seconds`."""

    burst: int
    refill: int
    seconds: int


LIMITS = {
    "STANDARD": Limit(burst=100, refill=50, seconds=1),
    "COSTLY": Limit(burst=20, refill=5, seconds=1),
    "SENSITIVE": Limit(burst=10, refill=1, seconds=3),
}
# Callers without a token share an address with others behind the same router.
ANONYMOUS_FACTOR = 2
# Subjects and addresses that are counted at the same time; the least recently seen is forgotten first.
COUNTED = 20_000


def route_metadata(rpc: Rpc) -> Json:
    """What a route tells the limiter: its class, counted by subject or by address.

    Guessable secrets are counted by address even with a token: guesses over many accounts come from one place.
    """
    by_address = rpc.public or rpc.rate_class == "SENSITIVE"
    return {"filter_metadata": {FILTER: {"address" if by_address else "subject": rpc.rate_class}}}


def filter_config(edge: Edge) -> Json:
    """The limiter: one bucket per class and subject, one per class and address."""
    always = {"default_value": {"numerator": 100}}
    unlimited = Limit(burst=1_000_000, refill=1_000_000, seconds=1)
    subject = {"request_headers": {"header_name": SUBJECT_HEADER, "descriptor_key": "subject"}}
    return {
        "@type": TYPE + "filters.http.local_ratelimit.v3.LocalRateLimit",
        "stat_prefix": "edge",
        "enable_x_ratelimit_headers": "DRAFT_VERSION_03",
        "filter_enabled": always,
        "filter_enforced": always,
        "token_bucket": _bucket(unlimited, 1),
        "always_consume_default_token_bucket": False,
        "max_dynamic_descriptors": COUNTED,
        "rate_limits": [
            {"actions": [_class("subject"), subject]},
            {"actions": [_class("address"), {"remote_address": {}}]},
        ],
        "descriptors": [
            _descriptor(name, by, limit, edge.rate_factor * factor)
            for name, limit in LIMITS.items()
            for by, factor in (("subject", 1), ("address", 1 if name == "SENSITIVE" else ANONYMOUS_FACTOR))
        ],
    }


def _class(by: str) -> Json:
    key = {"key": FILTER, "path": [{"key": by}]}
    return {"metadata": {"descriptor_key": f"class_by_{by}", "metadata_key": key, "source": "ROUTE_ENTRY"}}


def _descriptor(name: str, by: str, limit: Limit, factor: float) -> Json:
    counted = "remote_address" if by == "address" else "subject"
    entries = [{"key": f"class_by_{by}", "value": name}, {"key": counted}]
    return {"entries": entries, "token_bucket": _bucket(limit, factor)}


def _bucket(limit: Limit, factor: float) -> Json:
    return {
        "max_tokens": math.ceil(limit.burst * factor),
        "tokens_per_fill": math.ceil(limit.refill * factor),
        "fill_interval": f"{limit.seconds}s",
    }
