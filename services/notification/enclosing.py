"""Which papers go out with which mails: what they say comes with the event, and is typeset when the mail goes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import structlog
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid, LoanWithdrawalSettled
from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Channel, Notification, Text
from services.notification.ports import Enclosure, Party, Worded
from services.notification.templates import Wording
from services.papers import Document, Lender, Unprintable, language_of
from services.papers.formats import Amount, Value

log = structlog.get_logger(__name__)
# The forms of services/papers, with the names of their files.
_COMPLETION, _WITHDRAWN = "completion-v1", "withdrawn-v1"
_FILES = {_COMPLETION: "completion-letter.pdf", _WITHDRAWN: "withdrawal-confirmation.pdf"}


def worded(plain: Worded, event: Any) -> Worded:
    """The words of an event with what its mail encloses."""
    letter = letter_of(event)

    def with_letter(language: str, chosen: Wording | None = None) -> Text:
        return replace(plain(language, chosen), letter=letter, letter_language=event.paper_language)

    return with_letter if letter else plain


def letter_of(event: Any) -> str:
    """What the paper says that goes out with an event's mail, as JSON; empty for none.

    Such is the completion letter, and after a withdrawal from the agreement its confirmation, which says that all is
    paid back and not that the loan was repaid as agreed. An event from before it said what was lent, and when, has
    none.
    """
    if isinstance(event, LoanWithdrawalSettled):
        return _written(event, _WITHDRAWN, ("interest", "refund"), declared=_moment(event.declare_time))
    if isinstance(event, LoanFullyRepaid) and event.close_date and not event.withdrawn:
        return _written(event, _COMPLETION)
    return ""


def enclosed(notification: Notification, party: Party, lender: Lender) -> tuple[Enclosure, ...]:
    """What goes out with a notification; nothing by another channel than mail, or when no font shows who gets it.

    It is in the language of every paper about the loan, and the mail around it in that of mails.
    """
    text = notification.text
    if notification.channel is not Channel.EMAIL or not text.letter:
        return ()
    said = json.loads(text.letter)
    form = said.pop("form", _COMPLETION)
    values = {**_values(said), "borrower": party.full_name, "borrower_address": party.address}
    made = date.fromisoformat(said["closed"])
    language = language_of(text.letter_language, party.language, lender.language)
    letter = Document(form, notification.loan_id, made, values, language, lender)
    try:
        return (Enclosure(_FILES[form], "application/pdf", letter.pdf()),)
    except Unprintable as error:
        log.warning("letter_left_out", notification_id=notification.notification_id, cause=str(error))
        return ()


def _written(event: Any, form: str, amounts: tuple[str, ...] = (), **said: str) -> str:
    """What both papers say and, where there is any of it, the amounts that one of them has beside."""
    money = {name: getattr(event, name) for name in ("principal", "total_paid", *amounts)}
    paid = {name: _plain(each) for name, each in money.items() if name != "refund" or Decimal(each.amount)}
    days = {"start": event.start_date, "closed": event.close_date}
    return json.dumps({"form": form, **days, **said, **paid}, sort_keys=True)


def _moment(time: Timestamp) -> str:
    return time.ToDatetime(UTC).isoformat()


def _plain(money: Money) -> dict[str, str]:
    return {"amount": money.amount, "currency": money.currency}


def _values(said: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _value(each) for name, each in said.items()}


def _value(said: Any) -> Value:
    if isinstance(said, dict):
        return Amount(Decimal(said["amount"]), said["currency"])
    return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)
