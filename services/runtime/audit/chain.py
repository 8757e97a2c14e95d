"""The chain over the audit rows of one service: pure, and to be computed again by anyone with the public key.

    digest(row) = SHA-256 of the row as JSON: an object, keys sorted, no spaces, ASCII, times in ISO 8601 and UTC
    link(n)     = SHA-256(link(n-1) + n as 8 bytes, big-endian + digest + time of chaining in ISO 8601 and UTC)
    signature   = Ed25519 over the service's name, a zero byte, n as 8 bytes and link(n)

link(0) is 32 zero bytes. The last link of each batch is signed: who can write the database, but has no key, can make a
chain of other rows, and no signature for it.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.runtime.stores.audit_rows import AuditEntry, ChainLink

GENESIS = bytes(32)
_LEAST_CHARACTERS = 32


def digest(entry: AuditEntry) -> bytes:
    """The digest of a row; 32 bytes."""
    content = {"entry_id": entry.entry_id, "create_time": _time(entry.create_time), **vars(entry.row)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).digest()


def link(before: bytes, sequence: int, row: bytes, chain_time: datetime) -> bytes:
    """The link number `sequence`, of a row's digest, after the link `before`; 32 bytes."""
    return hashlib.sha256(before + sequence.to_bytes(8) + row + _time(chain_time).encode()).digest()


def linked(head: ChainLink | None, entries: Sequence[AuditEntry], now: datetime, signer: "Signer") -> list[ChainLink]:
    """The links of these rows after the last one, `now` being the time of chaining; the last is signed."""
    return list(_linked(head, entries, now, signer))


def _linked(
    head: ChainLink | None, entries: Sequence[AuditEntry], now: datetime, signer: "Signer"
) -> Iterator[ChainLink]:
    before, first = (head.link, head.sequence + 1) if head else (GENESIS, 1)
    # What every store keeps of a time.
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    last = first + len(entries) - 1
    for sequence, entry in enumerate(entries, first):
        row = digest(entry)
        before = link(before, sequence, row, now)
        signature = signer.sign(sequence, before) if sequence == last else b""
        yield ChainLink(sequence, entry.entry_id, row, before, now, signature)


class Signer:
    """Signs the heads of one service's chain, with a key made of a secret of 32 characters at least."""

    def __init__(self, service: str, key_file: Path) -> None:
        secret = key_file.read_text().strip().encode()
        if len(secret) < _LEAST_CHARACTERS:
            raise ValueError(f"a key needs {_LEAST_CHARACTERS} characters at least")
        seed = HKDF(SHA256(), length=32, salt=None, info=b"audit chain").derive(secret)
        self.service, self._key = service, Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, sequence: int, head: bytes) -> bytes:
        """The signature of a head; 64 bytes."""
        return self._key.sign(signed(self.service, sequence, head))

    @property
    def public_key(self) -> bytes:
        """What signatures are verified by; 32 bytes, no secret."""
        return self._key.public_key().public_bytes_raw()


def is_signed(public_key: bytes, service: str, sequence: int, head: bytes, signature: bytes) -> bool:
    """Whether a signature is the service's, and of this head."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed(service, sequence, head))
    except InvalidSignature:
        return False
    return True


def signed(service: str, sequence: int, head: bytes) -> bytes:
    """The bytes that a signature is of."""
    return service.encode() + b"\0" + sequence.to_bytes(8) + head


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: Any) -> str:
    return _time(value) if isinstance(value, datetime) else str(value)
