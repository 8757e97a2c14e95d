"""A stored document that was changed behind the service's back never goes out."""

from collections.abc import Callable

import pytest

from loanflow.document.v1 import document_service_pb2 as pb
from services.runtime.errors import DataLoss
from stack.layout import Layout
from stack.servers import objects
from tests.fakes.multipart import PDF, holding
from tests.integration.document.conftest import LIMIT, Documents

SIZES = {"of a page": PDF, "that does not stay in memory": holding(b"x" * (LIMIT - 2_000))}
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "one byte in the middle": lambda data: data[: len(data) // 2] + b"\xff" + data[len(data) // 2 + 1 :],
    "the last byte": lambda data: data[:-1] + b"\xff",
    "cut short": lambda data: data[:-1],
    "a byte more": lambda data: data + b"\n",
    "empty": lambda data: b"",
    "another document": lambda data: PDF + b"another",
}


@pytest.mark.parametrize("size", SIZES)
def test_not_a_byte_of_a_changed_document_goes_out(documents: Documents, layout: Layout, size: str) -> None:
    application_id = documents.draft()
    data = SIZES[size]
    document = documents.upload(application_id, "DOCUMENT_TYPE_IDENTITY", data, file_name="passport.pdf")
    request = pb.GetContentRequest(document_id=document.document_id)
    bucket, key = objects.bucket("document"), f"{application_id}/{document.document_id}"
    store = objects.client(layout, objects.ADMIN)
    assert b"".join(piece.file.data for piece in documents.client().GetContent(request)) == data
    stored = store.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert PDF[:64] not in stored
    for what, change in CHANGES.items():
        store.put_object(Bucket=bucket, Key=key, Body=change(stored))
        pieces: list[bytes] = []
        with pytest.raises(DataLoss) as refused:
            pieces.extend(piece.file.data for piece in documents.client().GetContent(request))
        assert (refused.value.reason, pieces) == ("FILE_CHANGED", []), what
    store.put_object(Bucket=bucket, Key=key, Body=stored)
    assert b"".join(piece.file.data for piece in documents.client().GetContent(request)) == data
