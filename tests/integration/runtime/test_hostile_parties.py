"""Every client of a party outside its process, against servers that mean no good: it ends in time and believes nothing.

The bank's is in tests/integration/activation/test_bank.py, the mail server's in tests/integration/notification.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OctKey

from services.runtime.calling import tokens
from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.calling.tokens import KeyCache, fetcher
from services.runtime.errors import InvalidArgument, NotFound, Unauthenticated, Unavailable
from services.runtime.events.registry import Registry, RegistrySettings, Undecodable
from services.runtime.files.objects import Objects, ObjectsSettings
from services.runtime.files.scanning import ClamdScanner, ClamdSettings
from services.runtime.tls import TlsSettings
from tests.fakes.hostile import HTTP_SCRIPTS, Script, drips, floods, hangs, hangs_up, hostile, http, says
from tests.harness import Mesh

_LATE = 15.0
EVERY_HTTP = [pytest.param(script, id=name) for name, script in HTTP_SCRIPTS.items()]


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < _LATE


def scan(script: Script, chunks: tuple[bytes, ...] = (b"clean",)) -> None:
    with hostile(script) as port:
        list(ClamdScanner(ClamdSettings(f"127.0.0.1:{port}", 0.5)).watch(chunks))


NO_VERDICTS = [
    b"stream: NOT OK", b"NOT OK", b"OK", b"stream:OK", b" stream: OK", b"stream: OK ", b"stream: OK\n", b"STREAM: OK",
    b"stream: not scanned, OK", b"other: OK", b"stream: OK\0stream: Eicar FOUND", b"", b"FOUND", b"stream: FOUND",
    b"stream:  FOUND", b"NOTHING FOUND", b"stream: x FOUND\n", b"UNKNOWN COMMAND", b"stream: \xffOK", b"1: stream: OK",
    b"stream: OK. ERROR", b"INSTREAM size limit exceeded", b"x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("answer", NO_VERDICTS)
def test_only_clamds_own_word_says_that_a_file_is_clean_or_infected(answer: bytes) -> None:
    with pytest.raises(Unavailable):
        scan(_after_the_file(answer + b"\0"))


@pytest.mark.parametrize("cut_off", [b"", b"stream: OK", b"stream: Eicar FOUND"])
def test_a_verdict_that_is_cut_off_is_none(cut_off: bytes) -> None:
    with pytest.raises(Unavailable):
        scan(_after_the_file(cut_off))


def test_clamds_own_word_counts() -> None:
    scan(_after_the_file(b"stream: OK\0"))
    with pytest.raises(InvalidArgument):
        scan(_after_the_file(b"stream: Win.Test.EICAR_HDB-1(0123:68) FOUND\0"))


def test_a_verdict_before_the_end_of_the_file_is_none() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"first"
        time.sleep(0.3)
        yield b"second"

    with hostile(says(b"stream: OK\0")) as port, pytest.raises(Unavailable):
        list(ClamdScanner(ClamdSettings(f"127.0.0.1:{port}", 0.5)).watch(chunks()))


@pytest.mark.parametrize("script", [hangs, hangs_up, drips(b"stream: "), floods(b"stream: ")])
def test_a_scanner_that_does_not_come_to_an_end_is_away(script: Script) -> None:
    with pytest.raises(Unavailable):
        scan(script)


def _after_the_file(answer: bytes) -> Script:
    """Says it once the file is over, as clamd does."""

    def script(connection: object) -> None:
        received = b""
        while not received.endswith(b"\0\0\0\0"):
            received += connection.recv(65536)  # type: ignore[attr-defined]
        says(answer, reads_first=False)(connection)  # type: ignore[arg-type]

    return script


GOOD = ECKey.generate_key("P-256", {"kid": "a"})
PUBLIC = GOOD.as_dict(private=False)
NO_KEYS: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"<html>",
    "no object": b"[]",
    "no keys": b'{"keys": []}',
    "keys that are none": b'{"keys": {"kid": "a"}}',
    "text": b'{"keys": ["a"]}',
    "deep": b"[" * 50_000,
    "a private key": json.dumps({"keys": [GOOD.as_dict(private=True)]}).encode(),
    "a shared secret": json.dumps({"keys": [OctKey.generate_key(256, {"kid": "a"}).as_dict(private=True)]}).encode(),
    "a name that is none": json.dumps({"keys": [{**PUBLIC, "kid": {"a": 1}}]}).encode(),
    "two of one name": json.dumps({"keys": [PUBLIC, PUBLIC]}).encode(),
    "a point off the curve": json.dumps({"keys": [{**PUBLIC, "x": PUBLIC["y"]}]}).encode(),
}


@pytest.mark.parametrize("published", [pytest.param(text, id=name) for name, text in NO_KEYS.items()])
def test_keys_that_are_none_give_and_take_nothing(published: bytes) -> None:
    answers = [json.dumps({"keys": [PUBLIC]}).encode(), published, published]
    cache = KeyCache(lambda: answers.pop(0), lifetime=0, pause=0)
    assert cache.key("a").kid == "a"
    assert cache.key("a").kid == "a"
    with pytest.raises(Unavailable):
        KeyCache(lambda: published).key("a")


def test_keys_of_other_kinds_are_passed_over() -> None:
    other = {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}
    cache = KeyCache(lambda: json.dumps({"keys": [other, PUBLIC]}).encode(), pause=0)
    assert cache.key("a").kid == "a"
    with pytest.raises(Unauthenticated):
        cache.key("r")


@pytest.fixture
def issuer(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], KeyCache]:
    """Fetches over plain HTTP, which the scripts speak; what is held against the authority is tested elsewhere."""

    class Plain(OutsideHttp):
        def __init__(self, party: str, seconds: float, trust: ssl.SSLContext | None = None) -> None:
            super().__init__(party, 0.5)

        def call(self, method: str, url: str, headers: Headers | None = None, content: bytes = b"") -> Answer:
            return super().call(method, url.replace("https://", "http://"), headers, content)

    monkeypatch.setattr(tokens, "OutsideHttp", Plain)
    return lambda port: KeyCache(fetcher(f"https://127.0.0.1:{port}/keys", mesh.folder / "ca.pem"))


@pytest.mark.parametrize("script", EVERY_HTTP)
def test_an_issuer_that_means_no_good_gives_no_keys(issuer: Callable[[int], KeyCache], script: Script) -> None:
    with hostile(script) as port, pytest.raises(Unavailable):
        issuer(port).key("a")


@pytest.mark.parametrize("status", [201, 204, 301, 302, 401, 404, 500])
def test_keys_come_with_a_good_status_only(issuer: Callable[[int], KeyCache], status: int) -> None:
    with hostile(says(http(status, {"keys": [PUBLIC]}))) as port, pytest.raises(Unavailable):
        issuer(port).key("a")


def of_registry(port: int, ask: Callable[[Registry], object]) -> None:
    with closing(Registry(RegistrySettings(f"http://127.0.0.1:{port}", TlsSettings(plaintext=True)))) as registry:
        ask(registry)


@pytest.mark.parametrize(
    "answer",
    [
        http(404, b"<html>"), http(404, {"message": "no route"}), http(200, {"schema": 7}), http(200, {"schema": "{"}),
        http(200, {"schema": '{"type": "nonsense"}'}), http(200, []), http(302, {"schema": '"string"'}), http(200, b""),
    ],
)  # fmt: skip
def test_what_is_not_the_registrys_own_word_gives_no_event_up(answer: bytes) -> None:
    with hostile(says(answer)) as port, pytest.raises(Unavailable):
        of_registry(port, lambda registry: registry.schema(7))


def test_a_schema_that_the_registry_says_it_has_not_is_poison() -> None:
    known = http(404, {"error_code": 40403, "message": "Schema not found"})
    with hostile(says(known)) as port, pytest.raises(Undecodable):
        of_registry(port, lambda registry: registry.schema(7))


@pytest.mark.parametrize("answer", [http(200, {"id": "7"}), http(200, {"id": True}), http(200, {}), http(404, b"")])
def test_an_id_that_is_none_is_not_used(answer: bytes) -> None:
    with hostile(says(answer)) as port, pytest.raises(Unavailable):
        of_registry(port, lambda registry: registry.id_of("loanflow.kyc.v1.KycApproved"))


@contextmanager
def store(script: Script, tmp_path: Path) -> Iterator[Objects]:
    (tmp_path / "key").write_text("secret")
    with hostile(script) as port:
        found = Objects(
            ObjectsSettings(
                f"http://127.0.0.1:{port}", "us-east-1", "bucket", "key", tmp_path / "key", TlsSettings(plaintext=True)
            )
        )
        with closing(found):
            yield found


@pytest.mark.parametrize(
    "answer",
    [
        http(404, b""), http(404, b"<html>no route</html>"), http(401, b""), http(403, b"<html/>"), http(400, b"<a"),
        http(404, b"<Error><Code>NoSuchBucket</Code></Error>"), http(403, b"<Error><Code>AccessDenied</Code></Error>"),
        http(409, b""), http(418, b""), http(301, b"", "Location: http://127.0.0.1:9/\r\n"), b"220 no HTTP\r\n\r\n",
    ],
)  # fmt: skip
def test_only_the_stores_own_word_says_that_a_file_is_gone(answer: bytes, tmp_path: Path) -> None:
    with store(says(answer), tmp_path) as objects:
        with pytest.raises(Unavailable):
            list(objects.stream("key"))
        with pytest.raises(Unavailable):
            objects.upload("key", [b"bytes"])
    gone = http(404, b"<Error><Code>NoSuchKey</Code></Error>")
    with store(says(gone), tmp_path) as objects, pytest.raises(NotFound):
        objects.stream("key")


def test_a_file_that_is_cut_off_is_not_a_shorter_file(tmp_path: Path) -> None:
    with store(says(http(200, b"half", length=8)), tmp_path) as objects, pytest.raises(Unavailable):
        list(objects.stream("key"))


def test_a_file_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.files.objects._CHUNK_SECONDS", 1.0)
    with store(drips(http(200, b"x", length=1_000_000)), tmp_path) as objects, pytest.raises(Unavailable):
        list(objects.stream("key"))
