"""Mails to holders of accounts about their sign-in: the auth service has them, and this one sends them.

They are fetched, since a call the other way would close a circle of callers. Nothing of them is kept here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from services.notification.pages import Pages
from services.notification.ports import AccountMails, Channel, Message, Refused
from services.notification.store import UnitOfWork
from services.runtime.errors import Unavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AccountPost:
    """Everything it needs is given at the start; `language` is the lender's, of whoever has none that is known."""

    mails: AccountMails
    mail: Channel
    pages: Pages
    begin: Callable[[], UnitOfWork]
    language: str = "en"

    def deliver_next(self) -> bool:
        """Sends the mail that is due longest; False when none is, or none can be sent now.

        What the mail server does not take for now, or what this process dies of, is given out again after a minute.
        """
        try:
            mail = self.mails.take()
            if mail is None:
                return False
            text = mail.text(self._language(mail.customer_id))
            action = self.pages.action(mail.template, text.language) if mail.template else None
            self.mail.send(Message(mail.mail_id, mail.to, text, mandatory=True, action=action))
        except Refused as error:
            log.warning("account_mail_refused", permanent=error.permanent)
            if not error.permanent or mail is None:
                return False
        except Unavailable as error:
            log.warning("account_mail_waits", cause=error.message)
            return False
        self.mails.finish(mail.mail_id)
        log.info("account_mail", mail_id=mail.mail_id)
        return True

    def _language(self, customer_id: str) -> str:
        """The one of a customer's notices."""
        if not customer_id:
            return self.language
        with self.begin() as uow:
            return uow.recipients.of(customer_id).speaks(self.language)
