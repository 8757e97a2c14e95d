"""How a customer comes to an account: registers, proves mailbox and password, and has the account made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.auth import password_policy
from services.auth import passwords as secret
from services.auth.commands import ProveRegistration, RegisterAccount, StartRegistration
from services.auth.mail_links import AccountMailKind, link_invalid
from services.auth.model import Account, email_taken
from services.auth.passwords import Passwords
from services.auth.registrations import REGISTRATION_HOURS, MailedToken, Registration, salt
from services.auth.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import Unauthenticated


@dataclass(frozen=True)
class EmailConfirmation:
    """Everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    passwords: Passwords
    hours: Callable[[], int] = lambda: REGISTRATION_HOURS

    @property
    def lifetime(self) -> timedelta:
        """For how long a registration of now may be confirmed."""
        return timedelta(hours=self.hours())

    def start(self, command: StartRegistration) -> None:
        """Keeps a registration, and has a mail sent.

        Whether there is an account is not looked at: neither what is written nor how long it takes depends on it.
        """
        password_policy.check(command.password, command.email)
        uow = self.begin()
        password_hash = self.passwords.hash(command.password, salt(uow.registrations.index(command.email)))
        with uow:
            now = self.clock.now()
            said = (command.customer_id, command.email, command.full_name, command.phone)
            uow.registrations.add(Registration(*said, password_hash, now, now + self.lifetime))
            uow.mails.order(AccountMailKind.EMAIL_CONFIRMATION, command.email, now)
            uow.commit()

    def send_again(self, email: str) -> None:
        """Has the mail sent anew: whether there is anything to confirm is looked at later, and not here."""
        with self.begin() as uow:
            uow.mails.order(AccountMailKind.EMAIL_CONFIRMATION, email, self.clock.now())
            uow.commit()

    def prove(self, command: ProveRegistration) -> Registration:
        """The registration that token and password prove together; drops every other one of the address.

        However many there are costs one hash, and nothing is held meanwhile.
        """
        token = self._looked_at(secret.digest(command.confirmation_token))
        password_hash = self.passwords.hash(command.password, salt(token.address_index))
        with self.begin() as uow:
            now = self.clock.now()
            failures = uow.failures.of(token.attempts, now)
            failures.check(now)
            found = uow.registrations.of_password(token.address_index, password_hash, now)
            if found is None:
                uow.failures.count(failures, now)
                uow.commit()
                raise Unauthenticated("no one registered with this password", reason="BAD_CREDENTIALS")
            failures.clear()
            _check_chosen(uow, uow.registrations.mailed_token(token.token_hash, now), found)
            uow.registrations.choose(token.address_index, found.registration_id)
            uow.commit()
        return found

    def register_account(self, command: RegisterAccount) -> None:
        """Makes the account of a customer whose mailbox is proved; nothing happens when they have it, or are erased."""
        password_policy.check(command.password, command.email)
        password_hash = self.passwords.hash(command.password)
        with self.begin() as uow:
            now = self.clock.now()
            holder = uow.accounts.by_email(command.email)
            if holder is not None and holder.account_id != command.customer_id:
                raise email_taken()
            if holder is None and uow.accounts.may_be_of(command.customer_id):
                uow.accounts.add(Account.of_customer(command.customer_id, command.email, password_hash, now))
            uow.registrations.finish(command.email, command.customer_id, now)
            uow.commit()

    def _looked_at(self, token_hash: str) -> MailedToken:
        """The token; refused while too many passwords were wrong."""
        with self.begin() as uow:
            now = self.clock.now()
            token = uow.registrations.mailed_token(token_hash, now)
            uow.failures.seen(token.attempts, now).check(now)
            return token


def _check_chosen(uow: UnitOfWork, token: MailedToken, found: Registration) -> None:
    """Refuses a registration that another one was chosen before, or whose address has an account."""
    account = uow.accounts.of_index(token.address_index)
    if account is not None and account.account_id != found.registration_id:
        raise email_taken()
    if uow.registrations.find(found.registration_id) is None:
        raise link_invalid()
