"""Ids are compared as UUIDs: whichever case they come in, they go on in small letters, however deep they are."""

import importlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor

from loanflow.application.v1.application_service_pb2 import GetApplicationRequest
from proto.plugins.kinds import VERBATIM
from services.catalog import SERVICES
from services.runtime.errors import InvalidArgument
from services.runtime.serving.interceptors.ids import normalise_ids
from services.runtime.serving.interceptors.validation import validate

ID = str(uuid.uuid4())
# An identity document's number, as its authority writes it.
NO_UUIDS = {"national_id"}


def request_types() -> Iterator[Descriptor]:
    for service in SERVICES:
        file = importlib.import_module(f"{service.package}.{service.name}_service_pb2").DESCRIPTOR
        for methods in file.services_by_name.values():
            yield from (method.input_type for method in methods.methods)


def named_ids(kind: Descriptor, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of fields that are ids by their names."""
    for field in kind.fields:
        inner = field.message_type
        if inner is not None and inner.full_name.startswith("loanflow.") and len(above) < 4:
            yield from named_ids(inner, (*above, field.name))
        elif field.name.removesuffix("s").endswith("_id") and field.name not in NO_UUIDS:
            yield (*above, field.name)


def fill(message: Any, path: tuple[str, ...], value: str) -> None:
    field = message.DESCRIPTOR.fields_by_name[path[0]]
    if len(path) > 1:
        inner = getattr(message, path[0])
        fill(inner.add() if field.is_repeated else inner, path[1:], value)
    elif field.is_repeated:
        getattr(message, path[0]).append(value)
    else:
        setattr(message, path[0], value)


# Requests of another standard, whose parameters go on as they came.
IDS = [(kind, path) for kind in request_types() if kind.full_name not in VERBATIM for path in named_ids(kind)]


@pytest.mark.parametrize(("kind", "path"), IDS, ids=[f"{kind.name}-{'.'.join(path)}" for kind, path in IDS])
def test_every_id_of_the_contract_goes_on_in_small_letters(kind: Descriptor, path: tuple[str, ...]) -> None:
    asked, meant = (message_factory.GetMessageClass(kind)() for _ in range(2))
    fill(asked, path, ID.upper())
    fill(meant, path, ID)
    normalise_ids(asked)
    assert asked == meant


@pytest.mark.parametrize("other", [f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", ""), f" {ID}", f"{ID}\n"])
def test_other_ways_to_write_one_are_refused(other: str) -> None:
    with pytest.raises(InvalidArgument):
        validate(GetApplicationRequest(application_id=other))
