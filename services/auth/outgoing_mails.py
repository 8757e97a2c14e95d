"""Which mail to the holder of an account goes out next, and what is in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import Counter

from services.auth import passwords as secret
from services.auth.mail_links import (
    INVITATION_LIFETIME,
    RESET_LINK_LIFETIME,
    AccountMail,
    AccountMailKind,
    MailLink,
    WaitingMail,
)
from services.auth.model import Account, AccountKind
from services.auth.registrations import MailedToken
from services.auth.store import UnitOfWork
from services.runtime import ids
from services.runtime.clock import Clock

log = structlog.get_logger(__name__)
# So many without a recipient are passed over in one call; the others are looked at in the next.
PASSED_OVER = 100
UNREADABLE = Counter("loanflow_account_mails_unreadable", "Mails set aside: what they are made of cannot be opened.")


@dataclass(frozen=True)
class OutgoingMails:
    """Everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def take(self) -> AccountMail | None:
        """The mail that is due longest, with a token that is drawn now; those that have no receiver are passed over.

        So are those whose receiver's data was changed, or sealed by a key that is not there: one of them holds up no
        other. While no key can be had, all wait.
        """
        for _ in range(PASSED_OVER):
            with self.begin() as uow:
                now = self.clock.now()
                waiting = uow.mails.take(now)
                if waiting is None:
                    return None
                mail = _made_or_set_aside(uow, waiting, now)
                uow.commit()
            if mail is not None:
                return mail
        return None

    def finish(self, mail_id: str) -> None:
        """Notes that there is nothing more to do about a mail."""
        with self.begin() as uow:
            uow.mails.finish(mail_id, self.clock.now())
            uow.commit()


def _made_or_set_aside(uow: UnitOfWork, waiting: WaitingMail, at: datetime) -> AccountMail | None:
    """The mail; without a receiver it is finished, and what is unreadable is looked at again later."""
    try:
        mail = _made(uow, waiting, at)
    except ValueError:
        # Nothing has changed in the transaction by then: what is sealed is opened as it is loaded.
        log.error("account_mail_unreadable", mail_id=waiting.mail_id, mail_kind=waiting.kind.name)
        UNREADABLE.inc()
        uow.mails.set_aside(waiting.mail_id, at)
        return None
    if mail is None:
        uow.mails.finish(waiting.mail_id, at)
    return mail


def _made(uow: UnitOfWork, waiting: WaitingMail, at: datetime) -> AccountMail | None:
    account = _receiver(uow, waiting)
    if account is None:
        return _to_confirm(uow, waiting, at)
    if account.erase_time is not None or not account.email:
        return None
    if waiting.kind is AccountMailKind.EMAIL_CONFIRMATION:
        uow.registrations.choose(waiting.address_index, account.account_id)
        return _addressed(account, waiting.mail_id, AccountMailKind.ALREADY_REGISTERED)
    if waiting.kind is AccountMailKind.PASSWORD_RESET:
        return _with_token(uow, waiting, account, at)
    if waiting.kind is AccountMailKind.INVITATION:
        return _to_join(waiting, account, at)
    return _addressed(account, waiting.mail_id, waiting.kind)


def _addressed(
    account: Account, mail_id: str, kind: AccountMailKind, token: str = "", expire_time: datetime | None = None
) -> AccountMail:
    whose = account.account_id if account.kind is AccountKind.CUSTOMER else ""
    return AccountMail(mail_id, kind, account.email, account.full_name, token, expire_time, whose)


def _receiver(uow: UnitOfWork, waiting: WaitingMail) -> Account | None:
    if waiting.address_index:
        return uow.accounts.of_index(waiting.address_index)
    return uow.accounts.get(waiting.account_id)


def _with_token(uow: UnitOfWork, waiting: WaitingMail, account: Account, at: datetime) -> AccountMail | None:
    """The mail with a token; None when its password is not reset by mail.

    Earlier tokens stay good until they expire, or one of them is used: anyone may ask for a mail at any time, and would
    else end the one that its holder has at hand.
    """
    if at >= waiting.create_time + RESET_LINK_LIFETIME:
        return None  # no mail server took it for so long that it has been asked for again, or is not wanted any more
    if not account.may_reset(bool(uow.factors.of(account.account_id).methods)):
        return None
    token = secret.draw()
    link = MailLink.to_reset(ids.new_id(), account.account_id, secret.digest(token), at)
    uow.links.add(link)
    return _addressed(account, waiting.mail_id, waiting.kind, token, link.expire_time)


def _to_join(waiting: WaitingMail, account: Account, at: datetime) -> AccountMail | None:
    """The mail with a token in place of the one of before; None to who has joined, or is not to any more."""
    if account.join_time is not None or account.disable_time is not None:
        return None
    token = secret.draw()
    account.let_in(secret.digest(token), INVITATION_LIFETIME, at)
    return _addressed(account, waiting.mail_id, waiting.kind, token, account.invitation_expire_time)


def _to_confirm(uow: UnitOfWork, waiting: WaitingMail, at: datetime) -> AccountMail | None:
    """The mail to an address that has no account, if somebody registered with it, whichever mail was asked for.

    The tokens of earlier ones stay good. The name is left out: anyone may have typed it, and any text, in.
    """
    newest = uow.registrations.newest(waiting.address_index, at)
    if newest is None:
        return None
    token = secret.draw()
    uow.registrations.keep_token(MailedToken(waiting.address_index, secret.digest(token), newest.expire_time))
    kind = AccountMailKind.EMAIL_CONFIRMATION
    return AccountMail(waiting.mail_id, kind, newest.email, "", token, newest.expire_time)
