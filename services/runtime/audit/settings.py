"""What a service needs to make its audit trail provable."""

from dataclasses import dataclass
from pathlib import Path

# How the key is called, in the key service, by which a service proves its anchors; its name follows.
ANCHOR_KEYS = "anchor-"


@dataclass(frozen=True)
class AuditSettings:
    """The file of the secret, 32 characters at least, of which the key that signs the chain is made."""

    key_file: Path


def anchor_key(service: str) -> str:
    """The name, in the transit engine, of the key by which a service proves its anchors."""
    return f"{ANCHOR_KEYS}{service}"
