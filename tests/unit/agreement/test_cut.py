"""A copy that was cut to what it was before says what is missing, and is never taken for the whole."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from services.agreement.pdf import TERMS_FILE, signed_pdf
from services.agreement.verify import NOT_COMPLETE, NOT_INTACT, UNTRUSTED, checked, main, outcome
from tests.unit.agreement.test_seals import page, sealed, sealer, signed, trusted

END = re.compile(rb"%%EOF\r?\n?")


@cache
def whole() -> bytes:
    """An agreement that its only signer has signed, and the lender countersigned."""
    before = sealer().seal(signed_pdf(sealed(), page(), countersigned=True), "signed")
    return sealer().countersign(before, "countersigned")


def ends() -> list[int]:
    """Where a revision of it ends."""
    return [each.end() for each in END.finditer(whole())]


def code(content: bytes) -> int:
    return outcome(checked(content, sealer().certificates), asked=True)[0]


def test_the_whole_is_intact_and_each_earlier_revision_says_what_it_lacks() -> None:
    assert code(whole()) == 0
    lacks = {fault for at in ends()[:-1] for fault in checked(whole()[:at], sealer().certificates).faults}
    assert lacks == {
        "it has no seal",
        "the lender's countersignature, which follows the signatures, is not there: the file was cut before it",
    }
    assert {code(whole()[:at]) for at in ends()[:-1]} == {NOT_INTACT}


@settings(max_examples=60, deadline=None)
@example(1)
@example(0)
@given(st.integers(0, 10**7))
def test_no_part_of_it_from_its_beginning_is_taken_for_the_whole(at: int) -> None:
    assert code(whole()[: at % len(whole())]) == NOT_INTACT


def test_what_was_there_before_the_signature_says_that_nobody_is_bound_by_it() -> None:
    report = checked(sealed(), sealer().certificates)
    assert report.intact and report.waits == ("nobody has signed it",)
    assert outcome(report, asked=True)[0] == outcome(report, asked=False)[0] == NOT_COMPLETE


def test_one_of_before_countersignatures_is_what_it_was() -> None:
    assert code(signed()) == 0


def test_attachments_cannot_be_taken_out_of_it() -> None:
    for name in PdfReader(BytesIO(whole())).attachments:
        writer, changed = PdfWriter(BytesIO(whole()), incremental=True), BytesIO()
        names: Any = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
        at = list(names).index(name)
        del names[at : at + 2]
        writer.write(changed)
        assert changed.getvalue() != whole() and code(changed.getvalue()) == NOT_INTACT
    assert TERMS_FILE in PdfReader(BytesIO(whole())).attachments


def test_without_a_certificate_to_trust_it_does_not_end_as_if_all_were_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "agreement.pdf"
    file.write_bytes(whole())
    assert main([str(file)]) == UNTRUSTED
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("UNTRUSTED: ") and "was not asked" in said[-1] and "INTACT" not in said
    assert main([str(file), "--trust", str(trusted(tmp_path))]) == 0
    assert capsys.readouterr().out.endswith("\nINTACT\n")
    forged = sealer("f" * 40)
    file.write_bytes(forged.countersign(forged.seal(signed_pdf(sealed(), page(), countersigned=True), "r"), "r"))
    assert main([str(file)]) == UNTRUSTED
    assert main([str(file), "--trust", str(trusted(tmp_path))]) == NOT_INTACT
    file.write_bytes(sealed())
    assert main([str(file), "--trust", str(trusted(tmp_path))]) == NOT_COMPLETE
    assert "waits      nobody has signed it\n" in capsys.readouterr().out
