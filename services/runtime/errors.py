"""The one family of typed errors: raised by models and handlers, turned into gRPC statuses by one interceptor.

Pure: knows no transport. An error's `code` is the name of the gRPC status, its `reason` the name of a value of
`loanflow.errors.v1.Reason` without the prefix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, Self

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Violation:
    """One field that breaks a rule: its path in the request, and what is wrong with it."""

    field: str
    description: str


class Error(Exception):
    """A refusal or failure that callers may see: `message` is for people, `reason` and `metadata` for programs.

    `retry_after` is in how many seconds the same call may succeed; 0 when that is not known, or makes no sense.
    """

    code: ClassVar[str] = "UNKNOWN"
    default_reason: ClassVar[str] = "UNSPECIFIED"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        metadata: Mapping[str, str] = _NOTHING,
        violations: Sequence[Violation] = (),
        retry_after: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.metadata = dict(metadata)
        self.violations = tuple(violations)
        self.retry_after = retry_after


class InvalidArgument(Error):
    """The request is wrong whatever the state of the system; `violations` name the fields."""

    code = "INVALID_ARGUMENT"
    default_reason = "INVALID_FIELD"

    @classmethod
    def field(cls, field: str, description: str, *, reason: str = "") -> Self:
        """The error for a single field, by its path in the request."""
        return cls(f"{field}: {description}", reason=reason, violations=(Violation(field, description),))


class Unauthenticated(Error):
    """It is not known who calls."""

    code = "UNAUTHENTICATED"
    default_reason = "UNAUTHENTICATED"


class PermissionDenied(Error):
    """The caller may not do this."""

    code = "PERMISSION_DENIED"
    default_reason = "ACCESS_DENIED"


class NotFound(Error):
    """There is no such object."""

    code = "NOT_FOUND"
    default_reason = "NOT_FOUND"


class AlreadyExists(Error):
    """The object is there already."""

    code = "ALREADY_EXISTS"
    default_reason = "ALREADY_EXISTS"


class FailedPrecondition(Error):
    """The request is right, but not in the present state."""

    code = "FAILED_PRECONDITION"
    default_reason = "WRONG_STATUS"

    @classmethod
    def wrong_status(cls, what: str, status: Enum | str, allowed_from: Iterable[Enum | str]) -> Self:
        """The error for a move that the present `status` does not know; names those that do."""
        present, allowed = _name(status), [_name(each) for each in allowed_from]
        return cls(
            f"{what} is {present}; this is possible only from {' or '.join(allowed) or 'no status'}",
            reason="WRONG_STATUS",
            metadata={"status": present, "allowed_from": ",".join(allowed)},
        )


class ResourceExhausted(Error):
    """A limit is reached: too many calls, too many bytes."""

    code = "RESOURCE_EXHAUSTED"


class Aborted(Error):
    """Two changes met; trying again may succeed."""

    code = "ABORTED"
    default_reason = "CONFLICT"


class Unavailable(Error):
    """A part that is needed is out of reach; trying again may succeed."""

    code = "UNAVAILABLE"
    default_reason = "DEPENDENCY_UNAVAILABLE"


class DeadlineExceeded(Error):
    """The time allowed is over; it is not known whether the call had an effect."""

    code = "DEADLINE_EXCEEDED"
    default_reason = "DEADLINE_EXCEEDED"


class Cancelled(Error):
    """The caller gave up."""

    code = "CANCELLED"
    default_reason = "CANCELLED"


class DataLoss(Error):
    """What was stored is no longer what was recorded; trying again will not help."""

    code = "DATA_LOSS"
    default_reason = "FILE_CHANGED"


class Internal(Error):
    """Something broke; the caller learns no more than that."""

    code = "INTERNAL"
    default_reason = "INTERNAL"


def _name(status: Enum | str) -> str:
    return status.name if isinstance(status, Enum) else status
