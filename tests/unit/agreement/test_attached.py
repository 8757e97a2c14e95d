"""What is attached to a sealed file: a certificate's agreement is checked as any copy, odd files are faults."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict, ParseError
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from loanflow.types.v1.terms_pb2 import LoanTerms
from services.agreement import leaflets, verify
from services.agreement.contract import StoredFile
from services.agreement.events import SigningMethod
from services.agreement.evidence import EVIDENCE_FILE, attachments
from services.agreement.pdf import ORIGINAL, SIGNED_FILE, TERMS_FILE
from services.agreement.signers import Signature
from services.lending import LendingError
from services.papers import DATA_FILE, LANGUAGES, lender_of
from services.terms import to_terms
from tests.fakes.files import pdf
from tests.unit.agreement.test_leaflets import ADA, agreement
from tests.unit.agreement.test_seals import LENDER, sealed, sealer, signed, trusted

AT = datetime(2030, 6, 15, 12, tzinfo=UTC)


def certificate(content: bytes, *, method: SigningMethod = SigningMethod.ONE_TIME_CODE, language: str = "en") -> bytes:
    """The lender's certificate of the signature of a file, not yet sealed, with the file."""
    file = StoredFile("k", hashlib.sha256(content).hexdigest(), len(content))
    whole = replace(agreement(language), signature=Signature(method, "c1", "", AT))
    made = leaflets.certificate(whole, file, [ADA], lender_of())
    return made.pdf({SIGNED_FILE: content})


def checked(content: bytes) -> verify.Report:
    return verify.checked(sealer().seal(content, "a certificate"), sealer().certificates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_shows_what_the_agreement_shows_that_it_certifies(language: str) -> None:
    report = checked(certificate(signed(), language=language))
    assert report.intact and report.certified is not None
    assert report.certified == verify.checked(signed(), sealer().certificates)
    assert [each.signer for each in report.seals] == [LENDER]
    assert [each["name"] for each in report.certified.signatures] == ["Ada Lovelace"]


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_byte_that_was_changed_before_it_was_certified_is_found(data: st.DataObject) -> None:
    """Even the lender's own certificate does not make it fit."""
    content = bytearray(signed())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    faults = checked(certificate(bytes(content))).faults
    assert faults and all(each.startswith("the signed agreement: ") for each in faults)


def test_a_certificate_of_what_nobody_signed_or_of_another_file_says_so() -> None:
    assert checked(certificate(sealed())).faults == ("the signed agreement: nobody has signed it",)
    other = PdfWriter(clone_from=BytesIO(certificate(signed())))
    assert EVIDENCE_FILE not in other.attachments
    (there,) = [each for each in other.attachment_list if each.name == SIGNED_FILE]
    there.content = sealed()
    assert checked(written(other)).faults == ("the signed agreement is not the one that it certifies",)


def test_a_copy_that_was_signed_by_hand_is_held_against_its_hash_alone() -> None:
    copy = pdf()
    report = checked(certificate(copy, method=SigningMethod.MANUAL))
    assert report.intact and report.certified is None
    assert report.copy_sha256 == hashlib.sha256(copy).hexdigest()
    assert checked(certificate(copy)).faults == ("the signed agreement: it has no seal",)


def test_the_command_says_what_it_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, call = tmp_path / "certificate.pdf", [str(tmp_path / "certificate.pdf"), "--trust", str(trusted(tmp_path))]
    file.write_bytes(sealer().seal(certificate(signed()), "certificate"))
    assert verify.main(call) == 0
    said = capsys.readouterr().out
    head, _, tail = said.partition("certifies  the signed agreement that is attached, of which is all that follows\n")
    assert head.count("sealed by") == tail.count("sealed by") == 1
    assert "Ada Lovelace" in tail and tail.endswith("\nINTACT\n")
    file.write_bytes(sealer().seal(certificate(pdf(), method=SigningMethod.MANUAL), "certificate"))
    assert verify.main(call) == 0
    assert "signed by hand: its bytes, and nothing else" in capsys.readouterr().out
    file.write_bytes(sealer().seal(certificate(sealed()), "certificate"))
    assert verify.main(call) == 1
    assert "FAULT      the signed agreement: nobody has signed it\nNOT INTACT\n" in capsys.readouterr().out


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def carrying(files: Mapping[str, bytes]) -> bytes:
    def attach(writer: PdfWriter) -> None:
        for name, content in files.items():
            writer.add_attachment(name, content)

    return pdf(attach)


@cache
def carried() -> dict[str, bytes]:
    return attachments(signed())


ODD: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=5,
)


def other_than(value: Any, data: st.DataObject) -> Any:
    """The same with something else at one place of it."""
    places = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not places or data.draw(st.booleans()):
        return data.draw(ODD)
    place, found = data.draw(st.sampled_from(places)), value.copy()
    if data.draw(st.booleans()):
        found.pop(place)
    else:
        found[place] = other_than(found[place], data)
    return found


# What of each no other value can stand for.
BINDING = {
    EVIDENCE_FILE: ("document_sha256", "terms_sha256", "consent"),
    TERMS_FILE: ("sha256", "terms"),
    DATA_FILE: (),
}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([EVIDENCE_FILE, TERMS_FILE, DATA_FILE]), st.data())
def test_files_for_machines_that_say_something_odd_are_no_error(name: str, data: st.DataObject) -> None:
    """Whoever seals can attach what they like: without a certificate to trust, anybody could."""
    files = carried()
    said = json.loads(files[name])
    changed = other_than(said, data)
    report = checked(carrying({**files, name: json.dumps(changed).encode()}))
    kept = isinstance(changed, dict) and all(means(each, changed, said) for each in BINDING[name])
    assert kept or not report.intact


def means(key: str, changed: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether it still says the same there: of terms what is left out may be what it is without being said."""
    if key != "terms" or changed.get(key) == said[key]:
        return bool(changed.get(key) == said[key])
    try:
        return bool(to_terms(ParseDict(changed["terms"], LoanTerms())).hash() == said["sha256"])
    except (ParseError, LendingError, KeyError):
        return False


@pytest.mark.parametrize("name", [EVIDENCE_FILE, TERMS_FILE, DATA_FILE, ORIGINAL, SIGNED_FILE])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff", b"7", b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_a_fault(name: str, content: bytes) -> None:
    report = checked(carrying({**carried(), name: content}))
    assert report.faults and not report.intact
