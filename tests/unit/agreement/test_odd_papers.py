"""A PDF whose objects are other than they have to be is one that cannot be read, and nobody's traceback."""

import re
from contextlib import suppress
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agreement import verify
from services.agreement.documents import Documents
from services.agreement.handlers import App
from services.papers import lender_of
from services.papers.seals import Unsealed, seals_of
from tests.fakes.bucket import MemoryBucket, sealed_files
from tests.fakes.scanner import FakeScanner
from tests.unit.agreement.test_leaflets import AT, agreement
from tests.unit.agreement.test_seals import sealed, sealer, signed

RANGE = re.compile(rb"/ByteRange (\[[^\]]*\])")
# A value of an object: an array, a string, a name, a reference, a number.
VALUE = re.compile(rb"(?<=[ \n])(\[[^\[\]<>]*\]|\([^()]*\)|/\w+|\d+ \d+ R|-?\d+)(?=[ \n])")
# Objects of each kind of ISO 32000, 7.3, also where they are none of the place.
ODD = (
    b"[]", b"7", b"-1", b"(s)", b"()", b"null", b"true", b"0.5", b"/N", b"<<>>", b"<>", b"<00>", b"[7]", b"[null]",
    b"[[]]", b"1 0 R", b"0 0 R", b"573 0 R", b"574 0 R", b"575 0 R", b"9999 0 R", b"[574 0 R]", b"[0 1 2]",
    b"[0 1 2 3 4]", b"[(a) /b 7 null]", b"(abcd)", b"[/a /b /c /d]", b"99999999", b"R", b">>", b"]",
)  # fmt: skip


def check(content: bytes) -> None:
    """Nothing but Unsealed comes of a changed file, and no seal of it is good, whoever is asked."""
    with suppress(Unsealed):
        assert not all(each.intact for each in seals_of(content, sealer().certificates))
    for roots in ((), sealer().certificates):
        report = verify.checked(content, roots)
        assert not report.intact and all(report.faults)
    found = stored(content)
    assert not (found.seals and all(each.intact for each in found.seals))


def stored(content: bytes) -> verify.Report:
    """What the lender finds of a file that is stored so."""
    documents = Documents(sealed_files(MemoryBucket()), FakeScanner(), lender_of(), sealer())
    found = documents.checked(documents._store("a1", "c1", "signed", content))
    assert found is not None
    return found


@cache
def revision(content: bytes) -> list[re.Match[bytes]]:
    """The values of the objects that a seal added to a file, which are written as they are."""
    begins = content.rfind(b"%%EOF", 0, len(content) - 10)
    digits = content.rfind(b"/Contents <")
    return [
        each for each in VALUE.finditer(content, begins) if not digits <= each.start() <= content.find(b">", digits)
    ]


def put(content: bytes, begins: int, ends: int, value: bytes) -> bytes:
    """The file with another value there, in as many bytes, so that all that comes later is where it was."""
    return content[:begins] + value.ljust(ends - begins) + content[ends:]


@pytest.mark.parametrize("value", [each for each in ODD if each not in (b">>", b"]")])
def test_a_seal_that_does_not_say_what_it_covers_cannot_be_read(value: bytes) -> None:
    found = RANGE.search(sealed())
    assert found is not None
    content = put(sealed(), *found.span(1), value)
    check(content)
    assert stored(content).seals == () and stored(content).is_unreadable and not stored(content).is_unchanged
    assert verify.checked(content).faults[0].startswith("it cannot be read as a PDF: ")


@pytest.mark.parametrize("value", [each for each in ODD if len(each) <= len(b"575 0 R") and each != b"575 0 R"])
def test_a_field_whose_seal_is_no_signature_cannot_be_read(value: bytes) -> None:
    at = sealed().rindex(b"/V 575 0 R") + len(b"/V ")
    check(put(sealed(), at, at + len(b"575 0 R"), value))


@pytest.mark.parametrize("value", [b"/Kids [574 0 R]", b"/Parent 574 0 R", b"/Kids [573 0 R]"])
def test_fields_without_end_cannot_be_read(value: bytes) -> None:
    """A field that is among its own, or in itself."""
    at = sealed().rindex(b"/FT /Sig\n/T (Lender)")
    check(put(sealed(), at, at + len(b"/FT /Sig\n/T (Lender)"), value))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_value_of_another_kind_anywhere_in_the_seal_is_no_error(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([sealed(), signed()]))
    found = data.draw(st.sampled_from(revision(whole)))
    fitting = [each for each in ODD if len(each) <= found.end() - found.start()]
    value = data.draw(st.sampled_from(fitting))
    if value != found.group().strip():
        check(put(whole, *found.span(), value))


def test_a_file_that_is_what_was_recorded_is_not_intact_with_a_broken_seal() -> None:
    """Also where the seal was broken before it was recorded."""
    documents = Documents(sealed_files(MemoryBucket()), FakeScanner(), lender_of(), sealer())
    at = sealed().rindex(b"/M (D") - 1
    for content, intact in ((sealed(), True), (put(sealed(), at, at + 1, b" "), False)):
        made = documents._store("a1", "c1", "agreement", content)
        kept = replace(agreement(), contract=replace(agreement().made, pdf=made))
        clock = SimpleNamespace(now=lambda: AT)
        app: Any = SimpleNamespace(read=lambda _, kept=kept: kept, documents=documents, clock=clock)
        found = App.verify(app, "a1")
        assert (found.intact, found.recorded_sha256, found.check_time) == (intact, found.actual_sha256, AT)
