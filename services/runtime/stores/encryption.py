"""Encryption of fields: personal data and secrets are unreadable at rest, and can still be found by a blind index."""

import base64
import hmac
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES, _TAG_BYTES = 12, 16
_BASE64, _HEX = re.compile(r"[A-Za-z0-9_-]+={0,2}"), re.compile(r"[0-9a-f]+")
_LEAST_BYTES = 32


class FieldCipher:
    """Encrypts fields with AES-256-GCM under a key derived from a secret, here a file's text of 32 characters at least.

    Envelope encryption is two of them: a data key of its own for each subject, itself encrypted under the file's key.

    The same text gives two different ciphertexts; only `index` is the same for the same text.
    """

    def __init__(self, key_file: Path) -> None:
        self._derive(key_file.read_text().strip().encode())

    @classmethod
    def of_secret(cls, secret: str) -> Self:
        """A cipher under a secret that is no file, such as the key of one person; see `new_secret`."""
        made = cls.__new__(cls)
        made._derive(secret.encode())
        return made

    def encrypt(self, text: str) -> str:
        """The text, unreadable without the key and unchangeable without notice."""
        return base64.urlsafe_b64encode(self.encrypt_bytes(text.encode())).decode()

    def decrypt(self, sealed: str) -> str:
        """The text; ValueError when it was not encrypted under this key, or was changed since."""
        return self.decrypt_bytes(base64.urlsafe_b64decode(sealed)).decode()

    def encrypt_bytes(self, data: bytes) -> bytes:
        """Like `encrypt`, for what is no text."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, None)

    def decrypt_bytes(self, sealed: bytes) -> bytes:
        """Like `decrypt`, for what is no text."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except InvalidTag:
            raise ValueError("what is sealed here was sealed under another key, or was changed") from None

    def index(self, text: str) -> str:
        """The blind index of a text: equal for equal texts, and of no use without the key."""
        return hmac.digest(self._index_key, text.encode(), sha256).hex()

    def _derive(self, secret: bytes) -> None:
        if len(secret) < _LEAST_BYTES:
            raise ValueError(f"a key needs {_LEAST_BYTES} characters at least")
        self._cipher = AESGCM(_derived(secret, b"seal"))
        self._index_key = _derived(secret, b"index")


def may_be_sealed(text: str) -> bool:
    """Whether a text has the form that `encrypt` gives: URL-safe base64 of nonce, something, tag. A hash has not."""
    if _HEX.fullmatch(text) or not _BASE64.fullmatch(text) or len(text) % 4:
        return False
    return len(base64.urlsafe_b64decode(text)) > _NONCE_BYTES + _TAG_BYTES


def new_secret() -> str:
    """A secret of 256 random bits for `FieldCipher.of_secret`."""
    return os.urandom(32).hex()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret)
