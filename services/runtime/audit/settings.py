"""What a service needs to make its audit trail provable."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class AuditSettings:
    """The file of the secret, 32 characters at least, of which the key that signs the chain is made."""

    key_file: Path
