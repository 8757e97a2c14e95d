"""What is packed for a colleague: everything of a stack, and nothing that opens it or that somebody is known by."""

import tarfile
from pathlib import Path

import httpx
import pytest

from stack.layout import Layout
from stack.observability import doctor, support
from stack.observability.support import MASK, Masking

SECRET = "5f3c" * 16
TELLING = {
    "an e-mail address": "zsofia.q+loans@mail.example.org",
    "a phone number": "+49 151 2345678",
    "an IBAN": "FR1420041010050500013M02606",
    "an IBAN in groups": "DE89 3704 0044 0532 0130 00",
    "a token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "a header": "Bearer abcdefgh.ijklmnop",
    "a log-in": "Basic dXNlcjpwYXNzd29yZA==",
    "an address with a password": "postgresql://kyc:pass-word@127.0.0.1/kyc",
    "a password": "password=pass-word",
    "a token of the key service": "s.AbCdEfGhIjKlMnOpQrStUvWx",
    "a private key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----",
    "a secret of the stack": SECRET,
}
HARMLESS = (
    "2026-11-29T17:14:47.722602Z 7a0bac6c-31c6-419a-b4ed-33fb71c93001 127.0.0.1:18049 +00:00 notification 1,234.56",
    'loanflow_grpc_call_seconds_bucket{le="+Inf",method="/loanflow.kyc.v1.KycService/GetQueue"} 4.0e+06',
    "2f57af330857a2cf4b1d8d6e6f1f8f7b9a1c3e5d GetRevocations UNAVAILABLE GB 20 %",
)


@pytest.mark.parametrize("what", TELLING)
def test_what_tells_of_somebody_or_opens_something_is_masked(what: str) -> None:
    masking = Masking([SECRET])
    said = masking.of(f"before {TELLING[what]} after")
    private = TELLING[what].split()[-1] if what in ("a header", "a log-in") else TELLING[what]
    assert private not in said
    assert "pass-word" not in said
    assert said.startswith("before ") and said.endswith(" after") and MASK in said
    assert masking.masked == 1


@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_stay(text: str) -> None:
    assert Masking([SECRET]).of(text) == text


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A stack of which nothing runs."""
    found = Layout(2000, tmp_path)
    for name in ("logs", "secrets", "openbao/raft"):
        found.folder(name)
    (found.state / "secrets" / "smtp").write_text(SECRET)
    (found.state / "openbao" / "root-token").write_text("s.AbCdEfGhIjKlMnOpQrStUvWx")
    (found.state / "openbao" / "raft" / "vault.db").write_bytes(bytes(range(256)))
    (found.logs / "kyc.log").write_text("".join(f"line {number} {SECRET}\n" for number in range(30)))
    return found


def test_of_a_stack_that_is_down_what_there_is_is_packed(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(url: str, timeout: float) -> httpx.Response:
        raise httpx.ConnectError("nobody listens")

    monkeypatch.setattr(httpx, "get", nobody)
    monkeypatch.setattr(doctor, "lines", lambda asked: ([f"critical  all of {asked.base} is down"], True))
    path = tmp_path / "out" / "loanflow.tar.gz"
    assert support.pack(layout, path, 10) >= 10
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as archive:
        packed = {each.name: archive.extractfile(each) for each in archive}
        found = {name: file.read().decode() for name, file in packed.items() if file is not None}
    assert found["loanflow/logs/kyc.log"].splitlines() == [f"line {number} {MASK}" for number in range(20, 30)]
    assert found["loanflow/figures/kyc.txt"] == "no answer: nobody listens\n"
    assert "LOANFLOW_" in found["loanflow/settings/kyc.env"]
    assert found["loanflow/doctor.txt"] == "critical  all of 2000 is down"
    assert not [name for name, text in found.items() if SECRET in text]


def test_without_a_stack_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert support.main(["--base", "31000"]) == 1
    assert capsys.readouterr().err == "error: there is no stack with base port 31000: make up\n"
