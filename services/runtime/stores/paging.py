"""Pages of lists by cursor: bounded sizes, and opaque tokens that only continue the list they came from.

Ours, not sqlakeyset: that one knows SQLAlchemy alone, and these tokens are the same for both stores and refuse others.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from services.runtime.errors import InvalidArgument

T = TypeVar("T")
U = TypeVar("U")
# What a position in a list is made of.
Value = str | int | datetime
_READERS: dict[type[Value], Callable[[str], Value]] = {str: str, int: int, datetime: datetime.fromisoformat}

DEFAULT_SIZE = 20
MAX_SIZE = 100


class PageRequest(Protocol):
    """A list request of the contract."""

    page_size: int
    page_token: str


@dataclass(frozen=True)
class Page:
    """The part of a list that is asked for: at most `size` items (1..100), after where `token` points (empty: all)."""

    size: int = DEFAULT_SIZE
    token: str = ""

    @classmethod
    def of(cls, request: PageRequest) -> "Page":
        """The page that a request asks for; a size of 0 is the default one, too large a size is cut."""
        return cls(min(request.page_size or DEFAULT_SIZE, MAX_SIZE), request.page_token)

    def position(self, list_name: str) -> tuple[str, ...] | None:
        """The position after which the page starts, None at the list's start; InvalidArgument for a foreign token."""
        return decode(list_name, self.token) if self.token else None

    def after(self, list_name: str, kinds: Sequence[type[Value]]) -> tuple[Value, ...] | None:
        """`position` as one value of each kind; InvalidArgument as well for a token that has others."""
        position = self.position(list_name)
        if position is None:
            return None
        try:
            return tuple(_READERS[kind](text) for kind, text in zip(kinds, position, strict=True))
        except ValueError as error:
            raise InvalidArgument.field("page_token", "is not a page token", reason="INVALID_PAGE_TOKEN") from error


@dataclass(frozen=True)
class PageResult(Generic[T]):
    """One page of items; `next_token` is empty on the last."""

    items: tuple[T, ...]
    next_token: str = ""

    @classmethod
    def cut(
        cls, rows: Sequence[T], page: Page, list_name: str, position: Callable[[T], Sequence[Value]]
    ) -> "PageResult[T]":
        """The page out of up to `page.size + 1` rows; the one too many only says that there is a next page."""
        items = tuple(rows[: page.size])
        more = len(rows) > page.size
        return cls(items, encode(list_name, position(items[-1])) if more else "")

    def map(self, change: Callable[[T], U]) -> "PageResult[U]":
        """The page with something made of each item."""
        return PageResult(tuple(change(item) for item in self.items), self.next_token)


def encode(list_name: str, position: Sequence[Value]) -> str:
    """A token for a position in a list; `list_name` says which list, with the filters that are part of it."""
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in position]
    data = json.dumps([_mark(list_name, texts), *texts], separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def decode(list_name: str, token: str) -> tuple[str, ...]:
    """The position that `encode` wrote for the same list, as texts; InvalidArgument INVALID_PAGE_TOKEN otherwise."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, binascii.Error):
        parts = None
    if not (isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts)):
        raise InvalidArgument.field("page_token", "is not a page token", reason="INVALID_PAGE_TOKEN")
    if parts[0] != _mark(list_name, parts[1:]):
        raise InvalidArgument.field("page_token", "belongs to another list", reason="INVALID_PAGE_TOKEN")
    return tuple(parts[1:])


def _mark(list_name: str, position: Sequence[str]) -> str:
    """Binds a position to its list; that it covers the position too keeps a garbled token from the database."""
    return hashlib.sha256(json.dumps([list_name, *position]).encode()).hexdigest()[:12]
