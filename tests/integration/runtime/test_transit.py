"""Data keys wrapped by a real OpenBao: each service by its own key, while it rotates, and while it is away."""

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import hvac
import pytest
from hvac import exceptions

from services.runtime import errors
from services.runtime.stores import encryption
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.transit import TransitWrapping
from services.runtime.stores.wrapping import FileWrapping, TransitSettings, wrapping_of
from stack import pki
from stack.layout import Layout
from stack.servers import openbao
from tests.bases import own_base
from tests.fakes.data_keys import FakeDataKeyRows
from tests.waiting import until

KEY = b"k" * 32


class Bao:
    """An OpenBao of its own, as the stack runs it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and returns when it can be used."""
        with (self.layout.folder("openbao") / "log").open("ab") as log:
            self.process = subprocess.Popen(openbao.command(self.layout), stdout=log, stderr=log)
        until(self._answers, "an answer of OpenBao")
        openbao.settle(self.layout)

    def kill(self) -> None:
        """Ends it without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    def settings(self, service: str, key: str = "") -> TransitSettings:
        """How a service reaches it."""
        leaf = self.layout.pki / service
        files = self.layout.pki / "ca.pem", leaf / "tls.pem", leaf / "tls.key"
        return TransitSettings(openbao.url(self.layout), key or service, *files)

    def _answers(self) -> bool:
        try:
            openbao.ready(self.layout)
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """The server, for all tests of this file."""
    with own_base() as base:
        layout = Layout(base, tmp_path_factory.mktemp("openbao"))
        pki.ensure(layout.pki)
        openbao.prepare(layout)
        made = Bao(layout)
        made.start()
        yield made
        made.kill()


def test_a_key_is_wrapped_and_unwrapped_and_never_leaves_in_clear(bao: Bao) -> None:
    kyc = TransitWrapping(bao.settings("kyc"))
    wrapped = kyc.wrap(KEY)
    assert wrapped.startswith("vault:v1:")
    assert kyc.is_newest(wrapped)
    assert TransitWrapping(bao.settings("kyc")).unwrap(wrapped) == KEY
    with pytest.raises(ValueError, match="another key, or was changed"):
        kyc.unwrap(wrapped[:-6] + "AAAAA=")


def test_each_service_reaches_its_own_key_alone(bao: Bao) -> None:
    wrapped = TransitWrapping(bao.settings("kyc")).wrap(KEY)
    with pytest.raises(ValueError, match="another key"):
        TransitWrapping(bao.settings("risk")).unwrap(wrapped)
    with pytest.raises(errors.Unavailable):
        TransitWrapping(bao.settings("risk", key="kyc")).unwrap(wrapped)


@pytest.mark.parametrize(
    "path",
    [
        "transit/keys/risk",
        "transit/export/encryption-key/kyc",
        "sys/policies/acl/kyc",
        "auth/cert/certs/kyc",
        "sys/mounts",
    ],
)
def test_a_service_may_nothing_besides(bao: Bao, path: str) -> None:
    settings = bao.settings("kyc")
    client = hvac.Client(
        url=settings.url, verify=str(settings.ca_file),
        cert=(str(settings.login_certificate_file), str(settings.login_key_file)),
    )  # fmt: skip
    client.token = client.adapter.post("/v1/auth/cert/login", json={"name": "kyc"})["auth"]["client_token"]
    assert client.secrets.transit.read_key("kyc")["data"]["latest_version"] >= 1
    with pytest.raises(exceptions.Forbidden):
        client.adapter.get(f"/v1/{path}")


def test_a_stranger_does_not_sign_in(bao: Bao, tmp_path: Path) -> None:
    pki.ensure(tmp_path)
    stranger = TransitSettings(
        openbao.url(bao.layout), "kyc", bao.layout.pki / "ca.pem",
        tmp_path / "kyc" / "tls.pem", tmp_path / "kyc" / "tls.key",
    )  # fmt: skip
    with pytest.raises(errors.Unavailable):
        TransitWrapping(stranger).wrap(KEY)


def test_the_key_rotates_under_load_and_no_call_fails(bao: Bao) -> None:
    rows, wrapping = FakeDataKeyRows(), TransitWrapping(bao.settings("repayment"))
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
        assert TransitWrapping(bao.settings("repayment")).wrap(KEY).startswith(f"vault:v{version}:")
    over.set()
    for each in threads:
        each.join()
    assert not failures
    newer, place = DataKeys(rows, TransitWrapping(bao.settings("repayment"))), ""
    while place := newer.rewrap(place, limit=20):
        pass
    assert {(row.wrapped or "")[:9] for row in rows.rows.values()} == {"vault:v3:"}
    fresh = DataKeys(rows, TransitWrapping(bao.settings("repayment")))
    assert all(fresh.of(subject, "loan").open(text, "p") == subject for subject, text in sealed.items())


def test_what_a_file_wrapped_is_still_unwrapped_and_is_to_be_wrapped_anew(bao: Bao, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(encryption.new_secret())
    wrapped = FileWrapping(file).wrap(KEY)
    both = wrapping_of(file, bao.settings("kyc"))
    assert both.unwrap(wrapped) == KEY
    assert not both.is_newest(wrapped)
    assert both.is_newest(both.wrap(KEY))
    assert isinstance(wrapping_of(file, None), FileWrapping)


def test_while_it_is_away_calls_are_unavailable_and_afterwards_it_has_lost_nothing(bao: Bao) -> None:
    kyc = TransitWrapping(bao.settings("kyc"))
    wrapped = kyc.wrap(KEY)
    bao.kill()
    with pytest.raises(errors.Unavailable):
        kyc.unwrap(wrapped)
    bao.start()
    assert kyc.unwrap(wrapped) == KEY
