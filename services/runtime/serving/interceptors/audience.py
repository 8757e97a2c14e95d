"""Leaves texts out of what is answered to those who are not of their audience, as the contract marks them.

Stands inside of what keeps answers for repetition, so that a repeated answer is the one that was given.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from loanflow.options.v1 import audience_pb2, caller_pb2
from services.runtime.context import CallerKind, caller
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour

# Any: protoc's own stubs type extensions as descriptors.
_AUDIENCE: Any = audience_pb2.audience
_READERS: Any = caller_pb2.readers


class HideTexts(Interceptor):
    """Clears, on every depth, fields of an audience that the caller is not of; services of the mesh read everything."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler whose answers are cleared."""
        behaviour: Callable[..., Any] = behaviour_of(handler)

        def unary(request: Any, context: grpc.ServicerContext) -> Any:
            return _for_caller(behaviour(request, context))

        def streaming(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            yield from map(_for_caller, behaviour(request, context))

        return with_behaviour(handler, streaming if handler.response_streaming else unary)


def readers(field: FieldDescriptor) -> frozenset[CallerKind]:
    """The kinds of callers that may read the field's text."""
    # The typing stubs do not know options by their extensions.
    options: Any = field.GetOptions()
    value: Any = audience_pb2.Audience.DESCRIPTOR.values_by_number[options.Extensions[_AUDIENCE]]
    named = value.GetOptions().Extensions[_READERS]
    return frozenset(map(_kind, named)) | {CallerKind.SERVICE} if named else frozenset(CallerKind)


def _kind(number: int) -> CallerKind:
    return CallerKind[caller_pb2.CallerKind.Name(number).removeprefix("CALLER_KIND_")]


def _for_caller(answer: Message) -> Message:
    _clear(answer, caller().kind)
    return answer


def _clear(message: Message, reader: CallerKind) -> None:
    for field, hidden in _hidden_from(reader, message.DESCRIPTOR):
        if hidden:
            message.ClearField(field.name)
        elif field.is_repeated:
            for each in getattr(message, field.name):
                _clear(each, reader)
        elif message.HasField(field.name):
            _clear(getattr(message, field.name), reader)


@cache
def _hidden_from(reader: CallerKind, kind: Descriptor) -> tuple[tuple[FieldDescriptor, bool], ...]:
    """The fields that are to be cleared (true) or may hold some; none in most answers, which then cost nothing."""
    return tuple(
        (field, hidden)
        for field in kind.fields
        if (hidden := _is_hidden(field, reader)) or any(_has_hidden(each, reader) for each in _within(field))
    )


def _has_hidden(kind: Descriptor, reader: CallerKind) -> bool:
    return any(_is_hidden(field, reader) for field in kind.fields)


def _is_hidden(field: FieldDescriptor, reader: CallerKind) -> bool:
    return reader not in readers(field)


def _within(field: FieldDescriptor) -> list[Descriptor]:
    """The messages that a field may hold on any depth; those inside of maps are not looked for."""
    found: dict[str, Descriptor] = {}
    ahead = [field.message_type]
    while ahead:
        kind = ahead.pop()
        if kind is not None and kind.full_name not in found and not kind.GetOptions().map_entry:
            found[kind.full_name] = kind
            ahead += [each.message_type for each in kind.fields]
    return list(found.values())
