"""The hash that seals a table of points: SHA-256 of its JSON without the hash, keys sorted, no spaces. Plain Python."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(table: Mapping[str, Any]) -> str:
    """The hash in hex, whatever order or layout the file has."""
    content = {key: value for key, value in table.items() if key != "sha256"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
