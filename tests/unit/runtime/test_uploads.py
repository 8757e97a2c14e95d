"""Uploads, read chunk by chunk: what is accepted, what is refused, and that no more than a chunk is held."""

import contextlib
import hashlib
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanflow.document.v1.document_service_pb2 import UploadDocumentRequest
from services.runtime.errors import InvalidArgument
from services.runtime.files import uploads
from services.runtime.files.uploads import Upload, UploadRules
from tests.fakes.multipart import BOUNDARY, CONTENT_TYPE, PDF, PNG, body, messages, part

RULES = UploadRules(frozenset({"application/pdf", "image/png"}), max_bytes=50_000, fields=("kind", "owner"))
FIELDS = {"kind": "IDENTITY", "owner": "me"}
END = f"--{BOUNDARY}--\r\n".encode()


def read(data: bytes, size: int = 1000, content_type: str = CONTENT_TYPE, rules: UploadRules = RULES) -> Upload:
    return uploads.read(messages(UploadDocumentRequest, data, size, content_type), rules)


def headed(more: bytes) -> bytes:
    """An upload whose file has more headers than it needs: all are kept until it begins."""
    return body(FIELDS, PDF).replace(b'name="file"', b'name="file"\r\n' + more, 1)


def refused(data: bytes, content_type: str = CONTENT_TYPE) -> str:
    with pytest.raises(InvalidArgument) as caught:
        for _ in read(data, content_type=content_type).chunks():
            pass
    assert caught.value.violations[0].field == "file"
    return caught.value.reason


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 100_000])
def test_content_comes_out_as_it_went_in(size: int) -> None:
    content = PDF + bytes(range(256)) * 80 + b"\r\n--a-bound\r\n--"
    upload = read(body(FIELDS, content), size)
    assert (upload.fields, upload.file_name, upload.content_type) == (FIELDS, "a.pdf", "application/pdf")
    assert b"".join(upload.chunks()) == content
    assert (upload.size, upload.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    "declared", ["", "application/octet-stream", "application/pdf", "application/x-pdf", "application/pdf; a=b"]
)
def test_a_declared_type_may_agree_or_be_open(declared: str) -> None:
    assert read(body(FIELDS, PDF, content_type=declared)).content_type == "application/pdf"


@pytest.mark.parametrize(
    "name, kept",
    [
        ("C:/x/../passport.pdf", "passport.pdf"),
        ("../../etc/passwd", "passwd"),
        ("n\x00a\x1bme.pdf", "name.pdf"),
        ("re\u0301sume\u0301\u202efdp.exe", "résuméfdp.exe"),
        ("é" * 300 + ".pdf", "é" * 251 + ".pdf"),
        ("", ""),
    ],
)
def test_file_names_are_made_harmless(name: str, kept: str) -> None:
    assert read(body(FIELDS, PDF, file_name=name)).file_name == kept


@pytest.mark.parametrize(
    "content, declared",
    [
        (b"MZ\x90\x00\x03" + b"x" * 100, ""),
        (b"just text", "application/pdf"),
        (PNG, "application/pdf"),
        (PDF, "text/html"),
        (b"PK\x03\x04\x14\x00" + b"\x00" * 40, ""),
    ],
)
def test_other_types_are_refused(content: bytes, declared: str) -> None:
    assert refused(body(FIELDS, content, content_type=declared)) == "FILE_TYPE_REFUSED"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("declared", ["", "application/xml", "text/xml"])
def test_xml_is_known_by_its_declaration_whatever_it_holds(mark: bytes, declared: str) -> None:
    rules = UploadRules(frozenset({"application/xml"}), max_bytes=50_000, fields=("kind", "owner"))
    content = mark + b'<?xml version="1.0" encoding="UTF-8"?>\n<Document/>'
    assert read(body(FIELDS, content, content_type=declared), rules=rules).content_type == "application/xml"
    assert refused(body(FIELDS, content)) == "FILE_TYPE_REFUSED", "where only pictures and PDF are taken"


def test_an_empty_file_is_refused() -> None:
    assert refused(body(FIELDS, b"")) == "FILE_EMPTY"


def test_the_limit_is_exact() -> None:
    content = PDF + b"x" * (RULES.max_bytes - len(PDF))
    assert sum(map(len, read(body(FIELDS, content)).chunks())) == RULES.max_bytes
    assert refused(body(FIELDS, content + b"x")) == "FILE_TOO_LARGE"


def test_a_frame_without_end_is_refused() -> None:
    assert refused(body(FIELDS, PDF) + b"\r\n" * 70_000) == "FILE_TOO_LARGE"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no multipart at all",
        END,
        part("kind", b"A") + part("owner", b"me") + END,
        part("kind", b"A") + part("file", PDF) + END,
        part("file", PDF) + part("kind", b"A") + part("owner", b"me") + END,
        body(FIELDS, PDF)[:-10],
        body(FIELDS, PDF).removesuffix(END),
        body({"kind": "A", "owner": "x" * 1001}, PDF),
        body({"kind": "A", "owner": "me", "more": "1"}, PDF),
        part("kind", b"A") + body({"kind": "A", "owner": "me"}, PDF),
        part("kind", b"\xff\xfe") + body({"owner": "me"}, PDF),
        body(FIELDS, PDF).removesuffix(END) + part("file", PDF) + END,
        body(FIELDS, b"")[:-30],
        part("", b"A") + body(FIELDS, PDF),
        headed(b"x: " + b"y" * 5_000),
        headed(b"x" * 5_000 + b": y"),
        headed(b"\r\n".join(b"x%d: y" % number for number in range(1_000))),
    ],
)
def test_malformed_bodies_are_refused(data: bytes) -> None:
    assert refused(data) == "UPLOAD_MALFORMED"


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=a-boundary",
     "multipart/form-data; boundary=another", "multipart/form-data; boundary=" + "x" * 300],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(content_type: str) -> None:
    assert refused(body(FIELDS, PDF), content_type) == "UPLOAD_MALFORMED"


def test_a_stream_without_messages_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="empty"):
        uploads.first_of(iter(()))


def test_the_first_message_stays_in_the_stream() -> None:
    sent = list(messages(UploadDocumentRequest, body(FIELDS, PDF), 50))
    first, stream = uploads.first_of(iter(sent))
    assert first == sent[0]
    assert list(stream) == sent


def test_a_large_file_is_never_whole_in_memory() -> None:
    rules = UploadRules(RULES.accepted, max_bytes=200_000_000)

    def sent() -> Iterator[UploadDocumentRequest]:
        head, tail = body({}, PDF + b"@").split(b"@")
        yield from messages(UploadDocumentRequest, head)
        for _ in range(400):
            yield from messages(UploadDocumentRequest, b"x" * 65_536, 65_536, "")
        yield from messages(UploadDocumentRequest, tail, content_type="")

    tracemalloc.start()
    upload = uploads.read(sent(), rules)
    for _ in upload.chunks():
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert upload.size == len(PDF) + 400 * 65_536
    assert peak < 2_000_000


BOUNDARIES = ["", "b" * 71, "\u043a\u043b", "\u00ff", "a\u0000b", '""', '"a\\"b"', "a b ", "\u2028", "@", "a\r\nb"]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_boundary_that_is_none_is_malformed(boundary: str) -> None:
    assert refused(body(FIELDS, PDF), f"multipart/form-data; boundary={boundary}") == "UPLOAD_MALFORMED"


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode), st.text(max_size=60), st.integers(1, 50))
def test_whatever_bytes_come_are_refused_as_an_upload(data: bytes, content_type: str, size: int) -> None:
    named = CONTENT_TYPE if size % 2 else f"multipart/form-data; boundary={content_type}"
    framed = part("kind", data) + part("owner", b"x", content_type) + part("file", data, content_type, content_type)
    for each in (data, framed):
        with contextlib.suppress(InvalidArgument):
            for _ in read(each, size, named).chunks():
                pass
