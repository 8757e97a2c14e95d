"""Files as customers upload them, real ones: as small as they can be, and hostile ones of each kind."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

# The harmless file by which scanners are tested; in two halves, or this source would be taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<html><script>alert(1)</script></html>"


def pdf(change: Callable[[PdfWriter], None] = lambda writer: None) -> bytes:
    """A PDF of one empty page, after the change."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(out)
    return out.getvalue()


def pages(count: int) -> bytes:
    """A TIFF of so many pages, as scanners make them."""
    page = Image.new("L", (8, 8))
    return picture("TIFF", save_all=True, append_images=[page] * (count - 1))


def chained(count: int) -> bytes:
    """A TIFF of so many pages of one pixel, all of them the same data: some 114 bytes each."""
    tags = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1))
    made = [struct.pack("<2sHII", b"II", 42, 12, 0)]
    for number in range(count):
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        body = struct.pack("<H", len(tags)) + entries
        following = 12 + (number + 1) * (len(body) + 4) if number + 1 < count else 0
        made.append(body + struct.pack("<I", following))
    return b"".join(made)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims to be so large."""
    head = b"IHDR" + struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG[:8] + struct.pack("!I", 13) + head + struct.pack("!I", zlib.crc32(head)) + PNG[33:]


def many_streams(content: bytes, count: int) -> bytes:
    """A PDF with so many deflated streams of this content."""
    packed = zlib.compress(content, 9)

    def add(writer: PdfWriter) -> None:
        for _ in range(count):
            stream = StreamObject()
            stream._data = packed
            stream[NameObject("/Filter")] = NameObject("/FlateDecode")
            writer._add_object(stream)

    return pdf(add)


def many_objects(count: int) -> bytes:
    """A PDF with so many numbers that no page shows."""

    def add(writer: PdfWriter) -> None:
        for number in range(count):
            writer._add_object(NumberObject(number))

    return pdf(add)


def nested(depth: int) -> bytes:
    """A PDF with arrays so deep in one another."""

    def add(writer: PdfWriter) -> None:
        found = ArrayObject()
        for _ in range(depth):
            found = ArrayObject([found])
        writer._add_object(found)

    return pdf(add)


def in_object_stream(written: bytes) -> bytes:
    """A PDF with an object that is written so in a stream of objects, ISO 32000-2, section 7.5.7."""
    packed = zlib.compress(b"5 0 " + written, 9)
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    found, rows = b"%PDF-1.5\n", [(0, 0, 65535)]
    for number, body in enumerate(bodies, 1):
        rows.append((1, len(found), 0))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows += [(2, 4, 0), (1, len(found), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    head = b"<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>" % len(table)
    ending = b"endobj\nstartxref\n%d\n%%%%EOF\n" % len(found)
    return found + b"6 0 obj\n%s\nstream\n%s\nendstream\n%s" % (head, table, ending)


def holding(content: bytes) -> bytes:
    """A PDF with these bytes in it as they are, which no page shows."""

    def add(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(content)
        writer._add_object(stream)

    return pdf(add)


def picture(kind: str = "PNG", **options: object) -> bytes:
    """A picture of 8 by 8 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, kind, **options)
    return out.getvalue()


def archive(name: str, content: bytes) -> bytes:
    """A ZIP with one deflated file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


def deflated(content: bytes, times: int = 1) -> bytes:
    """A PDF with a stream that is packed so often."""
    packed = content
    for _ in range(times):
        packed = zlib.compress(packed, 9)
    filters = [NameObject("/FlateDecode")] * times

    def add(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream._data = packed
        stream[NameObject("/Filter")] = ArrayObject(filters) if times > 1 else filters[0]
        writer._add_object(stream)

    return pdf(add)


def acting(action: str, key: str = "/OpenAction", **entries: str) -> bytes:
    """A PDF with an action at its beginning, or wherever else `key` has it."""

    def add(writer: PdfWriter) -> None:
        writer.root_object[NameObject(key)] = writer._add_object(_action(action, **entries))

    return pdf(add)


def _action(kind: str, **entries: str) -> DictionaryObject:
    texts = {NameObject(f"/{name}"): TextStringObject(value) for name, value in entries.items()}
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), **texts})


def _link(writer: PdfWriter, action: DictionaryObject) -> None:
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject(map(NumberObject, (0, 0, 9, 9))),
            NameObject("/A"): action,
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def with_script(writer: PdfWriter) -> None:
    """A script among the names of the document."""
    script = writer._add_object(_action("JavaScript", JS="app.alert(1)"))
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("0"), script])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def attached(name: str, content: bytes, kind: str) -> bytes:
    """A PDF with another file within, of this media type; empty for none."""

    def add(writer: PdfWriter) -> None:
        file = writer.add_attachment(name, content)
        if kind:
            file.subtype = NameObject(f"/{kind}")

    return pdf(add)


def with_launch_link(writer: PdfWriter) -> None:
    """A link on the page that starts a program."""
    _link(writer, _action("Launch", F="cmd.exe"))


def with_web_link(writer: PdfWriter) -> None:
    """A link on the page to a web page, as bills have them."""
    _link(writer, _action("URI", URI="https://example.org/"))


def with_start(writer: PdfWriter) -> None:
    """It opens at its first page, as typesetters have it."""
    page = writer.pages[0].indirect_reference
    assert page is not None
    writer.root_object[NameObject("/OpenAction")] = ArrayObject([page, NameObject("/Fit")])


def with_form(writer: PdfWriter) -> None:
    """A form of the XFA kind, which is a program."""
    stream = DecodedStreamObject()
    stream.set_data(b"<xdp/>")
    form = DictionaryObject({NameObject("/XFA"): writer._add_object(stream)})
    writer.root_object[NameObject("/AcroForm")] = form


def with_page_action(writer: PdfWriter) -> None:
    """What the page does when it is shown."""
    writer.pages[0][NameObject("/AA")] = DictionaryObject(
        {NameObject("/O"): _action("URI", URI="https://example.org/")}
    )


def encrypted(writer: PdfWriter) -> None:
    """It takes a password to read it."""
    writer.encrypt("secret", algorithm="AES-256")


PDF, PNG, JPEG, TIFF = pdf(), picture(), picture("JPEG"), picture("TIFF")
