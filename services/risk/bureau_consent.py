"""The text by which a customer lets the lender ask a credit bureau: each version a file, the latest is asked for.

A version never changes, since what was agreed to stays agreed to: another text, or another bureau, is another file.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class ConsentText:
    """One version; `text` says who asks whom, what for, what is passed on, and how it is taken back."""

    version: str
    text: str


@cache
def consent_text() -> ConsentText:
    """The version that is asked for now: of those that are delivered, the latest by the date in its name."""
    folder = resources.files(__package__).joinpath("consents")
    files = [each for each in folder.iterdir() if each.name.endswith(".txt")]
    latest = max(files, key=lambda each: each.name)
    return ConsentText(latest.name.removesuffix(".txt"), latest.read_text(encoding="utf-8").strip())
