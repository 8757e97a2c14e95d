"""What every plugin needs of a code generator request: options by name, comments, and errors with file and line."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.protobuf import descriptor_pool, json_format, message, message_factory
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

Options = Mapping[str, Any]
Path = tuple[int, ...]

# Field numbers inside FileDescriptorProto, DescriptorProto, EnumDescriptorProto, ServiceDescriptorProto.
FILE_MESSAGES, FILE_ENUMS, FILE_SERVICES = 4, 5, 6
MESSAGE_FIELDS, MESSAGE_MESSAGES, MESSAGE_ENUMS = 2, 3, 4
ENUM_VALUES, SERVICE_METHODS = 2, 2


@dataclass(frozen=True)
class Place:
    """One element of one file; `path` is its path in the file's source info."""

    file: FileDescriptorProto
    path: Path

    def child(self, *steps: int) -> "Place":
        """The place of an element below this one."""
        return Place(self.file, self.path + steps)


@dataclass(frozen=True)
class MessageAt:
    """A message by its full name, with its place."""

    name: str
    proto: DescriptorProto
    place: Place


class Contract:
    """The protos of one request; collects what is wrong with them in `errors`."""

    def __init__(self, request: CodeGeneratorRequest) -> None:
        """Reads the request; its files come in dependency order."""
        self.files = list(request.proto_file)
        self.own = [file for file in self.files if file.name in set(request.file_to_generate)]
        self.errors: list[str] = []
        self._pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            self._pool.Add(file)
        self._locations = {
            (file.name, tuple(location.path)): location
            for file in self.files
            for location in file.source_code_info.location
        }

    def refuse(self, place: Place, element: str, reason: str) -> None:
        """Notes an error as `file:line: element: reason`; the plugin then writes nothing."""
        self.errors.append(f"{self.where(place)}: {element}: {reason}")

    def where(self, place: Place) -> str:
        """`file:line` of an element."""
        location = self._locations.get((place.file.name, place.path))
        return f"proto/{place.file.name}:{location.span[0] + 1 if location else 1}"

    def message_class(self, name: str) -> type[message.Message]:
        """The class of a message by its full name."""
        return message_factory.GetMessageClass(self._pool.FindMessageTypeByName(name))

    def comment(self, place: Place) -> str:
        """The leading comment of an element, each paragraph on one line; empty when there is none."""
        location = self._locations.get((place.file.name, place.path))
        paragraphs = location.leading_comments.split("\n\n") if location else []
        return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).strip()

    def options(self, options: message.Message) -> Options:
        """The options of an element by name, extensions as `full.name`; enum values by name."""
        if not options.ByteSize():
            return {}
        known = self._pool.FindMessageTypeByName(options.DESCRIPTOR.full_name)
        parsed = message_factory.GetMessageClass(known).FromString(options.SerializeToString())
        plain = json_format.MessageToDict(parsed, preserving_proto_field_name=True, descriptor_pool=self._pool)
        return {name.strip("[]"): value for name, value in plain.items()}

    def enum_values(self, name: str) -> list[str]:
        """The values of an enum by its full name, as they are declared."""
        return [value.name for value in self._pool.FindEnumTypeByName(name).values]

    @cached_property
    def messages(self) -> dict[str, MessageAt]:
        """Every message of every file, nested ones too, by full name."""
        found: dict[str, MessageAt] = {}
        for file in self.files:
            for index, proto in enumerate(file.message_type):
                for each in _walk(file.package, proto, Place(file, (FILE_MESSAGES, index))):
                    found[each.name] = each
        return found

    @property
    def own_messages(self) -> Iterator[MessageAt]:
        """The messages of the files to generate."""
        own = {file.name for file in self.own}
        return (each for each in self.messages.values() if each.place.file.name in own)


def _walk(scope: str, proto: DescriptorProto, place: Place) -> Iterator[MessageAt]:
    name = f"{scope}.{proto.name}" if scope else proto.name
    yield MessageAt(name, proto, place)
    for index, nested in enumerate(proto.nested_type):
        yield from _walk(name, nested, place.child(MESSAGE_MESSAGES, index))


def run(generate: Callable[[Contract], dict[str, str]]) -> None:
    """Answers the request on standard input with the files that `generate` gives, or with all errors."""
    contract = Contract(CodeGeneratorRequest.FromString(sys.stdin.buffer.read()))
    files = generate(contract)
    response = CodeGeneratorResponse(supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL)
    if contract.errors:
        response.error = "\n" + "\n".join(contract.errors)
    else:
        response.file.extend(CodeGeneratorResponse.File(name=n, content=c) for n, c in sorted(files.items()))
    sys.stdout.buffer.write(response.SerializeToString())
