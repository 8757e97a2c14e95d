"""Documents while the virus scanner is away: whatever an officer decides meanwhile, each gets its verdict later."""

import pytest

from loanflow.document.v1 import document_events_pb2 as events
from loanflow.document.v1 import document_pb2
from services.document.quarantine import Quarantine
from services.runtime import context
from services.runtime.errors import FailedPrecondition
from tests.fakes.files import EICAR, PDF, holding
from tests.integration.document.conftest import Documents
from tests.integration.document.test_document import UNREADABLE, content, refusal, reject

Status = document_pb2.DocumentStatus


def rescan(documents: Documents) -> bool:
    app = documents.app
    with context.background("document", "document.rescan"):
        return Quarantine(app.begin, app.clock, app.files, app.scanner).rescan()


@pytest.mark.parametrize("infected", [False, True], ids=["clean", "infected"])
def test_a_document_that_was_rejected_meanwhile_is_judged_too(documents: Documents, infected: bool) -> None:
    application_id = documents.draft()
    documents.scanner.away = True
    uploaded = documents.upload(application_id, content=holding(EICAR) if infected else PDF)
    rejected = reject(documents, uploaded.document_id)
    assert not rejected.scanned and not rescan(documents)
    documents.scanner.away = False
    assert rescan(documents) and not rescan(documents)
    with documents.app.begin() as uow:
        now = uow.documents.read(uploaded.document_id)
    assert (now.status.name, now.decided_by, now.content.scanned) == ("REJECTED", rejected.decided_by, not infected)
    assert len(documents.traffic.published(events.DocumentUploaded, events.DocumentRejected)) == 2
    if infected:
        assert now.rejection_reason is not None and now.rejection_reason.name == "INFECTED"
        assert documents.stored() == []
        with refusal(FailedPrecondition, "DOCUMENT_QUARANTINED"):
            content(documents, uploaded.document_id)
    else:
        assert rejected.rejection_reason == UNREADABLE
        assert content(documents, uploaded.document_id) == ("application/pdf", PDF)
