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

    def rotate(self) -> tuple[SigningKey, datetime]:
        """Makes the next key before its time, and says from when on it signs; one that is published already is it.

        Until then the present one signs, and after that it is published for as long as its tokens are valid.
        """
        self.refresh()
        now, newest = self._clock.now(), max(self._keys, key=lambda key: key.create_time)
        if newest is signing_keys.signing(self._keys, now):
            newest = token_issuer.new_key(now)
            with self._begin() as uow:
                uow.keys.add(newest)
                uow.commit()
            self._keys = (*self._keys, newest)
        return newest, newest.create_time + signing_keys.PUBLISHED_AHEAD

    def signing(self, at: datetime) -> SigningKey:
        """The key that signs at this moment."""
        return signing_keys.signing(self._keys, at)

    def published(self) -> tuple[SigningKey, ...]:
        """The keys that verifiers need: the one that signs, the next, and those whose tokens may still be valid."""
        return self._keys
