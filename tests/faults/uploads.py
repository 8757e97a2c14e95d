"""Files that are uploaded while something breaks: what was acknowledged can be read, byte by byte."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from stack.demo.api import Refused
from stack.demo.documents import sample_pdf
from tests.bench.platform import Customer, Platform, form
from tests.faults.fault import Act
from tests.faults.load import register
from tests.faults.proxy import Proxy
from tests.faults.replacement import replaced

_CUSTOMERS = 3


def while_uploading(act: Act) -> Act:
    """Another fault, and customers who upload through all of it; AssertionError when something of that is not there."""

    @contextmanager
    def both(platform: Platform, chance: random.Random) -> Iterator[None]:
        with _uploading(platform), act(platform, chance):
            yield

    return both


@contextmanager
def store_cut(platform: Platform, chance: random.Random) -> Iterator[None]:
    """The connections to the object store end in the middle of what they carry, every moment."""
    proxy = Proxy(platform.layout.ports.of("s3"))
    address = {"LOANFLOW_OBJECTS_URL": f"https://127.0.0.1:{proxy.port}"}
    try:
        with replaced(platform, "document", address), _uploading(platform):
            until = time.monotonic() + 20
            while time.monotonic() < until:
                time.sleep(chance.uniform(0.05, 0.6))
                proxy.cut()
            yield
    finally:
        proxy.close()


def _uploading(platform: Platform) -> AbstractContextManager[None]:
    return _Uploads(platform).going_on()


class _Uploads:
    """A few customers, each with an application, who upload one file after another."""

    def __init__(self, platform: Platform) -> None:
        self._customers = [register(platform.edge, platform.layout.mails) for _ in range(_CUSTOMERS)]
        self._done = threading.Event()
        # What was acknowledged: document id, the session that may read it, the content.
        self._kept = list[tuple[str, Customer, bytes]]()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with TemporaryDirectory() as folder, ThreadPoolExecutor(len(self._customers)) as pool:
            working = [pool.submit(self._upload, each, Path(folder)) for each in self._customers]
            try:
                yield
            finally:
                self._done.set()
                for each in working:
                    each.result()
        self._check()

    def _upload(self, customer: Customer, folder: Path) -> None:
        session = customer.session
        application = session.post("/api/v1/applications", form(customer.id))["application"]["applicationId"]
        number = 0
        while not self._done.wait(0.2):
            number += 1
            file = sample_pdf(folder, f"{application}-{number}", "Ada Okafor", f"statement {number}")
            with suppress(Refused):
                fields = {"application_id": application, "type": "DOCUMENT_TYPE_BANK_STATEMENT"}
                answer = session.upload("/api/v1/documents/upload", file, fields)
                self._kept.append((answer["document"]["documentId"], customer, file.read_bytes()))

    def _check(self) -> None:
        assert self._kept, "no file was uploaded"
        for document, customer, content in self._kept:
            found = customer.session.read(f"/api/v1/documents/{document}/content")
            assert found == content, f"document {document} is not what was uploaded"
