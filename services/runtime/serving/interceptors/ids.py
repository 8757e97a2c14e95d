"""Ids are compared as UUIDs, in whichever case they come: behind this they are in small letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from buf.validate import validate_pb2
from services.runtime.serving.interceptors.scope import Scope


class NormaliseIds(Scope):
    """Stands before the validation, which refuses every other way to write a UUID."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Passes on the request with its ids in small letters."""
        yield map(normalise_ids, request) if streamed else normalise_ids(request)


def normalise_ids(message: Message) -> Message:
    """Writes every UUID of a message in small letters, in place; gives the message."""
    for field in _with_ids(message.DESCRIPTOR):
        value = getattr(message, field.name)
        if field.message_type is not None:
            for inner in value if field.is_repeated else [value] if message.HasField(field.name) else []:
                normalise_ids(inner)
        elif field.is_repeated:
            value[:] = [each.lower() for each in value]
        elif value and not value.islower():
            setattr(message, field.name, value.lower())
    return message


@cache
def _with_ids(kind: Descriptor, above: tuple[Descriptor, ...] = ()) -> tuple[FieldDescriptor, ...]:
    """The fields of a type that are UUIDs, or messages with some in them."""
    return tuple(field for field in kind.fields if _is_id(field) or _holds_ids(field, (*above, kind)))


def _is_id(field: FieldDescriptor) -> bool:
    if field.type != FieldDescriptor.TYPE_STRING:
        return False
    # The typing stubs do not know options by their extensions.
    options: Any = field.GetOptions()
    rules = options.Extensions[validate_pb2.field]
    return bool(rules.string.uuid or rules.repeated.items.string.uuid)


def _holds_ids(field: FieldDescriptor, above: tuple[Descriptor, ...]) -> bool:
    kind = field.message_type
    if kind is None or kind in above or kind.GetOptions().map_entry:
        return False
    return bool(_with_ids(kind, above))
