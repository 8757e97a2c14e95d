"""What the look at the parts says of one that is not as it should be."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from services.bootstrap.reach import Place, lacking


@pytest.fixture
def talker() -> Iterator[int]:
    """A port at which whoever connects is told something that is no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(64)
                    connection.sendall(b"N" * 64)

        Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("part", ["postgres", "redis", "registry"])
def test_a_part_without_encryption_is_named(talker: int, part: str, tmp_path: Path) -> None:
    [said] = lacking(Place(part, "127.0.0.1", talker), tmp_path)
    assert f"{part} at 127.0.0.1:{talker}: it does not speak TLS" in said


def test_what_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        [away] = lacking(Place("kafka", "127.0.0.1", port), tmp_path)
    assert "no connection" in away
    assert "start it" in away
    [unknown] = lacking(Place("kafka", "kafka.invalid", 1), tmp_path)
    assert "the name is not known" in unknown
    [bare] = lacking(Place("kafka", "kafka", 0), tmp_path)
    assert "has no port" in bare
