"""Seals with the time of an authority that speaks RFC 3161, over HTTP; what happens while it is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import cms

from services.agreement import verify
from services.papers.seals import B_B, B_T, Sealer, seals_of
from services.papers.timestamps import Timestamps
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from stack.servers.timestamp_api import REPLY, Refusal, Reply
from tests.factories.documents import document
from tests.fakes.timestamps import FakeAuthority, authority
from tests.integration.agreement.conftest import Agreements

LENDER = "LoanFlow Lending Ltd"


@pytest.fixture
def asked() -> Iterator[FakeAuthority]:
    with authority() as found:
        yield found


def sealer_at(asked: FakeAuthority, folder: Path) -> Sealer:
    (folder / "key").write_text("k" * 40)
    return Sealer(folder / "key", LENDER, Timestamps(asked.settings(folder)))


@pytest.fixture
def stamped(agreements: Agreements, asked: FakeAuthority, tmp_path: Path) -> Sealer:
    """The service under test has an authority; gives its sealer."""
    sealer = sealer_at(asked, tmp_path)
    agreements.app.documents._sealer = sealer
    return sealer


def test_a_timestamp_authority_vouches_for_the_time(asked: FakeAuthority, tmp_path: Path) -> None:
    sealer = sealer_at(asked, tmp_path)
    (found,) = seals_of(sealer.seal(document("completion-v1", "en").pdf(), "r"), sealer.certificates)
    assert found.intact and found.trusted and found.timestamped and found.seal_time is not None
    assert (found.level, found.authority) == (B_T, "Timestamps (stand-in)")


@pytest.mark.parametrize(
    "answer",
    [
        Reply(503),
        Reply(200, REPLY, b""),
        Reply(200, REPLY, b"no token"),
        Reply(200, REPLY, Refusal({"status": {"status": "rejection"}}).dump()),
        Reply(302),
    ],
)
def test_what_is_no_token_seals_nothing(asked: FakeAuthority, tmp_path: Path, answer: Reply) -> None:
    sealer, pdf = sealer_at(asked, tmp_path), document("completion-v1", "en").pdf()
    asked.changes = lambda *_: answer
    with pytest.raises(Unavailable):
        sealer.seal(pdf, "r")
    asked.back()
    assert seals_of(sealer.seal(pdf, "r"), sealer.certificates)[0].level == B_T


def test_the_token_of_another_authority_or_for_another_paper_seals_nothing(
    asked: FakeAuthority, tmp_path: Path
) -> None:
    sealer, pdf, kept = sealer_at(asked, tmp_path), document("completion-v1", "en").pdf(), list[Reply]()
    with authority() as other:
        asked.authority = other.authority
        with pytest.raises(Unavailable, match="does not lead to its root"):
            sealer.seal(pdf, "r")

    def repeated(_: str, reply: Reply) -> Reply:
        kept.append(reply)
        return kept[0]

    asked.changes = repeated
    sealer = sealer_at(asked, tmp_path)
    with pytest.raises(Unavailable, match="gives no token"):
        sealer.seal(pdf, "r")


def test_nothing_is_half_done_while_the_authority_is_away(
    agreements: Agreements, asked: FakeAuthority, stamped: Sealer
) -> None:
    """An agreement waits to be made; a signature with the right code is refused, and the same code signs later."""
    application_id = agreements.made()
    before, code = agreements.keys(application_id), agreements.start(application_id)
    asked.away()
    for _ in range(7):
        with pytest.raises(Unavailable):
            agreements.confirm(application_id, code)
    assert agreements.keys(application_id) == before
    assert agreements.read(application_id).signature.signed_by == ""
    asked.back()
    agreements.confirm(application_id, code)
    report = verify.checked(agreements.pdf(application_id), stamped.certificates)
    assert report.intact and [(each.level, each.countersigns) for each in report.seals] == [(B_T, False), (B_T, True)]
    for seal in agreements.verify(application_id).seals:
        assert seal.intact and seal.trusted and seal.timestamped and seal.level == B_T


def test_an_agreement_is_made_once_the_authority_is_back(
    agreements: Agreements, asked: FakeAuthority, stamped: Sealer
) -> None:
    event = agreements.approved(new_id())
    asked.away()
    with pytest.raises(Unavailable):
        agreements.hear(event)
    assert not agreements.keys(event.application_id)
    asked.back()
    agreements.hear(event)
    (seal,) = agreements.verify(event.application_id).seals
    assert seal.timestamped


def without_token(pdf: bytes) -> bytes:
    """The file without the token of its last seal, which no signature covers."""
    begins = pdf.rfind(b"/Contents <") + len(b"/Contents <")
    digits = pdf[begins : pdf.find(b">", begins)]
    found = cms.ContentInfo.load(bytes.fromhex(digits.decode()))
    signer = found["content"]["signer_infos"][0]
    assert len(signer["unsigned_attrs"])
    signer["unsigned_attrs"] = []
    bare: bytes = found.dump(force=True).hex().encode()
    return pdf[:begins] + bare.ljust(len(digits), b"0") + pdf[begins + len(digits) :]


def test_a_time_that_was_taken_away_is_missed(asked: FakeAuthority, tmp_path: Path) -> None:
    stamping = sealer_at(asked, tmp_path)
    pdf = stamping.seal(document("completion-v1", "en").pdf(), "r")
    for roots in ((), stamping.certificates):
        (seal,) = seals_of(pdf, roots)
        assert seal.intact and (seal.made_as, seal.level, seal.lost_its_time) == (B_T, B_T, False)
        (cut,) = seals_of(without_token(pdf), roots)
        assert (cut.made_as, cut.level, cut.authority) == (B_T, B_B, "")
        assert not cut.intact or cut.lost_its_time
        faults = verify.checked(without_token(pdf), roots).faults
        assert any("time of its authority was taken away" in each or "is broken" in each for each in faults), faults
    (plain,) = seals_of(Sealer(tmp_path / "key", LENDER).seal(document("completion-v1", "en").pdf(), "r"))
    assert (plain.made_as, plain.lost_its_time) == (B_B, False)
