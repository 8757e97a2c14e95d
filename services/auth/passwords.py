"""Secrets that people choose and secrets that are drawn: how each is kept so that the database gives neither away."""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from services.auth.hashing import Hashing

# OWASP's second profile for Argon2id: 19 MiB, two passes; about 20 ms of one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Passwords:
    """Hashes and verifies passwords with Argon2id, in turns; what `hashing` refuses is refused."""

    def __init__(self, hashing: Hashing, hasher: PasswordHasher = _HASHER) -> None:
        self._hashing, self._hasher = hashing, hasher
        # Verified in place of a hash that is not there, so that an unknown account takes as long as a wrong password.
        self._absent = self.hash(secrets.token_urlsafe())

    def hash(self, password: str, salt: bytes | None = None) -> str:
        """The hash to keep; with a salt that is drawn, unless one is given by which the hash is found again."""
        return self._hashing.run(lambda: self._hasher.hash(password, salt=salt))

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the password is the hash's; False for an empty hash, in the same time."""
        return self._hashing.run(lambda: self.verify_here(password_hash, password))

    def verify_here(self, password_hash: str, password: str) -> bool:
        """The same in this thread, whatever else is hashed."""
        try:
            return self._hasher.verify(password_hash or self._absent, password) and bool(password_hash)
        except (Argon2Error, InvalidHashError):
            return False


def draw() -> str:
    """A secret of 256 random bits, as text that fits into a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a drawn secret; nothing slower is needed, since 256 bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret_hash: str, secret: str) -> bool:
    """Whether the drawn secret is the one that was kept, compared in constant time."""
    return hmac.compare_digest(secret_hash, digest(secret))
