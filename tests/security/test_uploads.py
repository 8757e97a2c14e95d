"""Files that are more than they seem, sent to the service that keeps documents, on the real virus scanner.

Each kind of attack is a table of files; of a refused one nothing is recorded, stored or published.
"""

from pathlib import Path

import pytest

from loanflow.document.v1 import document_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from loanflow.document.v1.document_events_pb2 import DocumentRejected, DocumentUploaded
from services.document.quarantine import Quarantine
from services.papers import lender_of, typeset
from services.runtime import context
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.files.pdf_structure import MAX_OBJECTS, MAX_UNPACKED_BYTES
from services.runtime.files.scanning import ClamdScanner, ClamdSettings, Scanner
from stack.layout import Layout
from stack.servers import clamav
from tests.factories.statements import employed
from tests.fakes import files
from tests.fakes.files import EICAR, JPEG, PDF, PNG, SCRIPT, TIFF
from tests.harness import staff
from tests.integration.document.conftest import Documents
from tests.integration.document.test_document import refusal

OWN = clamav.SIGNATURES["LoanFlow-Test"]
GIB = 1024**3
NOTE = {"title": "A", "date": "2030-01-01", "lender": vars(lender_of()), "lines": ["b"]}
INFECTED = {
    "a PDF with the test file": files.holding(EICAR),
    "a PDF with the test file deflated": files.deflated(EICAR),
    "a PDF with the test file deflated twice": files.deflated(EICAR, 2),
    "a PDF with the test file behind much else": files.holding(bytes(3_000_000) + EICAR),
    "a PDF with a ZIP with the test file in a stream": files.holding(files.archive("a.txt", EICAR) + b" " * 70_000),
    "a PDF with the project's own signature": files.deflated(OWN),
    "a JPEG with the test file as its comment": files.picture("JPEG", comment=EICAR),
    "a PNG with the test file behind its end": PNG + EICAR,
    "a TIFF with the test file behind its end": TIFF + EICAR,
}
ACTIVE = {
    "a script that runs at the beginning": files.acting("JavaScript", JS="app.alert(1)"),
    "a script among the names": files.pdf(files.with_script),
    "a script whose name is written with escapes": files.pdf(files.with_script).replace(
        b"/JavaScript", b"/J#61vaScript"
    ),
    "a program that is started at the beginning": files.acting("Launch", F="cmd.exe"),
    "a link that starts a program": files.pdf(files.with_launch_link),
    "a web page that is opened at the beginning": files.acting("URI", URI="https://example.org/"),
    "a form that is sent at the beginning": files.acting("SubmitForm", F="https://example.org/"),
    "data that is read in at the beginning": files.acting("ImportData", F="a.fdf"),
    "another document that is opened": files.acting("GoToR", F="//host/share/a.pdf"),
    "something done when a page is shown": files.pdf(files.with_page_action),
    "something done when the document is closed": files.acting("URI", "/AA", URI="https://example.org/"),
    "a form that is a program": files.pdf(files.with_form),
    "another file within": files.attached("invoice.exe", b"MZ\x90", "application/octet-stream"),
    "another file without a type": files.attached("invoice.exe", b"MZ\x90", ""),
    "a program that is called data": files.attached("data.json", b"MZ\x90", "application/json"),
    "a web page that is called data": files.attached("data.xml", b'<?xml version="1.0"?>' + SCRIPT, "text/xml"),
    "an encrypted document": files.pdf(files.encrypted),
}
TWO_FORMATS = {
    "a PDF and a ZIP": PDF + files.archive("a.txt", b"x"),
    "a PDF and a ZIP that ends as a PDF": PDF + files.archive("a.txt", b"x") + b"%%EOF",
    "a PDF and a web page behind it": PDF + SCRIPT,
    "a PDF and a web page before its objects": PDF.replace(b"\n", b"\n%" + SCRIPT + b"\n", 1),
    "a PDF and a program": PDF + b"MZ\x90\0\3",
    "a JPEG and a ZIP": JPEG + files.archive("a.txt", b"x"),
    "a JPEG and a web page behind it": JPEG + SCRIPT,
    "a JPEG and a web page as its comment": files.picture("JPEG", comment=SCRIPT),
    "a JPEG and a script of a server": JPEG + b"<?php system($_GET[0]); ?>",
    "a JPEG and a PDF": files.picture("JPEG", comment=PDF),
    "a PNG and a ZIP": PNG + files.archive("a.txt", b"x"),
    "a PNG and a web page": PNG + SCRIPT,
    "a PNG and a RAR": PNG + b"Rar!\x1a\x07\x01\x00",
    "a TIFF and a web page": TIFF + SCRIPT,
}
BOMBS = {
    "a stream of a gigabyte": files.deflated(bytes(GIB)),
    "a stream of a gigabyte, deflated twice": files.deflated(bytes(GIB), 2),
    "a stream that is deflated five times": files.deflated(b"x" * 1000, 5),
    "many streams that grow together": files.many_streams(bytes(MAX_UNPACKED_BYTES // 20), 21),
    "more objects than are read": files.many_objects(MAX_OBJECTS + 1),
    "objects within one another": files.nested(100),
    "an array of ten million numbers in a stream of objects": files.in_object_stream(b"[" + b"0 " * 10_000_000 + b"]"),
    "a picture of ten thousand million pixels": files.png_of_size(100_000, 100_000),
}
OTHER_TYPES = {
    "a ZIP": files.archive("a.txt", b"x"),
    "a document of an office program": files.archive("word/document.xml", b"<xml/>"),
    "a web page": SCRIPT,
    "a vector graphic with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a program": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff",
    "a PDF behind something else": SCRIPT + PDF,
    "the beginning of a PDF": b"%PDF-1.7\n",
    "a PDF without its table of objects": PDF.replace(b"xref", b"nope").replace(b"trailer", b"nothing"),
    "half a PNG": PNG[:20],
}
CLEAN = {
    "a PDF": PDF,
    "a PDF with a link to a web page": files.pdf(files.with_web_link),
    "a PDF with data in JSON": files.attached("data.json", b'{"a": 1}', "application/json"),
    "an invoice with data in XML": files.attached("factur-x.xml", b'<?xml version="1.0"?><a/>', "text/xml"),
    "a PDF of our own": typeset("note-v1", NOTE),
    "a PDF that opens at its first page": files.pdf(files.with_start),
    "a PDF with an object in a stream of objects": files.in_object_stream(b"[1 2 3]"),
    "a PDF with a stream of a megabyte": files.deflated(bytes(1_000_000)),
    "a PNG": PNG,
    "a JPEG": JPEG,
    "a TIFF": TIFF,
    "a TIFF of several pages": files.pages(5),
}
STATEMENT = employed().xml()
STATEMENTS = {
    "entities that grow": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;&c;&c;</a>', "FILE_UNSAFE"
    ),
    "an entity that is another file": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "FILE_UNSAFE"
    ),
    "a document type of somebody's": (
        STATEMENT.replace(b"<Document", b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd"><Document', 1), "FILE_UNSAFE"
    ),
    "a style sheet": (
        STATEMENT.replace(b"<Document", b'<?xml-stylesheet href="https://example.org/a.xsl"?><Document', 1),
        "FILE_UNSAFE",
    ),
    "a script": (STATEMENT.replace(b"<Id>", b"<script>alert(1)</script><Id>", 1), "FILE_UNSAFE"),
    "an archive behind it": (STATEMENT + files.archive("a.txt", b"x"), "FILE_UNSAFE"),
    "the test file": (STATEMENT.replace(b"Thanks", EICAR, 1), "FILE_INFECTED"),
    "elements within one another": (b"<?xml version='1.0'?>" + b"<a>" * 100_000, "FILE_TYPE_REFUSED"),
    "another encoding": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "FILE_TYPE_REFUSED"),
    "half of it": (STATEMENT[:2000], "FILE_TYPE_REFUSED"),
}  # fmt: skip
REFUSED = [
    pytest.param(content, reason, id=f"{kind}: {name}")
    for kind, reason, table in (
        ("infected", "FILE_INFECTED", INFECTED),
        ("active", "FILE_UNSAFE", ACTIVE),
        ("two formats", "FILE_UNSAFE", TWO_FORMATS),
        ("bomb", "FILE_UNSAFE", BOMBS),
        ("other type", "FILE_TYPE_REFUSED", OTHER_TYPES),
    )
    for name, content in table.items()
]


@pytest.fixture
def scanner(layout: Layout) -> Scanner:
    """The real clamd."""
    return ClamdScanner(clamav.settings(layout))


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_what_is_more_than_it_seems_is_refused_and_leaves_nothing(
    documents: Documents, content: bytes, reason: str
) -> None:
    application_id = documents.draft()
    with refusal(InvalidArgument, reason):
        documents.upload(application_id, content=content)
    assert documents.stored() == []
    assert not list(documents.traffic.store.database.documents.find())


@pytest.mark.parametrize(("content", "reason"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_is_more_than_that_is_refused(documents: Documents, content: bytes, reason: str) -> None:
    with refusal(InvalidArgument, reason):
        documents.upload(documents.draft(), "BANK_STATEMENT", content, file_name="a.xml")
    assert documents.stored() == []


def test_a_statement_is_taken_as_that_and_as_nothing_else(documents: Documents) -> None:
    assert documents.upload(documents.draft(), "BANK_STATEMENT", STATEMENT, file_name="a.xml").scanned
    with refusal(InvalidArgument, "FILE_TYPE_REFUSED"):
        documents.upload(documents.draft(), "IDENTITY", STATEMENT, file_name="a.xml")


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_what_customers_send_is_taken(documents: Documents, content: bytes) -> None:
    assert documents.upload(documents.draft(), content=content).scanned


@pytest.mark.parametrize("signature", clamav.SIGNATURES)
def test_the_scanner_knows_each_signature_of_the_stack(scanner: ClamdScanner, signature: str) -> None:
    with refusal(InvalidArgument, "FILE_INFECTED"):
        list(scanner.watch([files.archive("inner.txt", clamav.SIGNATURES[signature])]))


class TestWhileTheScannerIsAway:
    """Nothing is accepted that it has not seen, and it sees it later."""

    @pytest.fixture
    def scanner(self, tmp_path: Path) -> Scanner:
        return ClamdScanner(ClamdSettings(f"unix:{tmp_path / 'nothing'}", 1.0))

    def test_an_upload_is_neither_read_nor_accepted(self, documents: Documents) -> None:
        document = documents.upload(documents.draft())
        assert not document.scanned
        for client in (documents.client(), documents.client(staff("OFFICER"))):
            with refusal(FailedPrecondition, "DOCUMENT_QUARANTINED"):
                list(client.GetContent(pb.GetContentRequest(document_id=document.document_id)))
        with refusal(FailedPrecondition, "DOCUMENT_QUARANTINED"):
            officer = documents.client(staff("OFFICER"))
            officer.ValidateDocument(pb.ValidateDocumentRequest(document_id=document.document_id))
        assert not _rescan(documents, documents.app.scanner)

    @pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE)
    def test_what_no_scanner_is_needed_for_is_refused(self, documents: Documents, content: bytes) -> None:
        with refusal(InvalidArgument, "FILE_UNSAFE"):
            documents.upload(documents.draft(), content=content)

    def test_the_scanner_sees_it_later(self, documents: Documents, layout: Layout) -> None:
        application_id = documents.draft()
        clean = documents.upload(application_id).document_id
        infected = documents.upload(application_id, content=files.deflated(EICAR)).document_id
        assert _rescan(documents, ClamdScanner(clamav.settings(layout)))
        found = {each.document_id: each for each in _listed(documents, application_id)}
        assert found[clean].scanned
        assert list(documents.client().GetContent(pb.GetContentRequest(document_id=clean)))
        assert not found[infected].scanned
        assert found[infected].rejection_reason == document_pb2.DOCUMENT_REJECTION_REASON_INFECTED
        assert documents.stored() == [f"{application_id}/{clean}"]
        published = documents.traffic.published(DocumentRejected, DocumentUploaded)
        assert [each.document_id for each in published] == [clean, infected, infected]
        assert not _rescan(documents, ClamdScanner(clamav.settings(layout)))


def _rescan(documents: Documents, scanner: Scanner) -> bool:
    app = documents.app
    with context.background("document", "document.rescan"):
        return Quarantine(app.begin, app.clock, app.files, scanner).rescan()


def _listed(documents: Documents, application_id: str) -> list[document_pb2.Document]:
    return list(documents.client().ListDocuments(pb.ListDocumentsRequest(application_id=application_id)).documents)
