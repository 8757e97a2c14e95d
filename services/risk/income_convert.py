"""Between the contract and the model, of income that bank statements show; pure."""

from datetime import UTC

from loanflow.document.v1 import document_events_pb2
from loanflow.risk.v1 import income_pb2
from loanflow.types.v1 import document_type_pb2
from services.risk.income import IncomeFile, OrderReading
from services.runtime.messages import Out

_FILE = Out(IncomeFile, income_pb2.IncomeFile)


def to_order(event: document_events_pb2.DocumentValidated) -> OrderReading:
    """The command that the acceptance of a document means."""
    is_statement = event.document_type == document_type_pb2.DOCUMENT_TYPE_BANK_STATEMENT
    ids, at = (event.application_id, event.customer_id, event.document_id), event.validate_time.ToDatetime(UTC)
    return OrderReading(*ids, event.document_version, at, is_statement)


def from_file(file: IncomeFile) -> income_pb2.IncomeFile:
    """The resource of a file."""
    return _FILE(file)
