"""What the contract says about the RPCs of a servicer: found through its generated base class, checked at start."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.message import Message

from loanflow.options.v1 import access_pb2, caller_pb2, idempotency_pb2, scope_pb2
from services.runtime.context import CallerKind


class StartError(Exception):
    """The process cannot start as it is put together; the message names what is missing."""


@dataclass(frozen=True)
class Rpc:
    """One RPC: its gRPC path, and the rules that its options lay down.

    `roles` are the names of the contract's roles without prefix. `owner_field` is the request field that names an
    object that somebody owns; `owner_self` says that the RPC reaches only what is the caller's own;
    `owner_shared`, that those may call, too, with whom the owner shares the object.
    `scopes` are names, by any of which a program of another company may call, by the kind of caller that it acts as.
    """

    path: str
    public: bool
    roles: frozenset[str]
    owner_field: str
    owner_self: bool
    owner_shared: bool
    callers: frozenset[str]
    scopes: Mapping[CallerKind, frozenset[str]]
    takes_key: bool
    needs_key: bool
    request: type[Message]

    @property
    def open_to_edge(self) -> bool:
        """Whether calls from outside the mesh may come in."""
        return self.public or bool(self.roles) or bool(self.owner_field) or self.owner_self or bool(self.scopes)


@dataclass(frozen=True)
class Contract:
    """The gRPC service of a servicer: its full name, RPCs by path, how to register it, and its file's descriptor."""

    name: str
    rpcs: dict[str, Rpc]
    register: Callable[[Any, grpc.Server], None]
    file: Any


def contract_of(servicer: Any) -> Contract:
    """The contract a servicer implements; StartError when it has no generated base, or an RPC lacks rule or method."""
    base = _generated_base(servicer)
    module = importlib.import_module(base.__module__)
    file = _messages(module).DESCRIPTOR
    descriptor = file.services_by_name[base.__name__.removesuffix("Servicer")]
    for method in descriptor.methods:
        if getattr(type(servicer), method.name) is getattr(base, method.name):
            raise StartError(f"{type(servicer).__name__} has no method {method.name}")
    rpcs = [_rpc(descriptor.full_name, method) for method in descriptor.methods]
    register = getattr(module, f"add_{base.__name__}_to_server")
    return Contract(descriptor.full_name, {rpc.path: rpc for rpc in rpcs}, register, file)


def _generated_base(servicer: Any) -> type[Any]:
    for base in type(servicer).__mro__:
        if base.__module__.endswith("_pb2_grpc") and base.__name__.endswith("Servicer"):
            return base
    raise StartError(f"{type(servicer).__name__} has no generated base class")


def _messages(module: ModuleType) -> ModuleType:
    return importlib.import_module(module.__name__.removesuffix("_grpc"))


def _rpc(service: str, method: Any) -> Rpc:
    options = method.GetOptions()
    if not options.HasExtension(access_pb2.access):
        raise StartError(f"RPC {service}.{method.name} lacks the access option")
    access = options.Extensions[access_pb2.access]
    key = options.Extensions[idempotency_pb2.idempotency_key]
    return Rpc(
        path=f"/{service}/{method.name}",
        public=access.public,
        roles=frozenset(access_pb2.Role.Name(role).removeprefix("ROLE_") for role in _roles(access)),
        owner_field=access.owner.field,
        owner_self=access.owner.self,
        owner_shared=access.owner.shared,
        callers=frozenset(access.callers),
        scopes=_scopes(access),
        takes_key=key != idempotency_pb2.IDEMPOTENCY_KEY_UNSPECIFIED,
        needs_key=key == idempotency_pb2.IDEMPOTENCY_KEY_REQUIRED,
        request=message_factory.GetMessageClass(method.input_type),
    )


def _roles(access: access_pb2.Access) -> Iterable[int]:
    """The roles that an access option lets in: those it names, or every one for `staff`."""
    return [role for role in access_pb2.Role.values() if role] if access.staff else access.roles


def _scopes(access: access_pb2.Access) -> Mapping[CallerKind, frozenset[str]]:
    found: dict[CallerKind, frozenset[str]] = {}
    for number in access.scopes:
        # Any: protoc's own stubs know no options of enum values.
        value: Any = scope_pb2.Scope.DESCRIPTOR.values_by_number[number]
        options = value.GetOptions().Extensions
        kind = CallerKind[caller_pb2.CallerKind.Name(options[scope_pb2.acts_as]).removeprefix("CALLER_KIND_")]
        found[kind] = found.get(kind, frozenset()) | {options[scope_pb2.scope_name]}
    return found
