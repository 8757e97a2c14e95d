"""Between the contract and the model, of what secures a loan; pure."""

from datetime import date

from loanflow.document.v1 import document_pb2
from loanflow.risk.v1 import collateral_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.collateral import CollateralFile
from services.risk.collateral_handlers import AddCollateral, RecordValuation, SettleValuation
from services.risk.collateral_valuation import Evidence
from services.runtime.messages import OTHERS, In, Out
from services.runtime.stores.paging import PageResult

_FILE = Out(CollateralFile, collateral_pb2.CollateralFile)
_ADD = In(pb.AddCollateralRequest, AddCollateral)
_RECORD = In(pb.RecordValuationRequest, RecordValuation, parts={"valued"})
_SETTLE = In(pb.SettleValuationRequest, SettleValuation)
_EVIDENCE = In(document_pb2.Document, Evidence, ignored=OTHERS)


def to_add(request: pb.AddCollateralRequest) -> AddCollateral:
    """The command of a request."""
    return _ADD(request)


def to_record(request: pb.RecordValuationRequest) -> RecordValuation:
    """The command of a request."""
    return _RECORD(request)


def to_settle(request: pb.SettleValuationRequest) -> SettleValuation:
    """The command of a request."""
    return _SETTLE(request)


def to_due(request: pb.ListDueRevaluationsRequest) -> date | None:
    """By which day what is listed is due; None for today."""
    return date.fromisoformat(request.due_date) if request.due_date else None


def to_evidence(document: document_pb2.Document) -> Evidence:
    """An accepted document, as far as a valuation names it."""
    return _EVIDENCE(document)


def from_file(file: CollateralFile) -> collateral_pb2.CollateralFile:
    """The resource of a file."""
    return _FILE(file)


def from_due(page: PageResult[CollateralFile]) -> pb.ListDueRevaluationsResponse:
    """A page of files with something that is due."""
    return pb.ListDueRevaluationsResponse(collateral_files=map(from_file, page.items), next_page_token=page.next_token)
