"""Holds every request against the contract's rules for its fields, before any handler sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import protovalidate
from google.protobuf.message import Message

from services.runtime.errors import InvalidArgument, Violation
from services.runtime.interceptors.scope import Scope
from services.runtime.rpcs import StartError


class Validate(Scope):
    """Refuses requests that break a rule; of a stream, each message as it is read."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Passes on what is valid."""
        if not streamed:
            validate(request)
        yield map(_validated, request) if streamed else request


def validate(message: Message) -> None:
    """InvalidArgument with every field that breaks a rule of the contract, by its path."""
    found = [violation.proto for violation in protovalidate.collect_violations(message)]
    violations = [Violation(_path(each.field), each.message or each.rule_id) for each in found]
    # No store keeps this character in a text, and no rule of the contract can forbid it everywhere.
    violations += [Violation(path, "must not hold the character NUL") for path in _with_nul(message, "")]
    if violations:
        text = "; ".join(f"{each.field or 'request'}: {each.description}" for each in violations)
        raise InvalidArgument(text, violations=violations)


def compile_rules(message: Message) -> None:
    """Compiles the rules of a message's type, so that a broken rule shows at start; StartError then."""
    try:
        protovalidate.collect_violations(message)
    except protovalidate.CompilationError as error:
        raise StartError(f"the rules of {message.DESCRIPTOR.full_name} are broken: {error}") from error


def _with_nul(message: Message, path: str) -> Iterator[str]:
    for field, value in message.ListFields():
        name = f"{path}{field.name}"
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            texts = (text for pair in value.items() for text in pair if isinstance(text, str))
            yield from (name for text in texts if "\0" in text)
        elif field.is_repeated:
            for number, item in enumerate(value):
                yield from _nul_in(item, f"{name}[{number}]")
        else:
            yield from _nul_in(value, name)


def _nul_in(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str) and "\0" in value:
        yield path
    elif isinstance(value, Message):
        yield from _with_nul(value, f"{path}.")


def _validated(message: Message) -> Message:
    validate(message)
    return message


def _path(field: Any) -> str:
    return ".".join(_step(element) for element in field.elements) if field is not None else ""


def _step(element: Any) -> str:
    subscript = element.subscript
    return f"{element.field_name}[{subscript.value}]" if subscript is not None else str(element.field_name)
