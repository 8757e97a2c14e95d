"""Postal addresses; pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where somebody lives, or a company has its seat."""

    street: str
    city: str
    postal_code: str
    country: str
