"""A stored upload is recorded or goes again, and what went wrong first is what the caller learns."""

from collections.abc import Iterable

import pytest

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.runtime.errors import Aborted, Unavailable
from services.runtime.files import uploads
from services.runtime.files.storing import quarantined
from services.runtime.files.uploads import Upload, UploadRules
from tests.fakes import multipart
from tests.fakes.scanner import FakeScanner

RULES = UploadRules(frozenset({"application/pdf"}), 1_000_000)
PDF = multipart.PDF


class Files:
    """A file store; `away` refuses to remove anything."""

    def __init__(self, *, away: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self._away = away

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        self.files[key] = b"".join(chunks)
        return len(self.files[key])

    def delete(self, key: str) -> None:
        if self._away:
            raise Unavailable("the store is away")
        self.files.pop(key, None)


def upload() -> Upload:
    return uploads.read(multipart.messages(pb.UploadProofRequest, multipart.body({}, PDF)), RULES)


def test_what_is_recorded_stays_and_its_hash_is_known_in_the_block() -> None:
    files, file = Files(), upload()
    with quarantined(files, FakeScanner(), "key", "ada", file):
        assert (file.size, len(file.sha256)) == (len(PDF), 64)
    assert files.files == {"key": PDF}


@pytest.mark.parametrize("failure", [Aborted("another was quicker"), KeyboardInterrupt()])
def test_what_cannot_be_recorded_goes_again(failure: BaseException) -> None:
    files = Files()
    with pytest.raises(type(failure)), quarantined(files, FakeScanner(), "key", "ada", upload()):
        raise failure
    assert files.files == {}


def test_a_file_that_cannot_be_removed_hides_no_failure() -> None:
    with pytest.raises(Aborted, match="quicker"), quarantined(Files(away=True), FakeScanner(), "key", "ada", upload()):
        raise Aborted("another was quicker")
