"""Typed errors, and their way through google.rpc.Status."""

from enum import Enum
from typing import Any

import grpc
import pytest
from grpc_status import rpc_status

from loanflow.errors.v1 import reason_pb2
from services.runtime import errors
from services.runtime.calling.status_mapping import from_call, to_status
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, NotFound, Violation


class Status(Enum):
    DRAFT = "draft"
    SENT = "sent"


class Failed(grpc.RpcError):
    """A call that ended badly, as gRPC raises it."""

    def __init__(self, code: grpc.StatusCode, details: str = "", trailers: Any = ()) -> None:
        self._code, self._details, self._trailers = code, details, trailers

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def trailing_metadata(self) -> Any:
        return self._trailers


@pytest.mark.parametrize("cls", Error.__subclasses__())
def test_every_error_comes_back_as_it_went_out(cls: type[Error]) -> None:
    sent = cls(
        "text", reason="WRONG_STATUS", metadata={"a": "b"}, violations=[Violation("f.g", "is odd")], retry_after=7
    )
    status: Any = rpc_status.to_status(to_status(sent))
    back = from_call(Failed(status.code, status.details, status.trailing_metadata))
    assert type(back) is cls
    assert vars(back) == vars(sent)


@pytest.mark.parametrize("cls", Error.__subclasses__())
def test_default_reasons_are_of_the_contract(cls: type[Error]) -> None:
    assert f"REASON_{cls.default_reason}" in dict(reason_pb2.Reason.items())


def test_a_wrong_status_says_from_where_it_would_go() -> None:
    error = FailedPrecondition.wrong_status("the letter", Status.SENT, [Status.DRAFT])
    assert error.message == "the letter is SENT; this is possible only from DRAFT"
    assert (error.reason, error.metadata) == ("WRONG_STATUS", {"status": "SENT", "allowed_from": "DRAFT"})


def test_a_single_field_is_named() -> None:
    error = InvalidArgument.field("amount", "must be positive")
    assert (str(error), error.reason) == ("amount: must be positive", "INVALID_FIELD")
    assert error.violations == (Violation("amount", "must be positive"),)


def test_a_failure_without_details_is_known_by_its_code() -> None:
    assert isinstance(from_call(Failed(grpc.StatusCode.NOT_FOUND)), NotFound)
    assert isinstance(from_call(Failed(grpc.StatusCode.OUT_OF_RANGE)), errors.Internal)
