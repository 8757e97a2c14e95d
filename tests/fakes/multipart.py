"""Multipart bodies as clients send them, cut into the messages of an upload's stream."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from google.api.httpbody_pb2 import HttpBody

from tests.fakes.files import PDF, PNG, holding

__all__ = ["BOUNDARY", "CONTENT_TYPE", "PDF", "PNG", "body", "holding", "messages", "part"]

BOUNDARY = "a-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
M = TypeVar("M")


def part(name: str, content: bytes, file_name: str = "", content_type: str = "") -> bytes:
    """One part of a body."""
    disposition = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name else "")
    head = disposition + (f"\r\nContent-Type: {content_type}" if content_type else "")
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


def body(fields: Mapping[str, str], content: bytes, file_name: str = "a.pdf", content_type: str = "") -> bytes:
    """The whole body: fields, then the file."""
    parts = [part(name, value.encode()) for name, value in fields.items()]
    return b"".join([*parts, part("file", content, file_name, content_type), f"--{BOUNDARY}--\r\n".encode()])


def messages(
    kind: Callable[..., M], data: bytes, size: int = 1000, content_type: str = CONTENT_TYPE, **first: Any
) -> Iterator[M]:
    """The body in messages of `kind`, `size` bytes each; the first also has the content type and what else is given."""
    for start in range(0, max(1, len(data)), size):
        chunk = HttpBody(data=data[start : start + size])
        if start == 0:
            chunk.content_type = content_type
        yield kind(file=chunk, **(first if start == 0 else {}))
