"""What changes at the running edge, without a restart and without a failed call: its limits, and its certificate."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import httpx
import pytest
from cryptography import x509

from envoy import dynamic
from envoy.limits import LIMITS
from services.runtime.ids import new_id
from stack import pki
from tests.contract.backend import Backend
from tests.contract.conftest import GEN, RunningEdge, edge_of, running_edge
from tests.contract.test_edge import ID
from tests.waiting import until

PATH = f"/api/v1/applications/{ID}"
BURST = LIMITS["STANDARD"].burst


@pytest.fixture(scope="module")
def own_pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates that the tests may replace."""
    folder = tmp_path_factory.mktemp("pki")
    pki.ensure(folder)
    return folder


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory, own_pki: Path) -> Iterator[RunningEdge]:
    """A running edge that watches its files."""
    folder = tmp_path_factory.mktemp("edge")
    dynamic.write(edge_of(8000, own_pki, dynamic=folder))
    yield from running_edge(folder, own_pki, Backend(GEN / "loanflow.binpb"), dynamic=folder)


def limited(edge: RunningEdge, own_pki: Path, factor: float) -> None:
    """Has it multiply its limits by another factor."""
    dynamic.write(edge_of(edge.base, own_pki, dynamic=edge.folder, rate_factor=factor))


def passed(edge: RunningEdge) -> int:
    """How many calls of a new caller pass before one is refused; at most twice as many as at factor 1."""
    headers = edge.bearer("ADMIN", sub=new_id())
    with httpx.Client(headers=headers) as client:
        for count in range(2 * BURST):
            if client.get(edge.url + PATH).status_code == 429:
                return count
    return 2 * BURST


class Asking:
    """Asks again and again meanwhile, on a connection that lasts and on new ones; `failures` is what failed."""

    def __init__(self, edge: RunningEdge, own_pki: Path) -> None:
        self._edge, self.trust = edge, ssl.create_default_context(cafile=own_pki / "ca.pem")
        self.trust.check_hostname = False
        self._over, self._thread = threading.Event(), threading.Thread(target=self._ask)
        self.failures, self.count = list[str](), 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        path = self._edge.tls_url + "/.well-known/jwks.json"
        with httpx.Client(verify=self.trust) as lasting:
            while not self._over.is_set():
                try:
                    for answer in (lasting.get(path), httpx.get(path, verify=self.trust)):
                        if answer.status_code not in (200, 429):
                            self.failures.append(f"{answer.status_code}: {answer.text}")
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                self.count += 1


def test_limits_change_on_the_running_edge_and_no_call_fails(changing: RunningEdge, own_pki: Path) -> None:
    with Asking(changing, own_pki) as asking:
        assert passed(changing) >= BURST
        limited(changing, own_pki, 0.05)
        until(lambda: passed(changing) < BURST / 2, "the lower limit")
        limited(changing, own_pki, 10)
        until(lambda: passed(changing) == 2 * BURST, "the higher limit")
    assert asking.count
    assert not asking.failures


def test_a_file_that_is_wrong_changes_nothing(changing: RunningEdge, own_pki: Path) -> None:
    limited(changing, own_pki, 10)
    until(lambda: passed(changing) == 2 * BURST, "the limit of before")
    for name in dynamic.files(edge_of(changing.base, own_pki, dynamic=changing.folder)):
        dynamic.move_into(changing.folder / name, '{"resources": [{"no such": "resource"}]}')
    log = changing.folder / "envoy.log"
    until(lambda: "no such" in log.read_text(), "its refusal")
    assert passed(changing) == 2 * BURST
    limited(changing, own_pki, 1)


def test_the_certificate_is_replaced_and_no_call_fails(changing: RunningEdge, own_pki: Path) -> None:
    authority = pki.load_authority(own_pki)

    def shown() -> int:
        with (
            socket.create_connection(("127.0.0.1", changing.base + 443), 5) as plain,
            asking.trust.wrap_socket(plain) as secure,
        ):
            return x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"").serial_number

    with Asking(changing, own_pki) as asking:
        for _ in range(4):
            pki.issue(own_pki, authority, "edge")
            issued = x509.load_pem_x509_certificate((own_pki / "edge" / "tls.pem").read_bytes()).serial_number
            until(lambda: shown() == issued, "the new certificate")  # noqa: B023 - called at once
            before = asking.count
            until(lambda: asking.count > before + 3, "calls under the new certificate")  # noqa: B023
    assert not asking.failures
