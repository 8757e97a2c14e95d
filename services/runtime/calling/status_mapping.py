"""Typed errors as `google.rpc.Status` with details, and back."""

from typing import cast

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from services.runtime import errors
from services.runtime.errors import Error, Violation

DOMAIN = "loanflow"

_CLASSES: dict[str, type[Error]] = {cls.code: cls for cls in Error.__subclasses__()}


_TRANSPORT = {
    "UNAVAILABLE": "another service that is needed is out of reach",
    "DEADLINE_EXCEEDED": "another service that is needed took too long",
    "CANCELLED": "the call was cancelled",
}


def to_status(error: Error) -> status_pb2.Status:
    """The status of an error: `ErrorInfo`, `BadRequest` when fields are at fault, `RetryInfo` when that is known."""
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)]
    if error.violations:
        fields = error_details_pb2.BadRequest.FieldViolation
        violations = [
            fields(field=violation.field, description=violation.description, reason=error.reason)
            for violation in error.violations
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if error.retry_after:
        details.append(error_details_pb2.RetryInfo(retry_delay={"seconds": error.retry_after}))
    return status_pb2.Status(
        code=code_pb2.Code.Value(error.code), message=error.message, details=[_packed(each) for each in details]
    )


def from_call(failure: grpc.RpcError) -> Error:
    """The typed error that a call failed with; without details its code alone decides the class."""
    code = failure.code()
    info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    again = error_details_pb2.RetryInfo()
    for detail in _details(failure):
        for target in (info, bad_request, again):
            if detail.Is(target.DESCRIPTOR):
                detail.Unpack(target)
    # A failure without our details is the transport's, whose text has internal addresses.
    text = (failure.details() if info.reason else None) or _TRANSPORT.get(code.name, "another service failed")
    return _CLASSES.get(code.name, errors.Internal)(
        text,
        reason=info.reason,
        metadata=dict(info.metadata),
        violations=[Violation(each.field, each.description) for each in bad_request.field_violations],
        retry_after=again.retry_delay.seconds,
    )


def _details(failure: grpc.RpcError) -> list[any_pb2.Any]:
    try:
        status = rpc_status.from_call(cast(grpc.Call, failure))
    except ValueError:  # details that contradict the status: not ours
        return []
    return list(status.details) if status is not None else []


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
