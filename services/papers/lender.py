"""Who lends: the particulars that stand on every document, as data."""

import json
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from services.papers.forms import LANGUAGES

_DEFAULT = Path(__file__).with_name("lender.json")
# Controls, halves of a pair, and what is no character.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Lender:
    """The lender's particulars: brand and its colour (#rrggbb), company, address, register, supervisor, contact.

    Each is a text, or lines of it. They stand in papers, mails and files of XML, which take neither a name that is
    empty nor a character that is none (XML 1.0, 2.2). `language` is that of customers who chose none, by its tag of
    BCP 47; it is not printed.
    """

    name: str
    legal_name: str
    address: tuple[str, ...]
    register: str
    supervisor: str
    contact: tuple[str, ...]
    color: str
    language: str = "en"

    def __post_init__(self) -> None:
        """ValueError for a name that is empty, characters that cannot be written, no language; it names the field."""
        for field, value in vars(self).items():
            for text in (value,) if isinstance(value, str) else value:
                if found := _UNWRITABLE.search(text):
                    raise ValueError(f"{field} has the character U+{ord(found[0]):04X}, which cannot be written")
        for field in ("name", "legal_name"):
            if not getattr(self, field).strip():
                raise ValueError(f"{field} is empty")
        if self.language not in LANGUAGES:
            raise ValueError(f"language is none of {', '.join(LANGUAGES)}")

    @property
    def printed(self) -> dict[str, Any]:
        """What stands on papers, by its name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "language"}


@cache
def lender_of(file: Path | None = None) -> Lender:
    """The lender of a JSON file with these fields, or the one of the package.

    Errors: TypeError for other fields, ValueError for what no paper could have.
    """
    found: dict[str, Any] = json.loads((file or _DEFAULT).read_text(encoding="utf-8"))
    lines: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return Lender(**lines)
