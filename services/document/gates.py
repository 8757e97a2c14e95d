"""The gates of the document service."""

from services.gates import Fact, Gate, Source

_OPEN = Fact("the application has not ended", "document", Source.ROW, "WRONG_STATUS")
_UNDECIDED = Fact("no officer has accepted or rejected the document", "document", Source.ROW, "WRONG_STATUS")

GATES = (
    Gate("upload a document", ("UploadDocument",), (
        Fact("the application is the caller's", "document", Source.ROW, "NOT_OWNER"),
        _OPEN,
    )),
    Gate("remove a document", ("DeleteDocument",), (
        Fact("the application is a draft", "document", Source.ROW, "WRONG_STATUS"),
        Fact("no officer has accepted the document", "document", Source.ROW, "WRONG_STATUS"),
    )),
    Gate("accept a document", ("ValidateDocument",), (_OPEN, _UNDECIDED)),
    Gate("reject a document", ("RejectDocument",), (_OPEN, _UNDECIDED)),
)  # fmt: skip
