"""An example of every event of the contract: of one loan of one customer, with terms, schedule and hash that agree."""

from functools import cache
from importlib.util import find_spec
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from loanflow.types.v1 import document_type_pb2
from services import catalog
from services.lending import loan_cost, loan_schedule
from services.runtime.events.avro import event_classes, event_option
from services.terms import from_cost, from_instalments, from_terms
from tests.factories.loans import START, TERMS

# Those of tests/factories/loans.py.
IDS = {"application_id": "a1", "customer_id": "c1", "loan_id": "l1"}
_TEXTS = {
    **IDS,
    "facility_type": "PERSONAL",
    "terms_hash": TERMS.hash(),
    "currency": TERMS.currency,
    "start_date": START.isoformat(),
}
# The last of its kind is of no use to who reads statements.
_ENUMS = {"document_type": document_type_pb2.DOCUMENT_TYPE_BANK_STATEMENT}
_AMOUNTS = {"principal_balance": "900", "total_paid": "300"}


@cache
def events() -> dict[str, Any]:
    """The classes of the events by their types."""
    names = [each.name for each in catalog.SERVICES if find_spec(f"{each.package}.{each.name}_events_pb2")]
    return {event_option(kind.DESCRIPTOR).type: kind for name in names for kind in event_classes(name)}


def example(event_type: str) -> Any:
    """An event of that type, every field filled."""
    return _filled(events()[event_type]())


def _filled(message: Any) -> Any:
    for field in message.DESCRIPTOR.fields:
        inner = getattr(message, field.name)
        if field.name == "instalments":
            inner.extend(from_instalments(loan_schedule(TERMS, START).rows, TERMS.currency))
        elif field.message_type is None:
            inner.append(_value(field)) if field.is_repeated else setattr(message, field.name, _value(field))
        else:
            _fill_in(inner.add() if field.is_repeated else inner, field.name)
    return message


def _fill_in(message: Any, field: str) -> None:
    name = message.DESCRIPTOR.name
    if name == "Money":
        message.amount, message.currency = _AMOUNTS.get(field, "1200"), TERMS.currency
    elif name == "LoanTerms":
        message.CopyFrom(from_terms(TERMS))
    elif name == "LoanCost":
        message.CopyFrom(from_cost(loan_cost(TERMS, START), TERMS.currency))
    elif name == "Timestamp":
        message.FromJsonString("2030-06-15T12:00:00Z")
    else:
        _filled(message)


def _value(field: FieldDescriptor) -> Any:
    if field.enum_type is not None:
        return _ENUMS.get(field.name, max(field.enum_type.values_by_number))
    if field.cpp_type == field.CPPTYPE_STRING:
        if field.name.endswith("_percent"):
            return "6"
        return _TEXTS.get(field.name, START.isoformat() if field.name.endswith("_date") else f"<{field.name}>")
    # The first of its kind; of what may be so or not, that it is not.
    return field.cpp_type != field.CPPTYPE_BOOL and 1
