"""Which papers go out with which mails."""

from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid
from services.notification.model import Channel, Notification
from services.notification.ports import Enclosure, Papers
from services.runtime.events.avro import event_option

_REPAID = event_option(LoanFullyRepaid.DESCRIPTOR).type


def enclosed(notification: Notification, papers: Papers) -> tuple[Enclosure, ...]:
    """What goes out with a notification; nothing by another channel than mail. errors.Unavailable."""
    if notification.channel is not Channel.EMAIL or notification.event_type != _REPAID:
        return ()
    letter = papers.completion_letter(notification.loan_id, notification.text.language)
    return (letter,) if letter else ()
