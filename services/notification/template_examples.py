"""Messages filled with made-up values, so that it can be seen and measured what a wording makes of them; pure.

Nobody's data are in them, and they are the same every time.
"""

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.notification.v1.template_pb2 import DigestLine
from loanflow.types.v1.money_pb2 import Money

PERSON = "Ada Lovelace"
# A version 7 UUID as ids are.
_ID = "01936f0e-4b1c-7cc4-8f5e-3d2a90b7c615"
_DATE, _TIME, _CURRENCY, _AMOUNT, _PERCENT = "2030-01-31", "2030-01-31T09:05:00Z", "EUR", "1234.56", "7.25"
_NUMBER, _URL = 3, "https://loanflow.example/notifications/history"
IDS = {"application_id": _ID, "customer_id": _ID, "loan_id": _ID}


def example(kind: Descriptor) -> Message:
    """A message of a type with a value in every field."""
    message = GetMessageClass(kind)()
    for field in kind.fields:
        if field.is_repeated:
            if field.message_type is None:
                getattr(message, field.name).append(_value(field))
            elif field.message_type == DigestLine.DESCRIPTOR:
                getattr(message, field.name).extend([example(field.message_type)] * _NUMBER)
        elif field.message_type is None:
            setattr(message, field.name, _value(field))
        else:
            getattr(message, field.name).CopyFrom(_inner(field.message_type))
    return message


def _inner(kind: Descriptor) -> Message:
    if kind == Money.DESCRIPTOR:
        return Money(currency=_CURRENCY, amount=_AMOUNT)
    if kind == Timestamp.DESCRIPTOR:
        moment = Timestamp()
        moment.FromJsonString(_TIME)
        return moment
    return example(kind)


def _value(field: FieldDescriptor) -> Any:
    if field.enum_type is not None:
        return sorted(field.enum_type.values_by_number)[1]
    if field.type == FieldDescriptor.TYPE_BOOL:
        return True
    if field.type != FieldDescriptor.TYPE_STRING:
        return _NUMBER
    endings = {"_id": _ID, "_date": _DATE, "_percent": _PERCENT, "_url": _URL}
    return next((value for end, value in endings.items() if field.name.endswith(end)), field.name.replace("_", " "))
