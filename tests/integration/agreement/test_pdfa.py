"""Papers are PDF/A-3 (level A) and PDF/UA-1 by the word of veraPDF, also when they are sealed and signed.

A few where veraPDF was brought by `make pdfa`, which has all looked at.
"""

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from services.agreement.pdf import contract_pdf, signed_pdf
from services.papers import LANGUAGES, forms
from services.papers.seals import B_LT, Sealer, seals_of
from stack import pdfa
from tests.factories.certificates import NAME
from tests.factories.documents import document
from tests.fakes.sealing import Sealing
from tests.fakes.timestamps import authority
from tests.unit.agreement.test_pdf import contract_data
from tests.unit.agreement.test_seals import page

ALL = os.environ.get("LOANFLOW_PDFA") == "all"
# One of each direction of writing, and one with a table of many rows.
FEW = (("completion-v1", "ar"), ("schedule-v1", "de"))
CHOSEN = [(form, language) for form in forms.FORMS for language in LANGUAGES] if ALL else FEW

PARTS = ((b"pdfuaid", 1), (b"pdfaid", 3))

pytestmark = pytest.mark.skipif(not pdfa.is_installed(), reason="veraPDF is not installed: make pdfa brings it")


def failures(folder: Path, **contents: bytes) -> dict[str, str]:
    """What fails, by name."""
    files = {folder / f"{name}.pdf": content for name, content in contents.items()}
    for file, content in files.items():
        file.write_bytes(content)
    return {file.stem: why for file, why in pdfa.failures(files).items()}


def sealer(folder: Path) -> Sealer:
    (folder / "key").write_text("k" * 40)
    return Sealer(folder / "key", NAME)


def test_papers_are_archival_and_accessible(tmp_path: Path) -> None:
    made = {f"{form}-{language}": document(form, language).pdf() for form, language in CHOSEN}
    assert not failures(tmp_path, **made)


def test_what_is_sealed_stays_so(tmp_path: Path) -> None:
    seal = sealer(tmp_path).seal
    chosen = CHOSEN if ALL else CHOSEN[:1]
    made = {f"{form}-{language}": seal(document(form, language).pdf(), "r") for form, language in chosen}
    contract = seal(contract_pdf(contract_data()), "to be signed")
    given = {"information.pdf": seal(document("precontract-eu-v1", "en").pdf(), "given")}
    signed = seal(signed_pdf(contract, page(pdf_sha256=hashlib.sha256(contract).hexdigest()), None, given), "signed")
    countersigned = sealer(tmp_path).countersign(signed, "countersigned")
    assert not failures(tmp_path, contract=contract, signed=signed, countersigned=countersigned, **made)


def test_a_seal_for_long_stays_so(tmp_path: Path) -> None:
    with authority() as asked:
        sealing = Sealing(asked, tmp_path)
        content = sealing.sealed(document("completion-v1", "en").pdf())
    assert seals_of(content, sealing.sealer.certificates)[0].level == B_LT
    assert not failures(tmp_path, long=content)


def test_a_paper_that_is_not_is_found(tmp_path: Path) -> None:
    content, with_action = document("completion-v1", "en").pdf(), BytesIO()
    title, level = (content.replace(b"<%s:part>%d" % each, b"<%s:part>2" % each[0]) for each in PARTS)
    writer = PdfWriter(clone_from=BytesIO(content))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.write(with_action)
    found = failures(tmp_path, action=with_action.getvalue(), title=title, level=level, good=content)
    assert "3a 6.5" in found["action"] and "ua1 5/" in found["title"]
    assert found["level"] == "it claims no level of PDF/A-3" and "good" not in found
