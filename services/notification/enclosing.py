"""Which papers go out with which mails: what they say comes with the event, and is typeset when the mail goes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import structlog

from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid
from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Channel, Notification, Text
from services.notification.ports import Enclosure, Party, Worded
from services.notification.templates import Wording
from services.papers import Document, Lender, Unprintable
from services.papers.formats import Amount, Value

log = structlog.get_logger(__name__)
_COMPLETION = "completion-v1"


def worded(plain: Worded, event: Any) -> Worded:
    """The words of an event with what its mail encloses."""
    letter = letter_of(event)

    def with_letter(language: str, chosen: Wording | None = None) -> Text:
        return replace(plain(language, chosen), letter=letter)

    return with_letter if letter else plain


def letter_of(event: Any) -> str:
    """What the paper says that goes out with an event's mail, as JSON; empty for none.

    Such is the completion letter. An event from before it said what was lent, and when, has none.
    """
    if not isinstance(event, LoanFullyRepaid) or not event.close_date:
        return ""
    amounts = {"principal": event.principal, "total_paid": event.total_paid}
    said = {"start": event.start_date, "closed": event.close_date}
    return json.dumps({**said, **{name: _plain(value) for name, value in amounts.items()}}, sort_keys=True)


def enclosed(notification: Notification, party: Party, lender: Lender) -> tuple[Enclosure, ...]:
    """What goes out with a notification; nothing by another channel than mail, or when no font shows who gets it."""
    text = notification.text
    if notification.channel is not Channel.EMAIL or not text.letter:
        return ()
    said = json.loads(text.letter)
    values = {**_values(said), "borrower": party.full_name, "borrower_address": party.address}
    letter = Document(
        _COMPLETION, notification.loan_id, date.fromisoformat(said["closed"]), values, text.language, lender
    )
    try:
        return (Enclosure("completion-letter.pdf", "application/pdf", letter.pdf()),)
    except Unprintable as error:
        log.warning("letter_left_out", notification_id=notification.notification_id, cause=str(error))
        return ()


def _plain(money: Money) -> dict[str, str]:
    return {"amount": money.amount, "currency": money.currency}


def _values(said: Mapping[str, Any]) -> dict[str, Value]:
    return {
        name: Amount(Decimal(each["amount"]), each["currency"]) if isinstance(each, dict) else date.fromisoformat(each)
        for name, each in said.items()
    }
