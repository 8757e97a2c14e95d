"""The scanner passes on what is clean, ends what is not, and holds no more than a chunk."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import InvalidArgument, Unavailable
from services.runtime.files.scanning import ClamdScanner, ClamdSettings, Scanner, ScannerAway, Tolerant
from services.runtime.serving.builder import ServerBuilder
from tests.fakes.clamd import FakeClamd
from tests.fakes.files import EICAR
from tests.fakes.scanner import FakeScanner
from tests.harness import Mesh


@pytest.fixture(params=["clamd", "fake"])
def scanner(request: pytest.FixtureRequest) -> Iterator[Scanner]:
    if request.param == "fake":
        yield FakeScanner()
        return
    with FakeClamd() as clamd:
        yield ClamdScanner(clamd.settings)


@pytest.mark.parametrize("chunks", [[], [b"clean"], [b"a" * 100_000, b"b"], [EICAR[:-1], b"!"]])
def test_what_is_clean_passes(scanner: Scanner, chunks: list[bytes]) -> None:
    assert list(scanner.watch(chunks)) == chunks


@pytest.mark.parametrize(
    "chunks",
    [
        [EICAR],
        [b"%PDF", b"x" * 70_000 + EICAR + b"y" * 70_000],
        [EICAR[:30], EICAR[30:]],
        [bytes([byte]) for byte in b"ab" + EICAR + b"cd"],
    ],
)
def test_what_is_infected_is_refused_before_the_end(scanner: Scanner, chunks: list[bytes]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        list(scanner.watch(chunks))
    assert caught.value.reason == "FILE_INFECTED"


def test_clamd_gets_every_byte() -> None:
    with FakeClamd() as clamd:
        scanner = ClamdScanner(clamd.settings)
        scanner.check()
        assert list(scanner.watch([b"a" * 200_000, b"b"])) == [b"a" * 200_000, b"b"]
        assert clamd.streams == [b"a" * 200_000 + b"b"]


def test_a_clamd_that_fails_lets_nothing_through() -> None:
    with FakeClamd() as clamd:
        clamd.answer = "stream: Can't allocate memory ERROR"
        with pytest.raises(Unavailable):
            list(ClamdScanner(clamd.settings).watch([b"x"]))
    away = ClamdScanner(ClamdSettings("127.0.0.1:9", 0.5))
    with pytest.raises(Unavailable):
        away.check()
    with pytest.raises(Unavailable):
        list(away.watch([b"x"]))


@pytest.mark.parametrize("limit", [0, 300_000])
def test_a_file_that_clamd_never_takes_is_too_large_for_good(limit: int) -> None:
    """Reported at the end, or in the middle, after which clamd hangs up."""
    with FakeClamd() as clamd:
        clamd.answer, clamd.limit = "INSTREAM size limit exceeded. ERROR", limit
        with pytest.raises(InvalidArgument) as refused:
            list(ClamdScanner(clamd.settings).watch(b"x" * 50_000 for _ in range(200)))
    assert refused.value.reason == "FILE_TOO_LARGE"


def test_a_service_that_has_a_scanner_does_not_start_without_it(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), ServerBuilder(mesh.settings("tested")) as builder:
        builder.requires(ClamdScanner(ClamdSettings("127.0.0.1:9", 0.5)).check)
        builder.start()
    assert capsys.readouterr().err == "tested cannot start: the virus scanner is out of reach\n"


@pytest.mark.parametrize("address", ["", "clamd", "clamd:", ":3310", "unix:relative", "http://clamd:3310", "a:1 b"])
def test_what_is_no_address_ends_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        ClamdSettings(address)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=12), st.integers(0, 12), st.booleans())
def test_a_scanner_that_fails_anywhere_loses_no_byte(chunks: list[bytes], after: int, between: bool) -> None:
    """Before a chunk is passed on, or after it, or with the verdict: what goes on is the file, and not scanned."""

    class Failing(FakeScanner):
        def watch(self, source: Iterable[bytes]) -> Iterator[bytes]:
            count = 0
            for chunk in source:
                if count == after and between:
                    raise ScannerAway("away")
                yield chunk
                if count == after and not between:
                    raise ScannerAway("away")
                count += 1
            if count <= after:
                raise ScannerAway("away")

    passing = Tolerant(Failing(), iter(chunks))
    assert list(passing) == chunks
    assert not passing.scanned


def test_what_goes_past_a_scanner_that_works_is_scanned() -> None:
    passing = Tolerant(FakeScanner(), [b"a", b"b"])
    assert (list(passing), passing.scanned) == ([b"a", b"b"], True)
    with pytest.raises(InvalidArgument):
        list(Tolerant(FakeScanner(), [EICAR]))
