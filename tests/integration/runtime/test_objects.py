"""S3 as the services use it, and when it is away."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.runtime import errors
from services.runtime.files.objects import PART_BYTES, Objects, ObjectsSettings
from stack import variables
from stack.layout import Layout
from stack.servers import objects as s3


@pytest.fixture
def settings(layout: Layout) -> ObjectsSettings:
    owner = variables.users_of("objects")[0]
    return s3.settings(layout, owner)


@pytest.fixture
def objects(settings: ObjectsSettings) -> Iterator[Objects]:
    found = Objects(settings)
    found.check()
    yield found
    for key in ("small", "large", "broken"):
        found.delete(key)
    found.close()


def test_a_small_file(objects: Objects) -> None:
    assert objects.upload("small", [b"he", b"llo"], "text/plain", {"kind": "greeting"}) == 5
    head = objects.head("small")
    assert (head.size, head.content_type, head.metadata["kind"]) == (5, "text/plain", "greeting")
    assert b"".join(objects.stream("small")) == b"hello"
    objects.delete("small")
    with pytest.raises(errors.NotFound):
        objects.head("small")
    with pytest.raises(errors.NotFound):
        objects.stream("small")


def test_a_large_file_goes_in_parts(objects: Objects) -> None:
    chunk = bytes(range(256)) * 4096
    count = 2 * PART_BYTES // len(chunk) + 2
    assert objects.upload("large", (chunk for _ in range(count))) == count * len(chunk)
    sizes = [len(piece) for piece in objects.stream("large")]
    assert sum(sizes) == count * len(chunk)
    assert max(sizes) < PART_BYTES


def test_an_upload_that_breaks_off_stores_nothing(objects: Objects) -> None:
    def broken() -> Iterator[bytes]:
        for _ in range(3):
            yield bytes(PART_BYTES)
        raise errors.InvalidArgument("too large", reason="FILE_TOO_LARGE")

    with pytest.raises(errors.InvalidArgument):
        objects.upload("broken", broken())
    with pytest.raises(errors.NotFound):
        objects.head("broken")


def test_the_secret_is_the_one_that_its_file_has_at_each_request(settings: ObjectsSettings, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("of before")
    objects = Objects(replace(settings, secret_key_file=file))
    with pytest.raises(errors.Unavailable):
        objects.check()
    file.write_text(settings.secret_key_file.read_text())
    objects.check()
    objects.close()


def test_a_file_store_that_is_away_is_unavailable(settings: ObjectsSettings) -> None:
    away = Objects(replace(settings, url="https://127.0.0.1:1"))
    for call in (away.check, lambda: away.upload("x", [b"x"]), lambda: away.stream("x"), lambda: away.head("x")):
        with pytest.raises(errors.Unavailable):
            call()
    with pytest.raises(errors.Unavailable):
        Objects(replace(settings, bucket="nobodys")).check()
    away.close()
