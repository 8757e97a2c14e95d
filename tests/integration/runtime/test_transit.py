"""Data keys wrapped by a real OpenBao: each service by its own key, while it rotates, and while it is away."""

import threading
from pathlib import Path

import pytest

from services.runtime import errors
from services.runtime.stores import encryption
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.transit import TransitWrapping
from services.runtime.stores.wrapping import FileWrapping, wrapping_of
from stack import pki
from stack.servers import openbao
from tests.fakes.data_keys import FakeDataKeyRows
from tests.integration.runtime.bao import Bao
from tests.waiting import until

KEY = b"k" * 32


def test_a_key_is_wrapped_and_unwrapped_and_never_leaves_in_clear(bao: Bao) -> None:
    kyc = TransitWrapping(bao.client("kyc"))
    wrapped = kyc.wrap(KEY)
    assert wrapped.startswith("vault:v1:")
    assert kyc.is_newest(wrapped)
    assert TransitWrapping(bao.client("kyc")).unwrap(wrapped) == KEY
    with pytest.raises(ValueError, match="another key, or was changed"):
        kyc.unwrap(wrapped[:-6] + "AAAAA=")


def test_each_service_reaches_its_own_key_alone(bao: Bao) -> None:
    wrapped = TransitWrapping(bao.client("kyc")).wrap(KEY)
    with pytest.raises(ValueError, match="another key"):
        TransitWrapping(bao.client("risk")).unwrap(wrapped)
    with pytest.raises(errors.Unavailable):
        TransitWrapping(bao.client("risk", role="kyc")).unwrap(wrapped)


@pytest.mark.parametrize(
    "path",
    [
        "transit/keys/risk",
        "transit/export/encryption-key/kyc",
        "sys/policies/acl/kyc",
        "auth/cert/certs/kyc",
        "sys/mounts",
        "kv/data/risk",
        "kv/metadata/risk",
        "database/static-creds/risk",
        "pki/roles/risk",
    ],
)
def test_a_service_may_nothing_besides(bao: Bao, path: str) -> None:
    kyc = bao.client("kyc")
    assert kyc.read("transit/keys/kyc")["latest_version"] >= 1
    with pytest.raises(errors.Unavailable):
        kyc.read(path)


def test_a_stranger_does_not_sign_in(bao: Bao, tmp_path: Path) -> None:
    pki.ensure(tmp_path)
    stranger = bao.client(
        "kyc",
        login_certificate_file=tmp_path / "kyc" / "tls.pem",
        login_key_file=tmp_path / "kyc" / "tls.key",
    )
    with pytest.raises(errors.Unavailable):
        TransitWrapping(stranger).wrap(KEY)


def test_the_key_rotates_under_load_and_no_call_fails(bao: Bao) -> None:
    rows, wrapping = FakeDataKeyRows(), TransitWrapping(bao.client("repayment"))
    over, failures, done = threading.Event(), list[str](), [0]
    sealed: dict[str, str] = {}

    def work(number: int) -> None:
        while not over.is_set():
            subject = f"{number}-{done[0]}"
            try:
                keys = DataKeys(rows, wrapping)
                sealed[subject] = keys.of(subject, "loan").seal(subject, "p")
                assert DataKeys(rows, wrapping).of(subject, "loan").open(sealed[subject], "p") == subject
                done[0] += 1
            except Exception as error:
                failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    for version in (2, 3):
        before = done[0]
        until(lambda: done[0] > before + 5, "work under load")  # noqa: B023 - called at once
        openbao.rotate(bao.layout, "repayment")
        assert TransitWrapping(bao.client("repayment")).wrap(KEY).startswith(f"vault:v{version}:")
    over.set()
    for each in threads:
        each.join()
    assert not failures
    newer, place = DataKeys(rows, TransitWrapping(bao.client("repayment"))), ""
    while place := newer.rewrap(place, limit=20):
        pass
    assert {(row.wrapped or "")[:9] for row in rows.rows.values()} == {"vault:v3:"}
    fresh = DataKeys(rows, TransitWrapping(bao.client("repayment")))
    assert all(fresh.of(subject, "loan").open(text, "p") == subject for subject, text in sealed.items())


def test_what_a_file_wrapped_is_still_unwrapped_and_is_to_be_wrapped_anew(bao: Bao, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(encryption.new_secret())
    wrapped = FileWrapping(file).wrap(KEY)
    both = wrapping_of(file, bao.client("kyc"))
    assert both.unwrap(wrapped) == KEY
    assert not both.is_newest(wrapped)
    assert both.is_newest(both.wrap(KEY))
    assert isinstance(wrapping_of(file, None), FileWrapping)


def test_while_it_is_away_calls_are_unavailable_and_afterwards_it_has_lost_nothing(bao: Bao) -> None:
    kyc = TransitWrapping(bao.client("kyc"))
    wrapped = kyc.wrap(KEY)
    bao.kill()
    with pytest.raises(errors.Unavailable):
        kyc.unwrap(wrapped)
    bao.start()
    assert kyc.unwrap(wrapped) == KEY
