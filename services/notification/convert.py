"""Between the contract and the model; pure."""

from collections.abc import Mapping
from datetime import UTC
from functools import partial
from itertools import product
from typing import Any

from loanflow.auth.v1 import account_mail_pb2
from loanflow.customer.v1.customer_events_pb2 import CustomerProfileUpdated
from loanflow.notification.v1 import delivery_pb2, notification_pb2, preferences_pb2, template_pb2
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification import enclosing, pages, template_convert, templates
from services.notification.delivered import Delivered
from services.notification.delivery_log import NoticeDelivery
from services.notification.digests import DIGEST
from services.notification.handlers import FindDelivery, Notify, SendCode
from services.notification.model import Channel, Notification, Rule
from services.notification.notices import MISSING, NOTICES, REMINDER, REMINDERS, Notice
from services.notification.ports import AccountMail, Party
from services.notification.recipients import ProfileChanges, Recipient
from services.runtime.messages import In, Members, Out

_CODE_TEMPLATE = "one.time.code"
# What a profile has of the addresses that messages go to.
_ADDRESSES = {"email": Channel.EMAIL, "phone": Channel.SMS}
ACCOUNT_TEMPLATES = {
    account_mail_pb2.ACCOUNT_MAIL_KIND_PASSWORD_RESET: "password.reset",
    account_mail_pb2.ACCOUNT_MAIL_KIND_PASSWORD_CHANGED: "password.changed",
    account_mail_pb2.ACCOUNT_MAIL_KIND_ACCOUNT_DISABLED: "account.disabled",
    account_mail_pb2.ACCOUNT_MAIL_KIND_ACCOUNT_ENABLED: "account.enabled",
    account_mail_pb2.ACCOUNT_MAIL_KIND_EMAIL_CONFIRMATION: "email.confirmation",
    account_mail_pb2.ACCOUNT_MAIL_KIND_ALREADY_REGISTERED: "already.registered",
    account_mail_pb2.ACCOUNT_MAIL_KIND_INVITATION: "staff.invitation",
    account_mail_pb2.ACCOUNT_MAIL_KIND_REVIEW_DUE: "review.due",
    account_mail_pb2.ACCOUNT_MAIL_KIND_REVIEW_OVERDUE: "review.overdue",
    account_mail_pb2.ACCOUNT_MAIL_KIND_NOTICE_UNDELIVERED: "notice.undelivered",
    account_mail_pb2.ACCOUNT_MAIL_KIND_DECISION_DUE: "decision.due",
    account_mail_pb2.ACCOUNT_MAIL_KIND_KYC_OVERDUE: "kyc.overdue",
}
# By template, the message that it is filled with.
TEMPLATES: Mapping[str, Any] = {
    **{notice.event_type: notice.event.DESCRIPTOR for notice in NOTICES},
    **{rule.event_type: pb.Reminder.DESCRIPTOR for rule in REMINDERS},
    DIGEST.event_type: template_pb2.Digest.DESCRIPTOR,
    _CODE_TEMPLATE: pb.SendOneTimeCodeRequest.DESCRIPTOR,
    **dict.fromkeys(ACCOUNT_TEMPLATES.values(), account_mail_pb2.AccountMail.DESCRIPTOR),
}
_CHANNELS = Members(Channel, notification_pb2.Channel)
_NOTIFICATION = Out(Notification, notification_pb2.Notification)
_DELIVERY = Out(NoticeDelivery, delivery_pb2.NoticeDelivery)
_FIND_DELIVERY = In(pb.GetDeliveryRequest, FindDelivery)
_DELIVERED = Out(Delivered, pb.GetDeliveryResponse)
_PREFERENCE = Out(Rule, preferences_pb2.Preference, given={"channels": tuple[Channel, ...]})
_PREFERENCES = Out(
    Recipient, preferences_pb2.Preferences,
    given={
        "preferences": list[preferences_pb2.Preference], "available_channels": list[Channel],
        "language": preferences_pb2.NoticeLanguage, "daily_digest": preferences_pb2.DailyDigest,
    },
)  # fmt: skip


def check_templates() -> None:
    """Refuses the templates, at the start, when one asks for what its message has not: templates.Unfit names it."""
    for language, (name, message) in product(templates.LANGUAGES, TEMPLATES.items()):
        templates.check(name, message, language)
        pages.check(name, language)


def to_notify(notice: Notice, event: Any) -> Notify:
    """The command of an event."""
    return Notify(
        rule=notice.rule,
        customer_id=event.customer_id,
        application_id=getattr(event, "application_id", ""),
        loan_id=getattr(event, "loan_id", ""),
        text=enclosing.worded(partial(templates.render, notice.event_type, event), event),
        after=notice.predecessor(event),
        notified_elsewhere=bool(notice.unless and getattr(event, notice.unless)),
        overtaken_by=notice.overtaken_by,
    )


def to_profile_changes(event: CustomerProfileUpdated) -> ProfileChanges | None:
    """What an event says that changes notices; None for nothing."""
    channels = tuple(channel for name, channel in _ADDRESSES.items() if name in event.changed_fields)
    language = "language" in event.changed_fields
    return ProfileChanges(channels, language, event.update_time.ToDatetime(UTC)) if channels or language else None


def to_send_code(request: pb.SendOneTimeCodeRequest) -> SendCode:
    """The command of a request."""
    text = partial(templates.render, _CODE_TEMPLATE, request)
    return SendCode(request.customer_id, text, request.application_id)


def to_find_delivery(request: pb.GetDeliveryRequest) -> FindDelivery:
    """The question of a request."""
    return _FIND_DELIVERY(request)


def from_delivered(found: Delivered) -> pb.GetDeliveryResponse:
    """How far a notice is."""
    return _DELIVERED(found)


def from_delivery(delivery: NoticeDelivery) -> delivery_pb2.NoticeDelivery:
    """How far a notice is by a channel."""
    return _DELIVERY(delivery)


def to_account_mail(mail: account_mail_pb2.AccountMail) -> AccountMail:
    """A mail to the holder of an account; KeyError for a kind that is not known here."""
    template = ACCOUNT_TEMPLATES[mail.kind]
    text = partial(templates.render, template, mail)
    return AccountMail(mail.mail_id, Party(mail.full_name, mail.email), text, template, mail.customer_id)


def to_reminders(request: pb.SendRemindersRequest) -> list[Notify]:
    """The commands of a request."""
    return [_to_reminder(each) for each in request.reminders]


def to_channel(request: pb.ListHistoryRequest) -> Channel | None:
    """The channel that a list is of; None for all."""
    return _CHANNELS.get(request.channel)


def to_address(request: pb.ReviveAddressRequest) -> Channel:
    """The channel that an address is of."""
    return _CHANNELS.member(request.channel)


def from_revived(recipient: Recipient) -> pb.ReviveAddressResponse:
    """Which of a customer's addresses messages come back from."""
    return pb.ReviveAddressResponse(dead_channels=[f"CHANNEL_{each.name}" for each in recipient.dead])


def to_choices(request: pb.UpdatePreferencesRequest) -> list[tuple[str, tuple[Channel, ...]]]:
    """The channels by type of event, in the order of the request."""
    return [
        (each.event_type, tuple(_CHANNELS.member(channel) for channel in each.channels)) for each in request.preferences
    ]


def to_daily(request: pb.UpdatePreferencesRequest) -> tuple[Channel, ...] | None:
    """The channels of the daily digest; None to leave them."""
    return tuple(map(_CHANNELS.member, request.daily_digest.channels)) if request.HasField("daily_digest") else None


def to_language(request: pb.UpdatePreferencesRequest) -> str:
    """The language to change to, ISO 639-1; empty for none."""
    return template_convert.to_language(request.language)


def from_notification(notification: Notification) -> notification_pb2.Notification:
    """The resource of a notification."""
    return _NOTIFICATION(notification)


def from_recipient(
    recipient: Recipient, rules: Mapping[str, Rule], available: frozenset[Channel]
) -> preferences_pb2.Preferences:
    """The preferences, for every type of event in the order of the rules, with the channels that are really used."""
    rows = [_PREFERENCE(rule, channels=recipient.reach(rule, available).channels) for rule in rules.values()]
    there = [each for each in Channel if each in available]
    spoken = template_convert.from_language(recipient.language)
    daily = preferences_pb2.DailyDigest(channels=[f"CHANNEL_{each.name}" for each in recipient.daily])
    return _PREFERENCES(
        recipient, preferences=rows, available_channels=there, language=spoken, daily_digest=daily
    )  # fmt: skip


def masked(address: str) -> str:
    """An e-mail address by which only its owner knows it, such as `a•••@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _to_reminder(reminder: pb.Reminder) -> Notify:
    rule = MISSING if reminder.days_past_due else REMINDER
    text = partial(templates.render, rule.event_type, reminder)
    ids = reminder.customer_id, reminder.application_id, reminder.loan_id
    return Notify(rule, *ids, text, occasion_id=reminder.reminder_id)
