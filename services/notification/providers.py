"""Which provider carries what goes by which channel: as the settings of the deployment say."""

from email.utils import parseaddr
from typing import Protocol

from services.notification import ports
from services.notification.fcm import FcmPush
from services.notification.jasmin import JasminSms
from services.notification.mailer import SmtpMailer
from services.notification.mails import Letterhead
from services.notification.model import Channel
from services.notification.receipt_links import ReceiptLinks
from services.notification.sendgrid import SendGridMailer
from services.notification.settings import Settings
from services.notification.twilio import TwilioSms
from services.papers import lender_of


class Provider(ports.Channel, Protocol):
    """One that has connections."""

    def close(self) -> None:
        """Ends them."""
        ...


def sender_name(settings: Settings) -> str:
    """What text messages begin with: the name that mails come from."""
    return parseaddr(settings.sendgrid.from_address if settings.sendgrid else settings.smtp.sender)[0]


def receipts_of(settings: Settings) -> ReceiptLinks | None:
    """The addresses to which a gateway of the lender's own reports; None where there is no such gateway."""
    return ReceiptLinks(settings.jasmin.report_key_file, settings.public_url) if settings.jasmin else None


def providers_of(settings: Settings) -> dict[Channel, Provider]:
    """A provider for each channel that the deployment has; mail it always has."""
    paper = Letterhead(lender_of(settings.lender_file))
    mail = SendGridMailer(settings.sendgrid, paper) if settings.sendgrid else SmtpMailer(settings.smtp, paper)
    found: dict[Channel, Provider] = {Channel.EMAIL: mail}
    if settings.sms_provider == "JASMIN" and settings.jasmin:
        found[Channel.SMS] = JasminSms(settings.jasmin, sender_name(settings), settings.public_url)
    elif settings.twilio:
        found[Channel.SMS] = TwilioSms(settings.twilio, sender_name(settings), settings.public_url)
    if settings.fcm:
        found[Channel.PUSH] = FcmPush(settings.fcm)
    return found
