"""Any copy of an agreement says by itself who signed, when, and on which terms; whatever was changed is found."""

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from services.agreement import verify
from services.agreement.events import SigningMethod
from services.agreement.evidence import EVIDENCE_FILE, SignaturePage
from services.agreement.pdf import ORIGINAL, contract_pdf, signed_pdf
from services.papers.seals import Sealer, Unsealed, seals_of
from tests.unit.agreement.test_pdf import contract_data

LENDER = "LoanFlow Lending Ltd"
AT = datetime(2030, 6, 15, 12, tzinfo=UTC)


@cache
def sealer(secret: str = "s" * 40) -> Sealer:
    file = Path("/tmp") / f"seal-{hashlib.sha256(secret.encode()).hexdigest()[:16]}"
    file.write_text(secret)
    try:
        return Sealer(file, LENDER)
    finally:
        file.unlink()


@cache
def sealed() -> bytes:
    return sealer().seal(contract_pdf(contract_data()), "to be signed")


def page(**changes: object) -> SignaturePage:
    digest = hashlib.sha256(sealed()).hexdigest()
    method = SigningMethod.ONE_TIME_CODE.name
    found = SignaturePage("a1", "Ada Lovelace", "c1", method, AT, digest, "cd" * 32, "Firefox", "192.0.2.7")
    return replace(found, **changes)  # type: ignore[arg-type]


@cache
def signed() -> bytes:
    return sealer().seal(signed_pdf(sealed(), page()), "signed")


def test_a_copy_says_who_signed_when_from_where_and_on_which_terms() -> None:
    report = verify.checked(signed(), sealer().certificates)
    assert report.intact
    assert [(each.signer, each.intact, each.trusted) for each in report.seals] == [(LENDER, True, True)]
    (said,) = report.signatures
    assert (said["name"], said["account"], said["time"]) == ("Ada Lovelace", "c1", "2030-06-15T12:00:00+00:00")
    assert (said["device"], said["address"], said["code_hash"]) == ("Firefox", "192.0.2.7", "cd" * 32)
    assert said["document_sha256"] == hashlib.sha256(sealed()).hexdigest()
    assert said["consent"]["version"] == "consent-v1" and said["terms_sha256"] == contract_data().terms.hash()
    assert report.terms["terms"]["principal"] == {"amount": "15000.00", "currency": "EUR"}
    assert PdfReader(BytesIO(signed())).attachments[ORIGINAL] == [sealed()]
    assert sealed().startswith(contract_pdf(contract_data()) + b"\n")
    unsigned = verify.checked(sealed(), sealer().certificates)
    assert unsigned.intact and unsigned.signatures == ()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_one_changed_byte_is_found_without_the_lender(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([sealed(), signed()])))
    at, bit = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7))
    content[at] ^= 1 << bit
    assert not verify.checked(bytes(content), sealer().certificates).intact


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_of_the_seal_itself_is_found_and_no_error(data: st.DataObject) -> None:
    """Also where no signature covers it: in copies of certificates, in the other case, in the zeros behind it."""
    content = bytearray(sealed())
    begins = content.rfind(b"/Contents <") + len(b"/Contents <")
    at = begins + data.draw(st.integers(0, content.find(b">", begins) - begins - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify.checked(bytes(content), sealer().certificates).intact
    assert not verify.checked(bytes(content)).intact


def test_a_signer_in_other_letters_and_a_hash_with_parameters_are_found() -> None:
    """Readers take both for what was written, and no signature covers them."""
    content = sealed()
    digits = content[content.rfind(b"/Contents <") + len(b"/Contents <") :].lower()
    names = [at.start() for at in re.finditer(LENDER.encode().hex().encode(), digits)]
    functions = [at.start() for at in re.finditer(b"0609608648016503040201(?=0500)", digits)]
    assert len(names) > 2 and functions
    for at in (*names, *(each + len("0609608648016503040201") for each in functions)):
        for bit in range(3):
            changed = bytearray(content)
            changed[len(content) - len(digits) + at] ^= 1 << bit
            assert not verify.checked(bytes(changed), sealer().certificates).intact, (at, bit)


def test_what_comes_after_the_seal_is_found() -> None:
    for addition in (b"\n", b"%%EOF\n"):
        assert not verify.checked(signed() + addition + b"x", sealer().certificates).intact
    writer, changed = PdfWriter(BytesIO(signed()), incremental=True), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(changed)
    assert changed.getvalue().startswith(signed())
    assert not verify.checked(changed.getvalue(), sealer().certificates).intact


def test_the_seal_of_another_is_not_trusted_whatever_its_name() -> None:
    forged = sealer("f" * 40).seal(contract_pdf(contract_data("Eve")), "forged")
    assert verify.checked(forged).intact
    report = verify.checked(forged, sealer().certificates)
    assert report.faults == (f"the seal of {LENDER} is not of a trusted certificate",)


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"pdf_sha256": "00" * 32}, "what was signed is not the document that is attached"),
        ({"terms_hash": "00" * 32}, "what was signed has other terms"),
        ({"consent": {"version": "consent-v1", "language": "en", "sha256": "00" * 32}}, "the consent is not"),
    ],
)
def test_evidence_that_does_not_fit_is_named(
    changes: dict[str, object], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the lender's own seal does not make it fit."""
    from services.agreement import evidence, pdf

    made = evidence.evidence_file(page(), "en", contract_data().terms_hash)
    names = {"pdf_sha256": "document_sha256", "terms_hash": "terms_sha256"}
    said = json.dumps({**json.loads(made), **{names.get(name, name): value for name, value in changes.items()}})
    monkeypatch.setattr(pdf, "evidence_file", lambda *_: said.encode())
    report = verify.checked(sealer().seal(signed_pdf(sealed(), page()), "signed"), sealer().certificates)
    assert any(found.startswith(fault) for found in report.faults), report.faults


def test_the_seal_is_the_same_at_every_replica_and_another_for_another_secret(tmp_path: Path) -> None:
    (tmp_path / "same").write_text("s" * 40 + "\n")
    assert Sealer(tmp_path / "same", LENDER).certificates == sealer().certificates
    assert sealer("t" * 40).certificates != sealer().certificates
    (tmp_path / "short").write_text("s" * 31)
    with pytest.raises(ValueError, match="fewer than 32"):
        Sealer(tmp_path / "short", LENDER)


def test_a_key_with_its_certificate_is_taken_as_it_is(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Another Bank")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "seal.pem").write_bytes(pem)
    (found,) = seals_of(Sealer(tmp_path / "seal.pem", LENDER).seal(contract_pdf(contract_data()), "r"), [made])
    assert (found.signer, found.intact, found.trusted) == ("Another Bank", True, True)


def test_what_is_no_sealed_pdf_says_so() -> None:
    for content in (b"", b"text", b"%PDF-1.7\n%%EOF", contract_pdf(contract_data())):
        with pytest.raises(Unsealed):
            seals_of(content)
        assert not verify.checked(content).intact


def trusted(folder: Path) -> Path:
    """What `--trust` takes of the lender."""
    file = folder / "trusted.pem"
    file.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in sealer().certificates))
    return file


def test_the_command_checks_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "agreement.pdf"
    file.write_bytes(signed())
    assert verify.main([str(file), "--trust", str(trusted(tmp_path))]) == 0
    said = capsys.readouterr().out
    assert "Ada Lovelace" in said and LENDER in said and said.endswith("INTACT\n") and "NOT INTACT" not in said
    file.write_bytes(signed().replace(b"/Title", b"/Titel", 1))
    assert verify.main([str(file)]) == 1
    assert capsys.readouterr().out.endswith("NOT INTACT\n")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_another_program_finds_the_seal_valid(tmp_path: Path) -> None:
    file = tmp_path / "agreement.pdf"
    file.write_bytes(signed())
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in done.stdout and "ETSI.CAdES.detached" in done.stdout
    assert EVIDENCE_FILE in PdfReader(BytesIO(signed())).attachments
