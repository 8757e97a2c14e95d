"""What VerifyAgreement says of the file that counts is what the command says of a copy of it, by the same code."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from loanflow.agreement.v1 import agreement_pb2
from services.agreement import verify
from services.agreement.events import SignerRole
from services.agreement.ports import Party
from services.papers.seals import Sealer
from tests.harness import customer
from tests.integration.agreement.conftest import TERMS, Agreements

F = agreement_pb2.SealFinding


def signed(agreements: Agreements) -> str:
    application_id = agreements.made()
    agreements.confirm(application_id, agreements.start(application_id))
    return application_id


def sealer_of(agreements: Agreements) -> Sealer:
    found = agreements.app.documents._sealer
    assert found is not None
    return found


def said_by_command(agreements: Agreements, content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    file, trusted = folder / "copy.pdf", folder / "trusted.pem"
    file.write_bytes(content)
    roots = sealer_of(agreements).certificates
    trusted.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in roots))
    verify.main([str(file), "--trust", str(trusted)])
    return capsys.readouterr().out


def test_both_say_the_same_of_a_signed_agreement(
    agreements: Agreements, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    application_id = signed(agreements)
    found = agreements.verify(application_id)
    assert (found.intact, found.finding, list(found.faults)) == (True, F.SEAL_FINDING_SEALED, [])
    assert (found.terms_sha256, found.terms_intact) == (TERMS.hash(), True)
    assert [(each.level, each.countersigns) for each in found.seals] == [("B-B", False), ("B-B", True)]
    (signature,) = found.signatures
    assert (signature.full_name, signature.customer_id) == ("Ada Lovelace", agreements.owner.subject)
    assert signature.method == agreement_pb2.SIGNING_METHOD_ONE_TIME_CODE
    assert signature.sign_time == found.signature.sign_time
    said = said_by_command(agreements, agreements.pdf(application_id), tmp_path, capsys)
    assert said.endswith("\nINTACT\n") and "NOT INTACT" not in said
    for each in found.seals:
        assert each.signer in said and each.reason in said and f"PAdES {each.level}" in said
    for part in (signature.document_sha256, signature.consent_version, signature.full_name, found.terms_sha256):
        assert part in said


def test_who_has_signed_of_several_is_said_by_name_and_time(agreements: Agreements) -> None:
    guarantor = customer()
    agreements.applications.parties = ((guarantor.subject, SignerRole.GUARANTOR),)
    agreements.parties.others = {guarantor.subject: Party("Mary Somerville", ("1 Dorset Street",))}
    application_id = agreements.made()
    agreements.confirm(application_id, agreements.start(application_id, guarantor), guarantor)
    # Until all have signed the agreement itself counts, and nobody's signature is in it.
    assert list(agreements.verify(application_id).signatures) == []
    agreements.confirm(application_id, agreements.start(application_id))
    found = agreements.verify(application_id)
    assert [(each.full_name, each.role) for each in found.signatures] == [
        ("Mary Somerville", agreement_pb2.SIGNER_ROLE_GUARANTOR), ("Ada Lovelace", agreement_pb2.SIGNER_ROLE_BORROWER),
    ]  # fmt: skip
    assert [each.countersigns for each in found.seals] == [False, True]


def recorded_as(agreements: Agreements, application_id: str, content: bytes) -> None:
    """Has the store and the record of the unsigned agreement be of other bytes, as if they had been made so."""
    made = agreements.app.documents._store(application_id, agreements.owner.subject, "agreement", content)
    rows = agreements.traffic.store.database["agreements"]
    rows.update_one({"_id": application_id}, {"$set": {"contract.pdf": vars(made)}})


def test_no_seal_is_told_from_one_that_cannot_be_read(
    agreements: Agreements, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    application_id = agreements.made()
    sealed = agreements.pdf(application_id)
    unsealed = sealed[: sealed.index(b"%%EOF") + 6]
    unreadable = b"%PDF-1.7\nnothing that could be read\n%%EOF"
    broken = sealed.replace(b"/M (D", b"/M (E")
    for content, finding, intact, fault in (
        (unsealed, F.SEAL_FINDING_UNSEALED, True, "it has no seal"),
        (unreadable, F.SEAL_FINDING_UNREADABLE, False, "it cannot be read as a PDF: "),
        (broken, F.SEAL_FINDING_SEALED, False, "the seal of LoanFlow Lending Ltd is broken"),
    ):
        recorded_as(agreements, application_id, content)
        found = agreements.verify(application_id)
        assert (found.finding, found.intact) == (finding, intact), fault
        assert found.faults[0].startswith(fault)
        # Only the lender knows by itself whom to trust.
        said = said_by_command(agreements, content, tmp_path, capsys)
        assert all(f"FAULT      {each}\n" in said or "trusted" in each for each in found.faults)


def test_a_file_that_is_gone_or_changed_is_not_read(agreements: Agreements) -> None:
    application_id = signed(agreements)
    (key,) = (each for each in agreements.keys(application_id) if "/signed-" in each)
    agreements.files.upload(key, [b"%PDF-1.7 another"])
    for _ in range(2):
        found = agreements.verify(application_id)
        assert (found.intact, found.finding, list(found.seals)) == (False, F.SEAL_FINDING_NOT_READ, [])
        agreements.files.delete(key)


def test_a_seal_of_an_earlier_key_is_a_fault_of_a_copy_and_no_change(agreements: Agreements, tmp_path: Path) -> None:
    application_id = signed(agreements)
    (tmp_path / "another").write_text("n" * 40)
    agreements.app.documents._sealer = Sealer(tmp_path / "another", "LoanFlow Lending Ltd")
    found = agreements.verify(application_id)
    assert found.intact and not any(each.trusted for each in found.seals)
    assert set(found.faults) == {"the seal of LoanFlow Lending Ltd is not of a trusted certificate"}
