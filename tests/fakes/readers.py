"""Reads PDFs as others do: the text by PDFium, as a browser copies it, and the glyphs as a printer draws them."""

import json
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import ContentStream

from services.papers import DATA_FILE


def text_of(pdf: bytes) -> str:
    """All text, page by page, in logical order and in NFC."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return unicodedata.normalize("NFC", "\n".join(pages).replace("\r\n", "\n"))


def data_of(pdf: bytes) -> dict[str, Any]:
    """What the document says, for machines."""
    found: dict[str, Any] = json.loads(PdfReader(BytesIO(pdf)).attachments[DATA_FILE][0])
    return found


def language_of(pdf: bytes) -> str:
    """The language that the document tells a screen reader; it says the same to machines."""
    told = str(PdfReader(BytesIO(pdf)).root_object["/Lang"])
    assert data_of(pdf)["language"] == told
    return told


def glyphs_of(pdf: bytes) -> Iterator[int]:
    """The number of every glyph that is drawn; 0 is the box for a character that a font has not."""
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations:
            if operator in (b"Tj", b"TJ"):
                for part in operands[0] if operator == b"TJ" else operands:
                    if isinstance(part, str | bytes):
                        raw: Any = getattr(part, "original_bytes", part)
                        yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
