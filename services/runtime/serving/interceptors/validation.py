"""Holds every request against the contract's kinds and rules for its fields, before any handler sees it.

What has a kind is brought into its normal form first: rules, handlers, storage and comparison see that form alone.
"""

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import grpc
import protovalidate
from google.protobuf.message import Message

from loanflow.options.v1 import kind_pb2
from services.kinds.errors import NotOfKind
from services.kinds.forms import normal
from services.runtime.errors import InvalidArgument, Violation
from services.runtime.serving.interceptors.scope import Scope
from services.runtime.serving.rpcs import StartError


class Validate(Scope):
    """Refuses requests that break a rule; of a stream, each message as it is read.

    `before_refusal` gets the RPC, the request and the fields at fault, and may raise what is to be said first.
    """

    def __init__(self, before_refusal: Callable[[str, Message, Collection[str]], None]) -> None:
        super().__init__()
        self._before_refusal = before_refusal

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Passes on what is valid, in its normal form."""
        yield (self._valid(method, each) for each in request) if streamed else self._valid(method, request)

    def _valid(self, method: str, request: Message) -> Message:
        try:
            validate(request)
        except InvalidArgument as error:
            self._before_refusal(method, request, {each.field for each in error.violations})
            raise
        return request


@dataclass(frozen=True)
class _Refused:
    path: str
    description: str
    reason: str = ""


def validate(message: Message) -> None:
    """Brings every field that has a kind into its normal form, in place.

    InvalidArgument with every field that is not of its kind or breaks a rule of the contract, by its path.
    """
    refused = list(_normalise(message, ""))
    known = {each.path for each in refused}
    broken = map(_broken, protovalidate.collect_violations(message))
    refused += [each for each in broken if each.path not in known]
    if refused:
        text = "; ".join(f"{each.path or 'request'}: {each.description}" for each in refused)
        reasons = {each.reason for each in refused}
        reason = reasons.pop() if len(reasons) == 1 else ""
        violations = [Violation(each.path, each.description) for each in refused]
        raise InvalidArgument(text, reason=reason, violations=violations)


def compile_rules(message: Message) -> None:
    """Compiles the rules of a message's type, so that a broken rule shows at start; StartError then."""
    try:
        protovalidate.collect_violations(message)
    except protovalidate.CompilationError as error:
        raise StartError(f"the rules of {message.DESCRIPTOR.full_name} are broken: {error}") from error


def _normalise(message: Message, path: str) -> Iterator[_Refused]:
    for field, value in message.ListFields():
        name = f"{path}{field.name}"
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            texts = (text for pair in value.items() for text in pair if isinstance(text, str))
            yield from (_nul(name) for text in texts if "\0" in text)
        elif field.is_repeated:
            for number, item in enumerate(value):
                fresh = yield from _normal(message, field, item, f"{name}[{number}]")
                if fresh is not item:
                    value[number] = fresh
        else:
            fresh = yield from _normal(message, field, value, name)
            if fresh is not value:
                setattr(message, field.name, fresh)


def _normal(message: Message, field: Any, value: Any, path: str) -> Generator[_Refused, None, Any]:
    """Yields what is wrong with the value; returns it in its normal form."""
    if isinstance(value, Message):
        yield from _normalise(value, f"{path}.")
    elif isinstance(value, str) and "\0" in value:
        # No store keeps this character in a text, and no rule of the contract can forbid it everywhere.
        yield _nul(path)
    elif isinstance(value, str) and value:
        try:
            return _of_kind(message, field, value)
        except NotOfKind as error:
            yield _Refused(path, error.description, error.reason)
    return value


def _of_kind(message: Message, field: Any, text: str) -> str:
    kind, country_field = _kind(field)
    return normal(kind, text, getattr(message, country_field) if country_field else "") if kind else text


@cache
def _kind(field: Any) -> tuple[int, str]:
    options = field.GetOptions()
    return options.Extensions[kind_pb2.kind], options.Extensions[kind_pb2.kind_country]


def _nul(path: str) -> _Refused:
    return _Refused(path, "must not hold the character NUL")


def _broken(violation: protovalidate.Violation) -> _Refused:
    proto = violation.proto
    return _Refused(_path(proto.field), proto.message or proto.rule_id)


def _path(field: Any) -> str:
    return ".".join(_step(element) for element in field.elements) if field is not None else ""


def _step(element: Any) -> str:
    subscript = element.subscript
    return f"{element.field_name}[{subscript.value}]" if subscript is not None else str(element.field_name)
