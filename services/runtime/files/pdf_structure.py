"""What a PDF may hold: pages to look at, and nothing that acts, that is carried along, or that grows beyond measure."""

import mmap
import re
import zlib
from typing import IO, Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

# What all streams of a file may hold together once unpacked, and how often one may be packed in itself.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_PACKINGS = 3
# Objects are read one after the other by a reader in Python, at about 20,000 a second.
MAX_OBJECTS = 50_000
# Directly within one another; a reader goes into them by calling itself.
MAX_DEPTH = 50
_READ_FIRST, _READ_AT_ONCE, _UNPACKED_AT_ONCE = 4 * 1024, 64 * 1024, 1024 * 1024
_STREAM = re.compile(rb"\bstream\r?\n")
_END, _BLANK = b"%%EOF", b" \t\r\n\f\0"
# Names, in a dictionary's keys and values, that a page to look at does not need: ISO 32000-2, sections 7.11.4, 12.6.4
# and 13.
_KEYS = frozenset({"/JavaScript", "/JS", "/XFA", "/AA", "/RichMediaContent", "/Launch"})
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie"),
        *("/Sound", "/RichMediaExecute", "/GoTo3DView", "/Hide", "/SetOCGState", "/ResetForm"),
    }
)
_KINDS = frozenset({"/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D", "/Sound"})
# What invoices and statements carry along as data for programs, PDF/A-3, and how it begins; a page of the web does not.
_DATA = {
    "/application/json": re.compile(rb"\s*[{\[]"),
    **dict.fromkeys(
        ("/text/xml", "/application/xml"), re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s(?!.{0,1000}<html)", re.DOTALL)
    ),
}
# The long ones among them wherever they are in the bytes, also where the table of objects names no object, and with the
# escapes of names.
_HIDDEN_NAMES = ("JavaScript", "Launch", "RichMedia", "ImportData", "SubmitForm")


def _written(name: str) -> str:
    return "/" + "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name)


_HIDDEN = re.compile(f"(?:{'|'.join(map(_written, _HIDDEN_NAMES))})s?(?=[\\s/<>\\[\\](){{}}%])".encode())


_ACTIVE = "holds a script, a program or another file"


class Unsafe(Exception):
    """The file can be read, and holds what no file may; the text goes to who uploads it."""


class Unreadable(Exception):
    """The file is not of the format that it begins like."""


def check_pdf(file: IO[bytes], content: mmap.mmap) -> None:
    """Raises Unsafe or Unreadable. `content` is the same file, for a look at its bytes."""
    end = content.rfind(_END)
    if content[:5] != b"%PDF-" or end < 0:
        raise Unreadable("cannot be read as a PDF")
    if content[end + len(_END) :].strip(_BLANK):
        raise Unsafe("goes on behind its end")
    # Before any reader unpacks one of its streams.
    _check_sizes(content)
    if _HIDDEN.search(content):
        raise Unsafe(_ACTIVE)
    try:
        _check_objects(PdfReader(file, strict=False))
    except (LimitReachedError, RecursionError) as error:
        raise Unsafe("has objects that are larger or deeper than any page needs") from error
    except _OF_THE_READER as error:
        raise Unreadable("cannot be read as a PDF") from error


# What pypdf raises of bytes that are no PDF, or one that it does not know: its own errors, and those of its parsing.
_OF_THE_READER = (
    PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError,
    AssertionError, OverflowError, NotImplementedError, zlib.error,
)  # fmt: skip


class _Budget:
    """What the streams of one file may still hold, and what may still be read of them."""

    def __init__(self, size: int) -> None:
        self._unpacked = MAX_UNPACKED_BYTES
        # Streams that begin within one another are read more than once.
        self._packed = 4 * size

    def read(self, size: int) -> None:
        self._packed -= size
        if self._packed < 0:
            raise Unsafe("has streams within one another")

    def unpack(self, size: int) -> None:
        self._unpacked -= size
        if self._unpacked < 0:
            raise Unsafe(f"grows beyond {MAX_UNPACKED_BYTES} bytes when it is unpacked")


class _Unpacking:
    """One stream while it is unpacked, and what may be packed within it; nothing of it is kept."""

    def __init__(self, budget: _Budget, packings: int) -> None:
        if not packings:
            raise Unsafe(f"is packed more than {MAX_PACKINGS} times within itself")
        self._budget, self._packings = budget, packings
        self._flate, self._begun = zlib.decompressobj(), False
        self._inner: _Unpacking | None = None
        self.over = False

    @property
    def left_over(self) -> int:
        """How many bytes of the last piece lie behind the stream's end."""
        return len(self._flate.unused_data)

    def feed(self, data: bytes) -> None:
        """Unpacks some more; `over` at its end, and where it is broken."""
        while data and not self.over:
            try:
                piece = self._flate.decompress(data, _UNPACKED_AT_ONCE)
            except zlib.error:
                self.over = True
                return
            self.over, data = self._flate.eof, self._flate.unconsumed_tail
            self._budget.unpack(len(piece))
            self._pass_on(piece)

    def _pass_on(self, piece: bytes) -> None:
        if piece and not self._begun:
            self._begun = True
            self._inner = _Unpacking(self._budget, self._packings - 1) if _is_flate(piece) else None
        if self._inner is not None:
            self._inner.feed(piece)


def _check_sizes(content: mmap.mmap) -> None:
    """Unpacks whatever looks like a stream, by no word of the file on where it ends or how it is packed."""
    budget, at, streams = _Budget(len(content)), 0, 0
    while found := _STREAM.search(content, at):
        at = found.end()
        streams += 1
        if streams > MAX_OBJECTS:
            raise Unsafe(f"has more than {MAX_OBJECTS} objects")
        if _is_flate(content[at : at + 3]):
            _measure(content, at, budget)


def _measure(content: mmap.mmap, begin: int, budget: _Budget) -> None:
    unpacking, size = _Unpacking(budget, MAX_PACKINGS), _READ_FIRST
    while begin < len(content) and not unpacking.over:
        piece = content[begin : begin + size]
        unpacking.feed(piece)
        budget.read(len(piece) - unpacking.left_over)
        begin, size = begin + len(piece), _READ_AT_ONCE


def _is_flate(data: bytes) -> bool:
    """Whether it begins as RFC 1950 has it."""
    return len(data) > 2 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0


def _check_objects(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise Unsafe("is encrypted: upload it without a password")
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > MAX_OBJECTS:
        raise Unsafe(f"has more than {MAX_OBJECTS} objects")
    generations = {number: generation for generation, table in reader.xref.items() for number in table}
    for number in sorted(numbers):
        _check(reader.get_object(IndirectObject(number, generations.get(number, 0), reader)), 0)
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject) or not len(reader.pages):
        raise Unreadable("has no page")
    opening = root.get("/OpenAction")
    _check_opening(opening.get_object() if opening is not None else None)


def _check(found: Any, depth: int) -> None:
    """Looks through one object and what it holds directly; another that it only names is looked through by itself."""
    if depth > MAX_DEPTH:
        raise Unsafe(f"has objects more than {MAX_DEPTH} deep within one another")
    if isinstance(found, ArrayObject):
        for each in found:
            _check(each, depth + 1)
    if isinstance(found, DictionaryObject):
        if _KEYS & found.keys() or _name(found, "/S") in _ACTIONS:
            raise Unsafe(_ACTIVE)
        if {_name(found, "/Type"), _name(found, "/Subtype")} & _KINDS:
            raise Unsafe("holds another file, sound or film")
        _check_attachments(found)
        for each in found.values():
            _check(each, depth + 1)


def _check_attachments(found: DictionaryObject) -> None:
    named = found.get("/EF")
    files = list(named.get_object().values()) if named is not None else []
    for each in [*files, *([found] if _name(found, "/Type") == "/EmbeddedFile" else [])]:
        file = each.get_object()
        begins = _DATA.get(_name(file, "/Subtype")) if isinstance(file, StreamObject) else None
        if begins is None or not begins.match(file.get_data()):
            raise Unsafe("holds another file, and no data in JSON or XML")


def _check_opening(action: Any) -> None:
    """A document may begin at a page of its own, and do nothing else when it is opened."""
    if isinstance(action, DictionaryObject) and _name(action, "/S") != "/GoTo":
        raise Unsafe("does something when it is opened")


def _name(found: DictionaryObject, key: str) -> str:
    value = found.raw_get(key) if key in found else None
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return str(value) if isinstance(value, NameObject) else ""
