"""Both scanners pass on what is clean, end what is not, and hold no more than a chunk."""

from collections.abc import Iterator

import pytest

from services.runtime.errors import InvalidArgument, Unavailable
from services.runtime.files.scanning import EICAR, ClamdScanner, ClamdSettings, Scanner, SignatureScanner, scanner_of
from services.runtime.serving.builder import ServerBuilder
from tests.fakes.clamd import FakeClamd
from tests.harness import Mesh


@pytest.fixture(params=["clamd", "signatures"])
def scanner(request: pytest.FixtureRequest) -> Iterator[Scanner]:
    if request.param == "signatures":
        yield SignatureScanner()
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
        assert scanner.finds_viruses and not SignatureScanner().finds_viruses


def test_a_clamd_that_fails_lets_nothing_through() -> None:
    with FakeClamd() as clamd:
        clamd.answer = "stream: Can't allocate memory ERROR"
        with pytest.raises(Unavailable):
            list(ClamdScanner(clamd.settings).watch([b"x"]))
    away = ClamdScanner(ClamdSettings("127.0.0.1", 9, 0.5))
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
        assert scanner_of(ClamdSettings("127.0.0.1", 9, 0.5), builder.requires).finds_viruses
        builder.start()
    assert capsys.readouterr().err == "tested cannot start: the virus scanner is out of reach\n"
    assert not scanner_of(None, builder.requires).finds_viruses
