"""Rotates the signing keys: kept in memory by each process, shared with the other replicas through the database."""

from collections.abc import Callable
from datetime import datetime

from services.auth import signing_keys, token_issuer
from services.auth.signing_keys import SigningKey
from services.auth.store import UnitOfWork
from services.runtime.clock import Clock


class RotatingKeys:
    """Signs with the right key and publishes the right ones; `refresh` has to be called at the start and then often."""

    def __init__(self, begin: Callable[[], UnitOfWork], clock: Clock) -> None:
        self._begin, self._clock = begin, clock
        self._keys: tuple[SigningKey, ...] = ()

    def refresh(self) -> None:
        """Makes a new key when it is time, retires those that are done, and reads what is there."""
        with self._begin() as uow:
            now = self._clock.now()
            live = uow.keys.live()
            for key in signing_keys.superseded(live, now):
                key.retire(now)
            if signing_keys.due(live, now):
                uow.keys.add(fresh := token_issuer.new_key(now))
                live.append(fresh)
            uow.commit()
        self._keys = tuple(key for key in live if key.retire_time is None)

    def signing(self, at: datetime) -> SigningKey:
        """The key that signs at this moment."""
        return signing_keys.signing(self._keys, at)

    def published(self) -> tuple[SigningKey, ...]:
        """The keys that verifiers need: the one that signs, the next, and those whose tokens may still be valid."""
        return self._keys
