"""Seals that show by themselves that nothing was revoked when they were made (B-LT), by a key of a key service."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agreement import verify
from services.agreement.pdf import contract_pdf
from services.papers.revocations import Revocations
from services.papers.seal_keys import TransitKeys, keys_of
from services.papers.seals import B_B, B_LT, B_T, Sealer, seals_of
from services.papers.timestamps import Timestamps
from services.runtime.errors import Unavailable
from stack.servers.timestamp_api import LIST_PATH, Reply
from tests.factories.certificates import NAME, Authority
from tests.fakes.sealing import OUR_LIST, Sealing
from tests.fakes.timestamps import FakeAuthority, authority
from tests.fakes.transit import FakeTransit
from tests.unit.agreement.test_pdf import contract_data


@cache
def paper() -> bytes:
    return contract_pdf(contract_data())


@pytest.fixture(scope="module")
def asked() -> Iterator[FakeAuthority]:
    with authority() as found:
        yield found


@pytest.fixture
def sealing(asked: FakeAuthority, tmp_path: Path) -> Sealing:
    return Sealing(asked, tmp_path)


def test_a_seal_shows_by_itself_that_nothing_was_revoked(sealing: Sealing, tmp_path: Path, capsys: Any) -> None:
    content = sealing.sealed(paper())
    sealing.asked.away()
    (found,) = seals_of(content, sealing.sealer.certificates)
    assert found.intact and found.trusted and found.timestamped
    assert (found.level, found.key, found.signer) == (B_LT, "seal-agreement, version 1", NAME)
    file, trusted = tmp_path / "agreement.pdf", tmp_path / "trusted.pem"
    file.write_bytes(content)
    trusted.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in sealing.sealer.certificates))
    # It is sealed, and nobody has signed it.
    assert verify.main([str(file), "--trust", str(trusted)]) == verify.NOT_COMPLETE
    said = capsys.readouterr().out
    assert "PAdES B-LT, with the key seal-agreement, version 1" in said and "by Timestamps (stand-in): intact" in said


def test_without_lists_it_is_b_t_and_without_a_trusted_time_b_b(sealing: Sealing) -> None:
    short = sealing.made(revocations=False)
    content = short.seal(paper(), "r")
    assert seals_of(content, short.certificates)[0].level == B_T
    (found,) = seals_of(content, [sealing.papers.certificate])
    assert found.intact and found.trusted and not found.timestamped
    assert (found.level, found.authority) == (B_B, "Timestamps (stand-in)")
    report = verify.checked(content, [sealing.papers.certificate])
    assert report.faults == (f"the time of the seal of {NAME} is not of a trusted authority, but of {found.authority}",)


def test_lists_are_asked_for_once_an_hour_and_a_time_once_a_seal(sealing: Sealing) -> None:
    sealing.asked.asked.clear()
    for _ in range(3):
        sealing.sealed(paper())
    assert sealing.asked.asked.count(OUR_LIST) == sealing.asked.asked.count(LIST_PATH) == 1
    assert sealing.asked.asked.count("/") == 3 + 1


def test_what_is_revoked_or_cannot_be_asked_for_seals_nothing(sealing: Sealing) -> None:
    for path in (OUR_LIST, LIST_PATH):
        for answer in (Reply(503), Reply(200, "", b"no list")):
            sealing.instead(path, answer)
            with pytest.raises(Unavailable):
                sealing.sealed(paper())
    sealing.asked.changes = sealing.listed
    sealing.papers.revoked.append(sealing.leaf)
    sealing.sealer = sealing.made()
    with pytest.raises(Unavailable, match="everybody could check"):
        sealing.sealed(paper())


def test_a_list_of_another_authority_shows_nothing(sealing: Sealing) -> None:
    sealing.instead(OUR_LIST, Reply(200, "", Authority().revocations()))
    with pytest.raises(Unavailable):
        sealing.sealed(paper())


def test_seals_of_before_a_rotation_stay_and_the_next_are_of_the_next_version(sealing: Sealing) -> None:
    before = sealing.sealed(paper())
    second = sealing.bao.rotate()
    between = sealing.sealed(paper())
    sealing.chain.write_bytes(sealing.papers.chain(sealing.papers.certified(second)))
    after = sealing.sealed(paper())
    assert sealing.bao.signed == [1, 1, 2]
    found = [seals_of(each, sealing.sealer.certificates)[0] for each in (before, between, after)]
    assert all(each.trusted and each.level == B_LT for each in found)
    assert [each.key[-1] for each in found] == ["1", "1", "2"]
    assert len({each.certificate_sha256 for each in found}) == 2


def test_what_the_file_key_sealed_before_stays_trusted(sealing: Sealing) -> None:
    before = Sealer(sealing.key, NAME).seal(paper(), "r")
    (found,) = seals_of(before, sealing.sealer.certificates)
    assert found.intact and found.trusted and found.level == B_B


def test_nothing_is_sealed_without_the_key_service_or_for_the_certificate_of_another_key(sealing: Sealing) -> None:
    sealing.bao.away = True
    with pytest.raises(Unavailable):
        sealing.sealed(paper())
    sealing.bao.away = False
    other = FakeTransit("agreement").versions[0]
    sealing.chain.write_bytes(sealing.papers.chain(sealing.papers.certified(other)))
    with pytest.raises(Unavailable, match="no version of seal-agreement"):
        sealing.sealed(paper())


def test_settings_that_do_not_go_together_are_refused_at_the_start(sealing: Sealing, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is none"):
        keys_of(sealing.chain, None)
    assert keys_of(None, sealing.bao) is None
    keys, stamps = TransitKeys(sealing.bao, sealing.chain), Timestamps(sealing.asked.settings(tmp_path))
    with pytest.raises(ValueError, match="need a timestamp authority"):
        Sealer(sealing.key, NAME, service_keys=keys, revocations=Revocations())
    with pytest.raises(ValueError, match="that an authority certifies"):
        Sealer(sealing.key, NAME, stamps, revocations=Revocations())
    with pytest.raises(ValueError, match="asked by HTTP"):
        replace(sealing.asked.settings(tmp_path), url="ftp://tsa")


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_one_changed_byte_is_found_in_seal_time_and_lists_alike(
    data: st.DataObject, kept: tuple[bytes, Sealing]
) -> None:
    whole, sealing = kept
    content = bytearray(whole)
    last = whole.rfind(b"/Contents <")
    at = data.draw(st.one_of(st.integers(0, len(content) - 1), st.integers(last, len(content) - 1)))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify.checked(bytes(content), sealing.sealer.certificates).intact


@pytest.fixture(scope="module")
def kept(asked: FakeAuthority, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Sealing]:
    sealing = Sealing(asked, tmp_path_factory.mktemp("kept"))
    return sealing.sealed(paper()), sealing


def test_a_countersignature_is_for_long_too_and_leaves_the_seal_before_it_what_it_is(sealing: Sealing) -> None:
    sealed = sealing.sealed(paper())
    sealing.bao.rotate()
    content = sealing.sealer.countersign(sealed, "countersigned")
    sealing.asked.away()
    found = seals_of(content, sealing.sealer.certificates)
    assert [(each.level, each.intact, each.trusted, each.countersigns) for each in found] == [
        (B_LT, True, True, False), (B_LT, True, True, True),
    ]  # fmt: skip
    sealing.asked.back()
