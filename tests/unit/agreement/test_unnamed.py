"""Of the files that a restore is not sure of, those stay that an agreement names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from services.agreement.contract import StoredFile
from services.agreement.model import Agreement
from services.agreement.signers import AgreementStatus
from services.agreement.store import Agreements
from services.agreement.unnamed import is_named
from services.runtime.files.unnamed import remove_unnamed
from tests.fakes.bucket import MemoryBucket
from tests.unit.agreement.test_model import AT, CONTRACT


def made(application_id: str, status: AgreementStatus = AgreementStatus.GENERATED) -> Agreement:
    pdf = StoredFile(f"{application_id}/agreement-1.pdf", "ab" * 32, 10)
    return Agreement(application_id, "c1", status, contract=replace(CONTRACT, pdf=pdf))


def test_files_of_what_was_never_signed_of_the_unknown_and_of_the_replaced_go() -> None:
    known = {each: made(each) for each in ("open", "unsigned", "signed", "closed")}
    known["signed"].status, known["signed"].signed_pdf = (
        AgreementStatus.SIGNED,
        StoredFile("signed/signed-1.pdf", "", 1),
    )
    known["closed"].close(AT)
    removed = {name: known[name].forget(AT) for name in ("unsigned", "signed")}
    assert {name: [each.key for each in files] for name, files in removed.items()} == {
        "unsigned": ["unsigned/agreement-1.pdf"], "signed": [],
    }  # fmt: skip
    agreements = SimpleNamespace(find=known.get, files=partial(Agreements.files, cast(Any, None)))

    @contextmanager
    def begin() -> Iterator[Any]:
        yield SimpleNamespace(agreements=agreements)

    bucket = MemoryBucket()
    named = {"open/agreement-1.pdf", "signed/agreement-1.pdf", "signed/signed-1.pdf", "closed/agreement-1.pdf"}
    gone = {"unsigned/agreement-1.pdf", "late/agreement-1.pdf", "open/signed-7.pdf"}
    for key in named | gone:
        bucket.upload(key, [b"x"])
    assert {*remove_unnamed(partial(is_named, cast(Any, begin)), bucket, sorted(named | gone))} == gone
    assert bucket.stored.keys() == named
