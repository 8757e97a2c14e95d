"""One-time codes: drawn at random, and known afterwards only by a hash that cannot be tried out without the key."""

import hmac
import secrets
from datetime import datetime

from services.agreement.signers import Signing
from services.runtime.stores.encryption import FieldCipher


class OneTimeCodes:
    """Draws codes of six digits and recognises them; six digits alone would be guessed from any hash without a key."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    def draw(self, expire_time: datetime) -> tuple[str, Signing]:
        """A new code, and the signing that waits for it."""
        code, salt = f"{secrets.randbelow(10**6):06}", secrets.token_hex(16)
        return code, Signing(salt, self._hash(salt, code), expire_time)

    def matches(self, signing: Signing, code: str) -> bool:
        """Whether it is the signing's code; takes as long when it is not."""
        return hmac.compare_digest(signing.code_hash, self._hash(signing.salt, code))

    def _hash(self, salt: str, code: str) -> str:
        return self._cipher.index(f"{salt}:{code}")
