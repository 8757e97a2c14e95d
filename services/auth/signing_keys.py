"""The keys that sign access tokens, and when one follows another. Pure Python, no I/O, no clock.

A new key is published before it signs, so that every verifier knows it by then; it is published on after it was
superseded, until its last token has expired; then its private half is destroyed.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.runtime.aggregate import Aggregate

TOKEN_LIFETIME = timedelta(minutes=15)
ROTATION = timedelta(days=30)
# Longer than any verifier keeps the published keys without asking again.
PUBLISHED_AHEAD = timedelta(hours=1)
# How far the clocks of verifiers may be behind.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass
class SigningKey(Aggregate):
    """A key pair, as JSON Web Keys; `private_jwk` is empty once it is retired."""

    key_id: str
    public_jwk: str
    private_jwk: str
    create_time: datetime
    retire_time: datetime | None = None

    def retire(self, at: datetime) -> None:
        """Destroys the private half and ends the publication."""
        self.private_jwk, self.retire_time = "", at


def signing(keys: Sequence[SigningKey], at: datetime) -> SigningKey:
    """The key that signs now: the newest that was published long enough, or the only one there is at the beginning."""
    ordered = sorted(keys, key=lambda key: key.create_time)
    known = [key for key in ordered if at - key.create_time >= PUBLISHED_AHEAD]
    return known[-1] if known else ordered[0]


def due(keys: Sequence[SigningKey], at: datetime) -> bool:
    """Whether a new key has to be made."""
    return not keys or at - max(key.create_time for key in keys) >= ROTATION


def superseded(keys: Sequence[SigningKey], at: datetime) -> list[SigningKey]:
    """The keys whose last token has expired, and which therefore can go."""
    ordered = sorted(keys, key=lambda key: key.create_time)
    return [
        key
        for key, successor in itertools.pairwise(ordered)
        if at >= successor.create_time + PUBLISHED_AHEAD + TOKEN_LIFETIME + CLOCK_SKEW
    ]
