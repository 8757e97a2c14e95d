"""The files that a provider of signatures gives: what was sent with its own lines on each page, and a certificate."""

from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from services.papers import lender_of, typeset


def signed(pdf: bytes, lines: Sequence[str], *, pages: int | None = None) -> bytes:
    """The pages of a PDF, the first so many or all, with these lines at the foot of each; its attachments are gone."""
    writer, made = PdfWriter(), BytesIO()
    for page in PdfReader(BytesIO(pdf)).pages[:pages]:
        writer.add_page(page)
    for page in writer.pages:
        page.merge_page(_stamp(float(page.mediabox.width), float(page.mediabox.height), lines))
    writer.write(made)
    return made.getvalue()


def certificate(party: str, lines: Sequence[str]) -> bytes:
    """A page that says so, by the provider."""
    head = {**asdict(lender_of()), "name": party, "legal_name": party, "address": [], "contact": []}
    return typeset("note-v1", {"title": "Certificate", "date": "2030-01-01", "lender": head, "lines": list(lines)})


def _stamp(width: float, height: float, lines: Sequence[str]) -> PageObject:
    page, stream = PageObject.create_blank_page(width=width, height=height), DecodedStreamObject()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    fonts = DictionaryObject({NameObject("/Stamp"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    shown = "".join(f"BT /Stamp 6 Tf 20 {8 + 8 * at} Td ({_plain(line)}) Tj ET " for at, line in enumerate(lines))
    stream.set_data(shown.encode("latin-1"))
    page[NameObject("/Contents")] = stream
    return page


def _plain(line: str) -> str:
    return "".join(each if each.isascii() and each.isprintable() and each not in "()\\" else "?" for each in line)
