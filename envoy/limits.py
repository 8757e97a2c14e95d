"""How many calls the edge lets through, in one table: per signed-in subject, or per address where there is none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from envoy.edge import HEADER_PREFIX, PROGRAM_HEADER, RATE_HEADER, SUBJECT_HEADER, TYPE, Edge, Json, Rpc

FILTER = "envoy.filters.http.local_ratelimit"
SHARE_FILTER = f"{FILTER}.share"
# On a call beyond its caller's share; nothing that comes from outside has it.
BEYOND_HEADER = f"{HEADER_PREFIX}beyond-share"


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
# What one caller asks beyond this is let through as long as there is room, and is refused first when there is none. The
# burst is half of what a service is given at least.
SHARES = {
    "STANDARD": Limit(burst=8, refill=10, seconds=1),
    "COSTLY": Limit(burst=3, refill=2, seconds=1),
}
# How many calls a minute a partner's program may make, all its tokens together; the contract lets choose one.
PROGRAM_RATES = (60, 300, 1200, 6000)
# Callers without a token share an address with others behind the same router.
ANONYMOUS_FACTOR = 2
# Subjects and addresses that are counted at the same time; the least recently seen is forgotten first.
COUNTED = 20_000
_ALWAYS: Json = {"default_value": {"numerator": 100}}


def route_metadata(rpc: Rpc) -> Json:
    """What a route passes to the limiter: its class, counted by subject or by address.

    Guessable secrets are counted by address even with a token: guesses over many accounts come from one place.
    """
    by_address = rpc.public or rpc.rate_class == "SENSITIVE"
    return {"filter_metadata": {FILTER: {"address" if by_address else "subject": rpc.rate_class}}}


def filter_config(edge: Edge) -> Json:
    """The limiter: one bucket per class and subject, one per class and address, one per partner's program."""
    limiter = _limiter(LIMITS, edge.rate_factor)
    limiter["rate_limits"].append({"actions": [_header(RATE_HEADER, "rate"), _header(PROGRAM_HEADER, "program")]})
    limiter["descriptors"].extend(_program(rate, edge.rate_factor) for rate in PROGRAM_RATES)
    return limiter | {"enable_x_ratelimit_headers": "DRAFT_VERSION_03", "filter_enforced": _ALWAYS}


def share_config(edge: Edge) -> Json:
    """What marks the calls beyond a caller's share, and refuses none."""
    mark = {"header": {"key": BEYOND_HEADER, "value": "1"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
    never = {"default_value": {"numerator": 0}}
    return _limiter(SHARES, edge.rate_factor * edge.share_factor) | {
        "filter_enforced": never,
        "request_headers_to_add_when_not_enforced": [mark],
    }


def _limiter(limits: Mapping[str, Limit], all_of_them: float) -> Json:
    unlimited = Limit(burst=1_000_000, refill=1_000_000, seconds=1)
    return {
        "@type": TYPE + "filters.http.local_ratelimit.v3.LocalRateLimit",
        "stat_prefix": "edge",
        "filter_enabled": _ALWAYS,
        "token_bucket": _bucket(unlimited, 1),
        "always_consume_default_token_bucket": False,
        "max_dynamic_descriptors": COUNTED,
        "rate_limits": [
            {"actions": [_class("subject"), _header(SUBJECT_HEADER, "subject")]},
            {"actions": [_class("address"), {"remote_address": {}}]},
        ],
        "descriptors": [
            _descriptor(name, by, limit, all_of_them * factor)
            for name, limit in limits.items()
            for by, factor in (("subject", 1), ("address", 1 if name == "SENSITIVE" else ANONYMOUS_FACTOR))
        ],
    }


def _header(name: str, key: str) -> Json:
    return {"request_headers": {"header_name": name, "descriptor_key": key}}


def _program(rate: int, factor: float) -> Json:
    """A sixth of a minute's calls at once, and as many again every ten seconds."""
    limit = Limit(burst=rate // 6, refill=rate // 6, seconds=10)
    entries = [{"key": "rate", "value": str(rate)}, {"key": "program"}]
    return {"entries": entries, "token_bucket": _bucket(limit, factor)}


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
