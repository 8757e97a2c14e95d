"""The use cases of the customer service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.customer.legal_entity import LegalEntity
from services.customer.model import Customer, ErasureReason, Identity, KycDetails, identity_details
from services.customer.ports import Accounts, Registration
from services.customer.printable import require_printable
from services.customer.store import UnitOfWork
from services.retention import RETIRED_AFTER, expiry_after
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.events.inbox import NotYet

# How many customers are erased in one round of those whose time is over.
_RETIRED = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Register:
    """Somebody who wants to be a customer."""

    email: str
    password: str = field(repr=False)
    full_name: str
    phone: str


@dataclass(frozen=True)
class ConfirmEmail:
    """The token that was mailed, and the password of the registration."""

    confirmation_token: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class UpdateProfile:
    """A new profile; a language of None is left as it is."""

    customer_id: str
    full_name: str
    phone: str
    language: str | None


@dataclass(frozen=True)
class SubmitKyc:
    """What a customer declares for KYC."""

    customer_id: str
    kyc: KycDetails


@dataclass(frozen=True)
class SubmitLegalEntity:
    """For which company a customer acts."""

    customer_id: str
    legal_entity: LegalEntity


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    accounts: Accounts

    def register(self, command: Register) -> Customer:
        """The customer as they will be once the mailbox is proved.

        Nothing is looked up or kept here: no answer, and no time that it takes, shows whether there is such a customer.
        """
        require_printable({"full_name": command.full_name})
        registration = Registration(command.email, command.full_name, command.phone)
        customer_id = ids.new_id()
        self.accounts.start(customer_id, registration, command.password)
        return self._made(customer_id, registration)

    def confirm_email(self, command: ConfirmEmail) -> Customer:
        """Makes the customer, and then the account that signs in.

        In this order, and each once: who is interrupted confirms again, by the same token, which the account uses up.
        """
        customer_id, registration = self.accounts.prove(command.confirmation_token, command.password)
        customer = self._confirmed(customer_id, registration)
        self.accounts.open_account(customer_id, customer.email, command.password)
        return customer

    def _confirmed(self, customer_id: str, registration: Registration) -> Customer:
        with self.begin() as uow:
            holder = uow.customers.holder(registration.email)
            if holder is not None and holder.customer_id == customer_id:
                return holder
            if holder is not None:
                # No account has the address: what an earlier confirmation left that never ended, and no one signed in.
                self._erase(uow, holder, "")
            customer = self._made(customer_id, registration)
            uow.customers.add(customer)
            uow.commit(why="" if holder is None else ErasureReason.REPLACED.value)
        return customer

    def _made(self, customer_id: str, said: Registration) -> Customer:
        return Customer.register(customer_id, said.email, said.full_name, said.phone, self.clock.now())

    def read(self, customer_id: str) -> Customer:
        """Reads a customer who is not erased."""
        with self.begin() as uow:
            return uow.customers.read(customer_id)

    def update_profile(self, command: UpdateProfile) -> Customer:
        """Replaces the profile."""
        require_printable({"full_name": command.full_name})
        with self.begin() as uow:
            customer = uow.customers.get(command.customer_id)
            customer.update_profile(command.full_name, command.phone, self.clock.now(), command.language)
            uow.commit()
        return customer

    def submit_kyc(self, command: SubmitKyc) -> Customer:
        """Takes KYC details."""
        require_printable({f"kyc.address.{name}": text for name, text in vars(command.kyc.address).items()})
        with self.begin() as uow:
            customer = uow.customers.get(command.customer_id)
            customer.submit_kyc(command.kyc, self.clock.now())
            uow.commit()
        return customer

    def submit_legal_entity(self, command: SubmitLegalEntity) -> Customer:
        """Takes the company for which a customer acts."""
        entity = command.legal_entity
        require_printable({"legal_entity.name": entity.name, "legal_entity.legal_form": entity.legal_form})
        require_printable({f"legal_entity.address.{name}": text for name, text in vars(entity.address).items()})
        with self.begin() as uow:
            customer = uow.customers.get(command.customer_id)
            customer.submit_legal_entity(entity, self.clock.now())
            uow.commit()
        return customer

    def erase(self, customer_id: str) -> Customer:
        """Erases a customer for whom nothing runs; who they were is kept apart for as long as the law wants it."""
        with self.begin() as uow:
            customer = uow.customers.get(customer_id)
            self._erase(uow, customer, context.caller().holder)
            uow.commit(why=ErasureReason.REQUESTED.value)
        return customer

    def erase_again(self, customer_id: str) -> bool:
        """Erases a customer whose erasure a restore has undone, whatever ran then; False when there is none to erase.

        A hold of then is over, or there would have been no erasure.
        """
        with self.begin() as uow:
            customer = uow.customers.known(customer_id)
            if customer is None or customer.erase_time is not None:
                return False
            uow.data_keys.hold(customer_id, (), "")
            self._forget(uow, customer, customer.erase_again)
            uow.commit(why=ErasureReason.RESTORED.value)
        return True

    def retire(self) -> bool:
        """Erases those for whom nothing has run for so long that no law wants them known; whether more may follow."""
        since = self.clock.now() - RETIRED_AFTER
        with self.begin() as uow:
            found = uow.customers.idle(since, _RETIRED)
        for customer_id in found:
            with self.begin() as uow:
                customer = uow.customers.get(customer_id)
                if customer.is_idle(since):
                    self._erase(uow, customer, "")
                    uow.commit(why=ErasureReason.RETIRED.value)
        if found:
            _log.info("customers_retired", count=len(found))
        return len(found) == _RETIRED

    def _erase(self, uow: UnitOfWork, customer: Customer, decided_by: str) -> None:
        held = uow.data_keys.is_held(customer.customer_id)
        self._forget(uow, customer, lambda now: customer.erase(decided_by, now, held=held))

    def _forget(self, uow: UnitOfWork, customer: Customer, erase: Callable[[datetime], None]) -> None:
        now, details = self.clock.now(), identity_details(customer)
        erase(now)
        if details:
            uow.identities.add(Identity(customer.customer_id, details))
        uow.forget(customer.customer_id, now, expiry_after(customer.idle_since or now))

    def read_ahead(self, customer_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.customers.read_ahead(customer_ids)
            uow.commit()

    def on_kyc_decided(self, customer_id: str, approved: bool, kyc_version: int) -> None:
        """Takes the decision of a KYC review on that version of name and details."""
        with self.begin() as uow:
            if customer := uow.customers.known(customer_id):
                customer.decide_kyc(approved, kyc_version, self.clock.now())
                uow.commit()

    def on_started(self, customer_id: str, what: str) -> None:
        """Notes that an application or a loan runs."""
        with self.begin() as uow:
            if customer := uow.customers.known(customer_id):
                customer.start(what)
                uow.commit()

    def on_reopened(self, customer_id: str, what: str, others: Collection[str] = ()) -> None:
        """Notes that a repaid loan, or its application, goes on: of the customer, and of `others` who are bound."""
        with self.begin() as uow:
            for each in sorted({customer_id, *others}):
                if customer := uow.customers.known(each):
                    customer.resume(what)
            uow.commit()

    def on_ended(self, customer_id: str, what: str, others: Collection[str] = ()) -> None:
        """Notes that an application or a loan is over: of the customer, and of `others` who were bound by it.

        Errors: NotYet when it is not known yet that it started: the two are on topics of different services.
        """
        with self.begin() as uow:
            for each in sorted({customer_id, *others}):
                if customer := uow.customers.known(each):
                    if what not in customer.running:
                        raise NotYet(f"{what} has not started yet")
                    customer.end(what, self.clock.now())
            uow.commit()
