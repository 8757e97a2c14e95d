"""The customer: identity, profile, KYC details, and the right to be forgotten. Pure Python, no I/O, no clock."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from services.customer.address import Address
from services.customer.legal_entity import LegalEntity
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.money import Money
from services.runtime.stores.json_codec import to_plain

FULL_AGE = 18
GREATEST_AGE = 130


class KycStatus(Enum):
    """Where the KYC of a customer stands, over all of the customer's applications."""

    MISSING = auto()
    SUBMITTED = auto()
    APPROVED = auto()
    REJECTED = auto()


@dataclass(frozen=True)
class KycDetails:
    """What a customer declares for the identity check and the payout."""

    national_id: str
    birth_date: date
    nationality: str
    address: Address
    employer: str
    payout_iban: str
    monthly_income: Money | None = None

    def check(self, today: date) -> None:
        """InvalidArgument IMPOSSIBLE_DATE when the customer is not of age."""
        if not FULL_AGE <= _age(self.birth_date, today) <= GREATEST_AGE:
            description = f"must make the customer {FULL_AGE} to {GREATEST_AGE} years old"
            raise InvalidArgument.field("kyc.birth_date", description, reason="IMPOSSIBLE_DATE")


@dataclass(frozen=True)
class CustomerRegistered:
    """A new customer registered."""

    customer_id: str
    register_time: datetime


@dataclass(frozen=True)
class CustomerKycSubmitted:
    """KYC details were submitted or replaced."""

    customer_id: str
    submit_time: datetime


@dataclass(frozen=True)
class CustomerProfileUpdated:
    """The profile changed; names the fields, never their values."""

    customer_id: str
    changed_fields: tuple[str, ...]
    update_time: datetime


@dataclass(frozen=True)
class CustomerErased:
    """The customer is erased; each service drops what personal data it holds.

    `decided_by` is empty when the event repeats an earlier one, or no one asked. Periods of retention run from
    `relationship_end_time` on.
    """

    customer_id: str
    decided_by: str
    erase_time: datetime
    relationship_end_time: datetime


@dataclass
class Identity(Aggregate):
    """Who an erased customer was, as the law wants them known after the relationship; `details` is JSON."""

    customer_id: str
    details: str


class ErasureReason(Enum):
    """Why a customer is erased, in the words of the audit trail."""

    REQUESTED = "right to erasure"
    RETIRED = "the time of the law is over"
    RESTORED = "erased before a restore to an earlier time"
    REPLACED = "a confirmation that never ended is replaced"


@dataclass
class Customer(Aggregate):
    """A person who registered to borrow; anonymous once erased.

    `running` names what blocks an erasure, such as `application:<id>` and `loan:<id>`. `kyc_version` counts what KYC
    can be about, the name and the details together: 0 before the first details; a decision on an earlier one is void.
    `idle_since` is when the last of `running` ended, or the customer registered; None while something runs. `language`
    is that of their papers, by its tag of BCP 47; empty for the lender's.
    """

    customer_id: str
    email: str
    full_name: str
    phone: str
    create_time: datetime
    update_time: datetime
    kyc: KycDetails | None = None
    kyc_status: KycStatus = KycStatus.MISSING
    running: frozenset[str] = frozenset()
    erase_time: datetime | None = None
    kyc_version: int = 0
    idle_since: datetime | None = None
    legal_entity: LegalEntity | None = None
    language: str = ""

    @classmethod
    def register(cls, customer_id: str, email: str, full_name: str, phone: str, at: datetime) -> "Customer":
        """Makes a customer."""
        made = cls(customer_id, email, full_name, phone, at, at, idle_since=at)
        made._emit(CustomerRegistered(customer_id, at))
        return made

    def require_present(self) -> None:
        """NotFound once the customer is erased."""
        if self.erase_time is not None:
            raise NotFound(f"customer {self.customer_id} does not exist", metadata={"customer_id": self.customer_id})

    def update_profile(self, full_name: str, phone: str, at: datetime, language: str | None = None) -> None:
        """Replaces name and phone number, and the language unless it is None; nothing happens when they are the same.

        The name is what was compared with document and sanctions list: with another one, KYC has to decide anew.
        """
        self.require_present()
        wanted = {"full_name": full_name, "phone": phone}
        if language is not None:
            wanted["language"] = language
        changed = tuple(name for name, value in wanted.items() if getattr(self, name) != value)
        if changed:
            self.full_name, self.phone, self.update_time = full_name, phone, at
            self.language = wanted.get("language", self.language)
            if "full_name" in changed and self.kyc is not None:
                self._renew_kyc()
            self._emit(CustomerProfileUpdated(self.customer_id, changed, at))

    def submit_kyc(self, details: KycDetails, at: datetime) -> None:
        """Takes KYC details in place of earlier ones; they have to be decided on anew.

        Nothing happens when they are the same, unless they were rejected: what is approved stays so.
        """
        self.require_present()
        details.check(at.date())
        if details != self.kyc or self.kyc_status is KycStatus.REJECTED:
            self.kyc, self.update_time = details, at
            self._renew_kyc()
            self._emit(CustomerKycSubmitted(self.customer_id, at))

    def submit_legal_entity(self, entity: LegalEntity, at: datetime) -> None:
        """Takes the company for which the customer acts, in place of an earlier one; KYC has to decide anew.

        Nothing happens when it is the same.
        """
        self.require_present()
        entity.check_declared(self.full_name)
        if entity != self.legal_entity:
            self.legal_entity, self.update_time = entity, at
            if self.kyc is not None:
                self._renew_kyc()
                self._emit(CustomerKycSubmitted(self.customer_id, at))

    def decide_kyc(self, approved: bool, kyc_version: int, at: datetime) -> None:
        """Takes the decision of a KYC review; too late for somebody who is erased, or has other details by now."""
        if self.erase_time is None and kyc_version == self.kyc_version:
            self.kyc_status, self.update_time = KycStatus.APPROVED if approved else KycStatus.REJECTED, at

    def start(self, what: str) -> None:
        """Notes that an application or a loan runs.

        When it began before the erasure was known, that is reported once more: this has to end and be dropped, too.
        """
        self.running |= {what}
        if self.erase_time is not None:
            self._emit(CustomerErased(self.customer_id, "", self.erase_time, self.idle_since or self.erase_time))
        else:
            self.idle_since = None

    def resume(self, what: str) -> None:
        """Notes that a repaid loan runs again, for a payment bounced; of somebody who is erased, nothing comes back.

        The claim stays in the ledger, and the signed agreement says whose it is: both are kept as the law wants them.
        """
        self.running |= {what}
        if self.erase_time is None:
            self.idle_since = None

    def end(self, what: str, at: datetime) -> None:
        """Notes that an application or a loan is over; with the last one, the periods of retention begin."""
        self.running -= {what}
        if not self.running and self.erase_time is None:
            self.idle_since = at

    def is_idle(self, since: datetime) -> bool:
        """Whether nothing has run since then, of a customer who is not erased."""
        return self.erase_time is None and self.idle_since is not None and self.idle_since <= since

    def erase(self, decided_by: str, at: datetime, *, held: bool = False) -> None:
        """Forgets who it was; refused ERASURE_BLOCKED while an application or a loan runs, or under a legal hold."""
        self.require_present()
        if self.running or held:
            raise FailedPrecondition(
                "an application or a loan is still running" if self.running else "a legal hold is on it",
                reason="ERASURE_BLOCKED",
                metadata={"running": ",".join(sorted(self.running))},
            )
        self._forget(decided_by, at)

    def erase_again(self, at: datetime) -> None:
        """Forgets who it was, which a restore has brought back: whatever ran at that moment, the erasure stands."""
        self.require_present()
        self._forget("", at)

    def _forget(self, decided_by: str, at: datetime) -> None:
        self.email = self.full_name = self.phone = self.language = ""
        self.kyc, self.kyc_status, self.update_time, self.erase_time = None, KycStatus.MISSING, at, at
        self.legal_entity = None
        self.idle_since = self.idle_since or at
        self._emit(CustomerErased(self.customer_id, decided_by, at, self.idle_since))

    def _renew_kyc(self) -> None:
        self.kyc_version += 1
        self.kyc_status = KycStatus.SUBMITTED


def identity_details(customer: Customer) -> str:
    """Who a customer is, as due diligence knows them, as JSON; empty of somebody who never said."""
    kyc = customer.kyc
    if kyc is None:
        return ""
    address = [each for each in vars(kyc.address).values() if each]
    known = {"full_name": customer.full_name, "national_id": kyc.national_id, "birth_date": kyc.birth_date.isoformat()}
    known |= {"nationality": kyc.nationality, "kyc": customer.kyc_status.name}
    entity = {"legal_entity": to_plain(customer.legal_entity)} if customer.legal_entity else {}
    return json.dumps({**known, "address": address, **entity})


def _age(birth_date: date, today: date) -> int:
    before_birthday = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before_birthday
