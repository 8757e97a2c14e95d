"""Papers sealed with a key that a real OpenBao has: who may, in which version, and by whose certificate."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from services.papers.revocations import Revocations
from services.papers.seal_keys import TransitKeys
from services.papers.seals import B_LT, Seal, Sealer, seals_of
from services.papers.timestamps import Timestamps
from services.runtime import errors
from stack import papers
from tests.factories.documents import document
from tests.fakes.timestamps import FakeAuthority, authority
from tests.integration.runtime.bao import Bao


@pytest.fixture(scope="module")
def asked() -> Iterator[FakeAuthority]:
    with authority() as found:
        yield found


@pytest.fixture
def settled(bao: Bao) -> Bao:
    """With the authority for papers, and a certificate of the key of the agreement service."""
    papers.settle(bao.layout, bao.admin)
    return bao


def chain_file(bao: Bao) -> Path:
    return bao.layout.secret_file(papers.chain_secret("agreement"))


@contextmanager
def sealer(bao: Bao, asked: FakeAuthority, folder: Path) -> Iterator[Sealer]:
    (folder / "key").write_text("k" * 40)
    keys, lists = TransitKeys(bao.client("agreement"), chain_file(bao)), Revocations(bao.layout.pki / "ca.pem")
    stamps = Timestamps(asked.settings(folder))
    with closing(Sealer(folder / "key", "LoanFlow Lending Ltd", stamps, service_keys=keys, revocations=lists)) as made:
        yield made


def sealed(by: Sealer) -> tuple[bytes, Seal]:
    content = by.seal(document("completion-v1", "en").pdf(), "r")
    (found,) = seals_of(content, by.certificates)
    return content, found


def test_a_paper_is_sealed_there_and_a_rotation_leaves_what_was_sealed(
    settled: Bao, asked: FakeAuthority, tmp_path: Path
) -> None:
    with sealer(settled, asked, tmp_path) as by:
        content, first = sealed(by)
        assert (first.intact, first.trusted, first.level) == (True, True, B_LT)
        assert (first.signer, first.key) == ("LoanFlow Lending Ltd", "seal-agreement, version 1")
        papers.rotate(settled.layout, settled.admin, "agreement")
        _, second = sealed(by)
        assert (second.trusted, second.level, second.key) == (True, B_LT, "seal-agreement, version 2")
        (before,) = seals_of(content, by.certificates)
        assert before == first and before.certificate_sha256 != second.certificate_sha256


def test_what_is_certified_is_not_certified_again(settled: Bao) -> None:
    before = chain_file(settled).read_bytes()
    papers.settle(settled.layout, settled.admin)
    assert chain_file(settled).read_bytes() == before


def test_only_the_service_signs_and_it_may_nothing_besides(settled: Bao) -> None:
    question = {"input": "A" * 44, "prehashed": True, "marshaling_algorithm": "asn1"}
    agreement = settled.client("agreement")
    assert agreement.write("transit/sign/seal-agreement", **question)["signature"].startswith("vault:v")
    for other in ("kyc", "document", "risk"):
        with pytest.raises(errors.Unavailable):
            settled.client(other).write("transit/sign/seal-agreement", **question)
    for path in (
        "transit/keys/seal-agreement/rotate", "transit/keys/seal-agreement/config", "transit/keys/seal-agreement/csr",
        "papers/sign/seal", "papers/root/generate/internal", "papers/revoke", "transit/sign/seal-agreement/sha2-512",
    ):  # fmt: skip
        with pytest.raises(errors.Unavailable):
            agreement.write(path, **question)
    for path in ("transit/export/signing-key/seal-agreement", "transit/backup/seal-agreement"):
        with pytest.raises(errors.Unavailable):
            agreement.read(path)


def test_a_revoked_certificate_seals_nothing_more_and_what_it_sealed_stays(
    settled: Bao, asked: FakeAuthority, tmp_path: Path
) -> None:
    with sealer(settled, asked, tmp_path) as by, sealer(settled, asked, tmp_path) as later:
        content, _ = sealed(by)
        pem = chain_file(settled).read_text().partition("-----END CERTIFICATE-----")
        settled.admin.adapter.post("/v1/papers/revoke", json={"certificate": pem[0] + pem[1]})
        settled.admin.adapter.get("/v1/papers/crl/rotate")
        with pytest.raises(errors.Unavailable, match="everybody could check"):
            sealed(later)
        (before,) = seals_of(content, by.certificates)
        assert before.trusted and before.level == B_LT
        papers.rotate(settled.layout, settled.admin, "agreement")
        assert sealed(by)[1].level == B_LT
