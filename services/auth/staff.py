"""The use cases of the lender's staff: how a person joins, and how two administrators give them roles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.auth import password_policy
from services.auth import passwords as secret
from services.auth.commands import CreateUser, Invited
from services.auth.mail_links import AccountMailKind
from services.auth.model import Account, ChangeReason, Role, compatible, email_taken
from services.auth.passwords import Passwords
from services.auth.role_grants import RoleGrant
from services.auth.store import UnitOfWork
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.stores.paging import Page, PageResult

# Of the command that makes the first administrators, whose operator stands by.
FIRST_INVITATION_LIFETIME = timedelta(hours=1)
# So many can do without the command: what one asks for, the other approves.
ENOUGH_ADMINISTRATORS = 2


@dataclass(frozen=True)
class Staff:
    """What is done about members of staff; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    passwords: Passwords

    def invite(self, command: CreateUser) -> Invited:
        """Makes an account without password and roles, has the person mailed how to join, and asks for the roles."""
        with self.begin() as uow:
            now, by = self.clock.now(), context.caller().holder
            account = _new_account(uow, command, now)
            uow.mails.notify(AccountMailKind.INVITATION, account.account_id, now)
            beside = uow.accounts.roles_beside(account)
            grant = RoleGrant.ask(ids.new_id(), account, command.roles, beside, by, now)
            uow.grants.add(grant)
            uow.commit()
        return Invited(account, grant)

    def invite_first(self, command: CreateUser) -> str:
        """A link for one of the first administrators, who has the roles at once.

        FailedPrecondition with enough of them; AlreadyExists EMAIL_TAKEN for a customer's address.

        One who was invited so before and has not joined is invited anew.
        """
        token = secret.draw()
        with self.begin() as uow:
            if uow.accounts.administrators() >= ENOUGH_ADMINISTRATORS:
                raise FailedPrecondition("there are administrators who can approve what another one asks for")
            now = self.clock.now()
            account = uow.accounts.by_email(command.email) or _new_account(uow, command, now)
            if not account.is_staff:
                raise email_taken()
            account.check_not_joined()
            account.let_in(secret.digest(token), FIRST_INVITATION_LIFETIME, now)
            account.roles = compatible(command.roles | uow.accounts.roles_beside(account))
            uow.commit(why=ChangeReason.FIRST_ADMINISTRATORS.value)
        return token

    def invite_again(self, account_id: str) -> None:
        """Has the person mailed another token, in place of the one of before."""
        with self.begin() as uow:
            account = member_of_staff(uow, account_id)
            account.check_not_joined()
            account.shut_out(self.clock.now())
            uow.mails.notify(AccountMailKind.INVITATION, account_id, self.clock.now())
            uow.commit()

    def accept_invitation(self, token: str, password: str) -> str:
        """Uses an invitation up, for a password that the person chooses; gives the account's id."""
        token_hash = secret.digest(token)
        with self.begin() as uow:
            password_policy.check(password, uow.accounts.invited(token_hash).email)
        password_hash = self.passwords.hash(password)
        with self.begin() as uow:
            account = uow.accounts.invited(token_hash)
            account.accept_invitation(token_hash, password_hash, self.clock.now())
            uow.commit()
        return account.account_id

    def list_users(self, role: Role | None, page: Page) -> PageResult[Account]:
        """Lists staff by e-mail address."""
        with self.begin() as uow:
            return uow.accounts.list_staff(role, page)

    def set_roles(self, account_id: str, roles: frozenset[Role]) -> tuple[Account, RoleGrant | None]:
        """Takes roles away at once, or asks for others in place of whatever was asked for before."""
        with self.begin() as uow:
            now, by = self.clock.now(), context.caller().holder
            account = member_of_staff(uow, account_id)
            beside = uow.accounts.roles_beside(account)
            if waiting := uow.grants.pending_of(account.account_id):
                waiting.replace(by, now)
            if roles <= account.roles:
                account.set_roles(roles, beside, by, now)
                withdraw_requests(uow, account, by, now)
                uow.commit()
                return account, None
            account.check_enabled()
            grant = RoleGrant.ask(ids.new_id(), account, roles, beside, by, now)
            uow.grants.add(grant)
            uow.commit()
        return account, grant

    def list_grants(self, page: Page) -> PageResult[RoleGrant]:
        """Lists the grants that wait, oldest first."""
        with self.begin() as uow:
            return uow.grants.pending(page, self.clock.now())

    def decide(self, grant_id: str, approve: bool) -> RoleGrant:
        """Gives or refuses the roles that another administrator asked for."""
        with self.begin() as uow:
            # The account is locked before the grant, here as where it is asked for.
            account = uow.accounts.get(uow.grants.read(grant_id).account_id)
            grant = uow.grants.get(grant_id)
            beside = uow.accounts.roles_beside(account)
            now, by = self.clock.now(), context.caller().holder
            grant.decide(account, approve, beside, by, now)
            if approve:
                withdraw_requests(uow, account, by, now)
            uow.commit()
        return grant


def _new_account(uow: UnitOfWork, command: CreateUser, at: datetime) -> Account:
    first = uow.accounts.first_of(command.personnel_number)
    account = Account.of_staff(ids.new_id(), first, command.email, command.full_name, command.personnel_number, at)
    uow.accounts.add(account)
    return account


def withdraw_requests(uow: UnitOfWork, account: Account, by: str, at: datetime) -> None:
    """Closes what the holder of an account asked for, unless they are an administrator still: no one is to approve it.

    What one administrator asks for and another one approves is theirs only while both are.
    """
    if Role.ADMIN in account.roles | uow.accounts.roles_beside(account):
        return
    for grant in uow.grants.asked_by(account.holder_id):
        grant.replace(by, at)
    for reset in uow.resets.asked_by(account.holder_id):
        reset.replace(by, at)


def member_of_staff(uow: UnitOfWork, account_id: str) -> Account:
    """The account for a change; NotFound unless it is a member of staff's."""
    account = uow.accounts.get(account_id)
    if not account.is_staff:
        raise NotFound(f"no member of staff has account {account_id}")
    return account
