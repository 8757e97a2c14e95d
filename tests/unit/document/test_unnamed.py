"""Of the files that a restore is not sure of, those stay that a document names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from services.document.keys import content_key
from services.document.model import Content, Document, DocumentType, Folder, Stage
from services.document.store import Documents
from services.document.unnamed import is_named
from services.runtime.files.unnamed import remove_unnamed
from tests.fakes.bucket import MemoryBucket

AT = datetime(2030, 6, 15, tzinfo=UTC)


def uploaded(name: str) -> Document:
    content = Content("passport.pdf", "application/pdf", 9, "ab" * 32, True)
    return Document.upload(name, Folder("a1", "c1", "PERSONAL", Stage.DRAFT), DocumentType.IDENTITY, content, "c1", AT)


def test_files_of_deleted_erased_and_unknown_documents_go() -> None:
    known = {each: uploaded(each) for each in ("there", "deleted", "erased")}
    known["deleted"].delete()
    known["erased"].erase()
    unsaved: Any = None
    documents = SimpleNamespace(find=known.get, files=lambda each: Documents.files(unsaved, each))

    @contextmanager
    def begin() -> Iterator[Any]:
        yield SimpleNamespace(documents=documents)

    named = partial(is_named, cast(Any, begin))
    bucket = MemoryBucket()
    keys = [content_key("a1", each) for each in ("there", "deleted", "erased", "late", "unasked")]
    # Under another application, where its document is not.
    keys.append(content_key("a2", "there"))
    for key in keys:
        bucket.upload(key, [b"x"])
    asked = [key for key in keys if not key.endswith("unasked")]
    assert remove_unnamed(named, bucket, asked) == ["a1/deleted", "a1/erased", "a1/late", "a2/there"]
    assert [*bucket.stored] == ["a1/there", "a1/unasked"]
    assert remove_unnamed(named, bucket, ["a1/there"]) == []
