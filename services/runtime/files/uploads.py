"""Files that callers upload as multipart/form-data: read from the stream as they come, never whole in memory.

Whatever is wrong with an upload is InvalidArgument, so that it is 400 at the edge: UPLOAD_MALFORMED, FILE_EMPTY,
FILE_TYPE_REFUSED, FILE_TOO_LARGE. The edge itself answers 413 only where it sees the whole body, and not here.
"""

import hashlib
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import puremagic
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from services.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE = "file"
_HEAD_BYTES = 2048
_FIELD_BYTES = 1000
# What a body may hold beside its file: boundaries, headers, fields.
_FRAME_BYTES = 64 * 1024
_NAME_LENGTH = 255
# RFC 2046 section 5.1.1.
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
# Types by which a client says that it does not know, and other names of the ones that are found.
_UNDECLARED = {"", "application/octet-stream"}
_ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/tif": "image/tiff"}
_ALIASES |= {"application/x-pdf": "application/pdf", "text/xml": "application/xml"}
# As an XML declaration begins, without or with a mark of the order of its bytes.
_XML = (b"<?xml", b"\xef\xbb\xbf<?xml")


class Piece(Protocol):
    """One message of an upload's stream: a chunk of the body as google.api.HttpBody."""

    @property
    def file(self) -> Any:
        """The chunk; the content type of the first names the boundary."""
        ...


P = TypeVar("P", bound=Piece)


@dataclass(frozen=True)
class UploadRules:
    """What an upload may be.

    `accepted` are media types as found in the content; `fields` the form parts that must come before the part `file`.
    """

    accepted: frozenset[str]
    max_bytes: int
    fields: tuple[str, ...] = ()


class Upload:
    """An upload whose fields and type are known; its content is read once, by `chunks`.

    `content_type` is what was found in the content. `size` (bytes) and `sha256` (hex) are those of the chunks read so
    far: of the whole file once `chunks` has ended.
    """

    def __init__(self, body: "_Body", content_type: str) -> None:
        self._body, self._digest = body, hashlib.sha256()
        self.fields: Mapping[str, str] = body.fields
        self.file_name = body.file_name
        self.content_type = content_type
        self.size = 0

    @property
    def sha256(self) -> str:
        """The hash of what was read."""
        return self._digest.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """The content. InvalidArgument when the file turns out too large, or the body malformed, on the way."""
        while True:
            while self._body.content:
                chunk = self._body.content.popleft()
                self._digest.update(chunk)
                self.size += len(chunk)
                yield chunk
            if not self._body.advance():
                break
        self._body.check_complete()


def first_of(messages: Iterator[P]) -> tuple[P, Iterator[P]]:
    """The first message of a stream, which names what the upload is for, and the stream with it."""
    first = next(messages, None)
    if first is None:
        raise _malformed("the upload is empty")
    return first, chain((first,), messages)


def read(messages: Iterable[Piece], rules: UploadRules) -> Upload:
    """Reads up to the first bytes of the file and judges its type; InvalidArgument when it is refused."""
    body = _Body(iter(messages), rules)
    while not body.head_known and body.advance():
        pass
    if not body.in_file:
        raise _malformed("there is no part named file")
    head = b"".join(body.content)[:_HEAD_BYTES]
    if not head:
        body.check_complete()
        raise InvalidArgument.field(FILE, "is empty", reason="FILE_EMPTY")
    return Upload(body, _content_type(head, body.declared, rules.accepted))


class _Body:
    """A multipart body while it is parsed: fields as they were found, and the file's bytes that were not read yet."""

    def __init__(self, messages: Iterator[Piece], rules: UploadRules) -> None:
        self._messages, self._rules = messages, rules
        self._parser: MultipartParser | None = None
        self._total = self._file_bytes = 0
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[str, bytes] = {}
        self._name, self._text = "", bytearray()
        self._ended = self._file_ended = False
        self.fields: dict[str, str] = {}
        self.file_name, self.declared = "", ""
        self.in_file = False
        self.content: deque[bytes] = deque()

    @property
    def head_known(self) -> bool:
        """Whether enough of the file is there to judge its type."""
        return self.in_file and (self._file_ended or self._file_bytes >= _HEAD_BYTES)

    def advance(self) -> bool:
        """Parses one more message; False when there is none."""
        message = next(self._messages, None)
        if message is None:
            return False
        if self._parser is None:
            self._parser = self._start(message.file.content_type)
        data = message.file.data
        self._total += len(data)
        if self._total > self._rules.max_bytes + _FRAME_BYTES:
            raise self._too_large()
        try:
            self._parser.write(data)
        except FormParserError:
            raise _malformed("the body is no multipart/form-data with this boundary") from None
        return True

    def check_complete(self) -> None:
        """Refuses a body that broke off."""
        if not self._ended:
            raise _malformed("the body breaks off")

    def _start(self, content_type: str) -> MultipartParser:
        kind, options = parse_options_header(content_type) if content_type.isascii() else (b"", {})
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not _BOUNDARY.fullmatch(boundary):
            raise _malformed("the content type must be multipart/form-data with a boundary of 1 to 70 characters")
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._headers.clear,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }
        return MultipartParser(boundary, callbacks)

    def _on_header_end(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._text.clear()
        if self.in_file:
            raise _malformed("the file must be the last part")
        if self._name == FILE:
            self._begin_file(options.get(b"filename", b"").decode(errors="replace"))
        elif self._name not in self._rules.fields:
            raise _malformed("there is a part that does not belong here")
        elif self._name in self.fields:
            raise _malformed(f"the part {self._name} is there twice")

    def _begin_file(self, file_name: str) -> None:
        missing = [name for name in self._rules.fields if name not in self.fields]
        if missing:
            raise _malformed(f"before the file there must be {', '.join(missing)}")
        self.in_file, self.file_name = True, _plain_name(file_name)
        declared, _ = parse_options_header(self._headers.get("content-type", b""))
        self.declared = declared.decode("latin-1").lower()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if not self.in_file:
            self._text.extend(data[start:end])
            if len(self._text) > _FIELD_BYTES:
                raise _malformed(f"the part {self._name} is too long")
            return
        self._file_bytes += end - start
        if self._file_bytes > self._rules.max_bytes:
            raise self._too_large()
        self.content.append(bytes(data[start:end]))

    def _on_part_end(self) -> None:
        if self.in_file:
            self._file_ended = True
            return
        try:
            self.fields[self._name] = self._text.decode().strip()
        except UnicodeDecodeError:
            raise _malformed(f"the part {self._name} is not UTF-8") from None

    def _on_end(self) -> None:
        self._ended = True

    def _too_large(self) -> InvalidArgument:
        limit = self._rules.max_bytes
        return InvalidArgument.field(FILE, f"is larger than {limit} bytes", reason="FILE_TOO_LARGE")


def _content_type(head: bytes, declared: str, accepted: frozenset[str]) -> str:
    found = _found_type(head)
    if found not in accepted:
        raise InvalidArgument.field(FILE, f"must be one of {', '.join(sorted(accepted))}", reason="FILE_TYPE_REFUSED")
    if _ALIASES.get(declared, declared) != found and declared not in _UNDECLARED:
        raise InvalidArgument.field(FILE, f"is {found}, not what it is declared to be", reason="FILE_TYPE_REFUSED")
    return found


def _found_type(head: bytes) -> str:
    """The media type by the first bytes; empty when they say none. What an XML file holds is for who reads it."""
    if head.startswith(_XML):
        return "application/xml"
    try:
        return str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def _plain_name(name: str) -> str:
    """The last part of a path, of whichever system, composed (NFC), without what cannot be shown."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    return "".join(character for character in last if character.isprintable())[-_NAME_LENGTH:]


def _malformed(text: str) -> InvalidArgument:
    return InvalidArgument.field(FILE, text, reason="UPLOAD_MALFORMED")
