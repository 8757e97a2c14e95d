"""The gates of the document service."""

from services import outsiders
from services.gates import Fact, Gate, Source

# The application service calls this one, so it cannot be asked. A late file changes nothing: a service that decides
# on files asks whether the application goes on.
_OPEN = Fact("the application has not ended", "application", Source.COPY, "WRONG_STATUS")
# Known from the submission on; of a draft, only the customer is.
_OUTSIDER = outsiders.kept("document", Source.COPY)
_SCANNED = Fact("the virus scanner found nothing in it", "document", Source.ROW, "DOCUMENT_QUARANTINED")
_UNDECIDED = Fact("no officer has accepted or rejected the document", "document", Source.ROW, "WRONG_STATUS")

GATES = (
    Gate("upload a document", ("UploadDocument",), (
        Fact("the application is the caller's", "document", Source.ROW, "NOT_OWNER"),
        _OPEN,
        Fact("KYC did not decide on the version that is there", "document", Source.ROW, "DOCUMENT_PINNED"),
    )),
    Gate("remove a document", ("DeleteDocument",), (
        Fact("the application is a draft", "document", Source.ROW, "WRONG_STATUS"),
        Fact("the application is not being handed in", "document", Source.ROW, "WRONG_STATUS"),
        Fact("no officer has accepted the document", "document", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("accept a document", ("ValidateDocument",), (_OPEN, _OUTSIDER, _SCANNED, _UNDECIDED)),
    Gate("reject a document", ("RejectDocument",), (_OPEN, _OUTSIDER, _UNDECIDED)),
    Gate("freeze the documents of a submission", ("FreezeDocuments",), (
        _OPEN,
        Fact("of every required type a document is there, and not rejected", "document", Source.ROW,
             "DOCUMENTS_MISSING"),
    )),
    Gate("pin the documents of a decision", ("PinDocuments",), (
        _OPEN,
        Fact("the present document of every required type is accepted, and the virus scanner found nothing",
             "document", Source.ROW, "DOCUMENTS_NOT_ACCEPTED"),
        Fact("the present documents are those that were verified", "document", Source.ROW, "DOCUMENTS_CHANGED"),
    )),
)  # fmt: skip
