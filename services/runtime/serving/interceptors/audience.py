"""Leaves notes for the file out of what is answered to anybody but staff, as the contract marks them.

Stands inside of what keeps answers for repetition, so that a repeated answer is the one that was given.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from loanflow.options.v1 import audience_pb2
from services.runtime.context import CallerKind, caller
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour

_READERS = frozenset({CallerKind.STAFF, CallerKind.SERVICE})
# Any: protoc's own stubs type extensions as descriptors.
_AUDIENCE: Any = audience_pb2.audience


class HideNotes(Interceptor):
    """Clears the fields of AUDIENCE_STAFF, on every depth, unless staff or a service of the mesh reads."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler whose answers are cleared."""
        behaviour: Callable[..., Any] = behaviour_of(handler)

        def unary(request: Any, context: grpc.ServicerContext) -> Any:
            return _for_caller(behaviour(request, context))

        def streaming(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            yield from map(_for_caller, behaviour(request, context))

        return with_behaviour(handler, streaming if handler.response_streaming else unary)


def is_note(field: FieldDescriptor) -> bool:
    """Whether the contract keeps the field's text for staff."""
    return bool(field.GetOptions().Extensions[_AUDIENCE] == audience_pb2.AUDIENCE_STAFF)


def _for_caller(answer: Message) -> Message:
    if caller().kind not in _READERS:
        _clear(answer)
    return answer


def _clear(message: Message) -> None:
    for field in _ways_to_notes(message.DESCRIPTOR):
        if is_note(field):
            message.ClearField(field.name)
        elif field.is_repeated:
            for each in getattr(message, field.name):
                _clear(each)
        elif message.HasField(field.name):
            _clear(getattr(message, field.name))


@cache
def _ways_to_notes(kind: Descriptor) -> tuple[FieldDescriptor, ...]:
    """The fields that are notes or hold some; none in most answers, which then cost nothing."""
    return tuple(field for field in kind.fields if is_note(field) or any(map(_has_note, _within(field))))


def _has_note(kind: Descriptor) -> bool:
    return any(map(is_note, kind.fields))


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
