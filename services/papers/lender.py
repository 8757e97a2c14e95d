"""Who lends: the particulars that stand on every document, as data."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DEFAULT = Path(__file__).with_name("lender.json")


@dataclass(frozen=True)
class Lender:
    """The lender's particulars: brand and its colour (#rrggbb), company, address, register, supervisor, contact."""

    name: str
    legal_name: str
    address: tuple[str, ...]
    register: str
    supervisor: str
    contact: tuple[str, ...]
    color: str


@cache
def lender_of(file: Path | None = None) -> Lender:
    """The lender of a JSON file with these fields, or the one of the package; TypeError for other fields."""
    found: dict[str, Any] = json.loads((file or _DEFAULT).read_text(encoding="utf-8"))
    lines: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return Lender(**lines)
