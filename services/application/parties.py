"""Who is bound by a loan beside the customer who applies: co-borrowers and guarantors, each by their consent; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.runtime.errors import FailedPrecondition


class PartyRole(Enum):
    """As what a person is bound."""

    CO_BORROWER = auto()
    GUARANTOR = auto()


class PartyStatus(Enum):
    """Whether a person agreed."""

    INVITED = auto()
    CONSENTED = auto()
    DECLINED = auto()


@dataclass(frozen=True)
class Consent:
    """A text that a party agrees to; another wording has another version."""

    version: str
    text: str


CONSENTS: Mapping[PartyRole, Consent] = {
    PartyRole.CO_BORROWER: Consent(
        "co-borrower-1",
        "I want to borrow together with the customer who applies. I owe the whole loan, and not only a part of it. My "
        "identity is checked, my name is held against sanctions lists, and the customer and I see the application.",
    ),
    PartyRole.GUARANTOR: Consent(
        "guarantor-1",
        "I want to answer for the loan when the customer who applies does not pay it. My identity is checked and my "
        "name is held against sanctions lists. I am bound once I have signed the agreement, and not before.",
    ),
}


@dataclass(frozen=True)
class NamedParty:
    """A person whom the customer names."""

    customer_id: str
    role: PartyRole


@dataclass(frozen=True)
class ApplicationParty:
    """A person with their answer; `consent_version` is empty until they agreed."""

    customer_id: str
    role: PartyRole
    status: PartyStatus
    invite_time: datetime
    consent_version: str = ""
    answer_time: datetime | None = None

    @classmethod
    def invited(cls, named: NamedParty, at: datetime) -> "ApplicationParty":
        """A person who is asked."""
        return cls(named.customer_id, named.role, PartyStatus.INVITED, at)

    def asked_again(self, at: datetime) -> "ApplicationParty":
        """The person, who is asked about other terms than they answered."""
        return ApplicationParty.invited(NamedParty(self.customer_id, self.role), at)

    def answered(self, status: PartyStatus, at: datetime) -> "ApplicationParty":
        """The person with an answer to the present text."""
        version = CONSENTS[self.role].version if status is PartyStatus.CONSENTED else ""
        return ApplicationParty(self.customer_id, self.role, status, self.invite_time, version, at)

    def check_consentable(self, version: str) -> None:
        """Refuses WRONG_STATUS who declined, and CONSENT_CHANGED what is not of the present text."""
        if self.status is PartyStatus.DECLINED:
            raise FailedPrecondition.wrong_status("participation", self.status, [PartyStatus.INVITED])
        present = CONSENTS[self.role].version
        if version != present:
            text = "the text is of another version by now"
            raise FailedPrecondition(text, reason="CONSENT_CHANGED", metadata={"consent_version": present})


def check_distinct(named: Iterable[NamedParty], applicant_id: str) -> None:
    """Refuses PARTY_TWICE when somebody is named twice, or is the customer who applies."""
    seen = {applicant_id}
    for each in named:
        if each.customer_id in seen:
            raise FailedPrecondition(
                "somebody is named twice, or is the customer who applies",
                reason="PARTY_TWICE", metadata={"customer_id": each.customer_id},
            )  # fmt: skip
        seen.add(each.customer_id)


def check_all_consented(parties: Iterable[ApplicationParty]) -> None:
    """Refuses PARTY_CONSENT_MISSING while somebody has not agreed, or declined."""
    lacking = [each.customer_id for each in parties if each.status is not PartyStatus.CONSENTED]
    if lacking:
        raise FailedPrecondition(
            "a party has not agreed", reason="PARTY_CONSENT_MISSING", metadata={"parties": ",".join(lacking)}
        )


def check_kyc_details(complete: bool) -> None:
    """Refuses KYC_DETAILS_MISSING who has not handed them in."""
    if not complete:
        raise FailedPrecondition("submit your KYC details first", reason="KYC_DETAILS_MISSING")
