"""One of each of the mails, filled as the services fill them."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message as Proto

from loanflow.auth.v1.account_mail_pb2 import AccountMail
from loanflow.notification.v1.notification_service_pb2 import Reminder, SendOneTimeCodeRequest
from loanflow.notification.v1.template_pb2 import Digest, DigestLine
from services.notification import templates
from services.notification.convert import ACCOUNT_TEMPLATES
from services.notification.digests import DIGEST
from services.notification.mails import Letterhead, Mail
from services.notification.model import Channel
from services.notification.notices import NOTICES, REMINDERS, RULES
from services.notification.pages import Pages
from services.notification.ports import Message, Party

APPLICATION = "01936f0e-4b1c-7cc4-8f5e-3d2a90b7c615"
LOAN = "01937a52-9d3e-7b10-a1c4-6f0b8e2d7743"
CUSTOMER = "01936f0d-11aa-7d02-9b6f-52c8e01f4a90"
EDGE, APP = "https://api.loanflow.example", "https://app.loanflow.example"
NAMES = {"ar": "محمد بن عبد الله", "de": "Jörg Müßig", "en": "Ada Lovelace", "es": "José Núñez", "fr": "Hélène Lefèvre"}
LEAVE = f"{EDGE}/api/v1/notifications/unsubscribe/AX3h9tk2Vw8b-Qm7"
MESSAGES: dict[str, type[Proto]] = {
    **{notice.event_type: notice.event for notice in NOTICES if Channel.EMAIL in notice.channels},
    **{rule.event_type: Reminder for rule in REMINDERS},
    DIGEST.event_type: Digest,
    "one.time.code": SendOneTimeCodeRequest,
    **dict.fromkeys(ACCOUNT_TEMPLATES.values(), AccountMail),
}
_TEXTS = {
    "application_id": APPLICATION, "loan_id": LOAN, "customer_id": CUSTOMER, "code": "246813",
    "token": "kJ3v9Qx-2mZ8rT5wY1nB7cL4fH6dS0gA_pE3uK9iO2q", "project_name": "A new oven for the bakery",
    "annual_rate_percent": "7.25", "apr_percent": "8.12", "bank_reference": "LF-2030-004711",
}  # fmt: skip
_NUMBERS = {
    "tenure_months": 24, "instalments": 24, "instalment_number": 3, "offer_version": 2, "document_version": 1,
    "days_past_due": 6, "remaining_count": 1, "count": 7,
}  # fmt: skip
_AMOUNTS = {
    "instalment": "673.58", "total_cost": "1165.92", "total_paid": "16165.92", "amount_due": "673.58",
    "penalty": "0.00", "fee": "0.00", "interest": "87.71", "principal_balance": "13242.19",
}  # fmt: skip


def filled(message: Proto, texts: Mapping[str, str] = _TEXTS) -> Any:
    """The message with a value in every field that is not repeated."""
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            continue
        if field.message_type is None:
            setattr(message, field.name, _sample(field, texts))
        elif field.message_type.name == "Money":
            money: Any = getattr(message, field.name)
            money.currency, money.amount = "EUR", _AMOUNTS.get(field.name, "15000.00")
        elif field.message_type.name == "Timestamp":
            getattr(message, field.name).FromJsonString("2030-01-31T09:05:00Z")
        else:
            filled(getattr(message, field.name), texts)
    return message


def message_of(template: str, language: str = "en", name: str = "", texts: Mapping[str, str] = _TEXTS) -> Message:
    """What is handed to a provider of mail."""
    proto = filled(MESSAGES[template](), texts)
    if "changed_fields" in proto.DESCRIPTOR.fields_by_name:
        proto.changed_fields.extend(["phone", "address"])
    if isinstance(proto, Digest):
        proto.notices.extend(filled(DigestLine(), texts) for _ in range(_NUMBERS["count"]))
    rule, text = {**RULES, DIGEST.event_type: DIGEST}.get(template), templates.render(template, proto, language)
    mandatory = rule is None or rule.mandatory
    places = Pages(EDGE, APP)
    ids = {"application_id": APPLICATION, "loan_id": LOAN, "customer_id": CUSTOMER}
    action = places.action(template, language, ids)
    about = APPLICATION if "application_id" in proto.DESCRIPTOR.fields_by_name else ""
    party = Party(name or NAMES[language], "anna@example.org")
    leave, chosen = ("", "") if mandatory else (LEAVE, places.preferences)
    return Message("0193", party, text, mandatory, (), leave, action, about, chosen)


def mail_of(template: str, language: str = "en", name: str = "", texts: Mapping[str, str] = _TEXTS) -> Mail:
    """The mail of a template."""
    return Letterhead().mail(message_of(template, language, name, texts))


def _sample(field: Any, texts: Mapping[str, str]) -> Any:
    if field.enum_type is not None:
        return sorted(field.enum_type.values_by_number)[1]
    if field.type == field.TYPE_STRING:
        return "2030-01-31" if field.name.endswith("_date") else texts.get(field.name, field.name)
    return _NUMBERS.get(field.name, 7)
