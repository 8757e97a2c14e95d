"""What partners' programs may be trusted with. Pure Python, no I/O, no clock."""

from collections.abc import Iterable
from enum import Enum

from services.runtime.errors import InvalidArgument


class Scope(Enum):
    """A scope by its value in the contract; the value here is its name in requests and tokens."""

    APPLICATIONS_READ = "applications.read"
    APPLICATIONS_WRITE = "applications.write"
    DOCUMENTS_READ = "documents.read"
    LOANS_READ = "loans.read"
    REGISTRATION_READ = "registration.read"
    OPENID = "openid"
    PROFILE = "profile"
    EMAIL = "email"
    WEBHOOKS_MANAGE = "webhooks.manage"


# By which a program acts as itself (the option `acts_as`); by all others as a customer who agreed.
OWN = frozenset({Scope.REGISTRATION_READ, Scope.WEBHOOKS_MANAGE})


def named(text: str) -> frozenset[Scope]:
    """The scopes of a request, words with a space between them; InvalidArgument SCOPE_INVALID for one there is not."""
    found = known(text)
    if found is None:
        raise unknown()
    return found


def known(text: str) -> frozenset[Scope] | None:
    """The same; None when there is one that there is not."""
    every = {scope.value: scope for scope in Scope}
    words = text.split(" ") if text else []
    return None if any(word not in every for word in words) else frozenset(every[word] for word in words)


def written(scopes: Iterable[Scope]) -> str:
    """The scopes as a token names them, in the order of the contract."""
    given = frozenset(scopes)
    return " ".join(scope.value for scope in Scope if scope in given)


def unknown() -> InvalidArgument:
    """The refusal of a scope that there is not, or that a client may not have."""
    return InvalidArgument("there is no such scope, or the client may not have it", reason="SCOPE_INVALID")
