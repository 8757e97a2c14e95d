"""Wordings of the lender's own, as data: proposed by one person, put in force by another, taken back by any; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from string import Template

from services.notification import templates
from services.notification.model import number
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, PermissionDenied


class TemplateVersionStatus(Enum):
    """Where a wording stands; of the approved ones the one that was decided on last is in force."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TemplateDecision(Enum):
    """What a second person decides."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Wording:
    """What is said, with its variables; without a `short_text` the subject is said in a line."""

    subject: str
    short_text: str
    body: str


@dataclass(kw_only=True)
class TemplateVersion(Aggregate):
    """A wording of a type of event in a language, ISO 639-1.

    `delivered_version` is that of the delivered wording in whose place it was proposed, `ordinal` counts all that were
    ever proposed for this type of event in this language.
    """

    template_version_id: str
    event_type: str
    language: str
    delivered_version: int
    ordinal: int
    wording: Wording
    purpose: str
    proposed_by: str
    propose_time: datetime
    status: TemplateVersionStatus = TemplateVersionStatus.PROPOSED
    decided_by: str = ""
    reason: str = ""
    decide_time: datetime | None = None
    withdrawn_by: str = ""
    withdraw_reason: str = ""
    withdraw_time: datetime | None = None

    @property
    def template_version(self) -> str:
        """Its number as it is shown, such as `2.1`."""
        return number(self.delivered_version, self.ordinal)

    def filled(self) -> templates.Wording:
        """What texts are made with; what comes next is the delivered one's. FileNotFoundError where there is none."""
        said = self.wording
        return replace(
            templates.wording(self.event_type, self.language), version=self.delivered_version, revision=self.ordinal,
            subject=Template(said.subject), short=Template(said.short_text), body=Template(said.body),
        )  # fmt: skip

    def decide(self, decision: TemplateDecision, reason: str, by: str, at: datetime) -> None:
        """Puts it in force, or drops it; by another person than who proposed it."""
        self._require(TemplateVersionStatus.PROPOSED)
        if by == self.proposed_by:
            raise PermissionDenied("who proposed a wording does not decide on it", reason="MAKER_CHECKER")
        self.status = TemplateVersionStatus[decision.name]
        self.decided_by, self.reason, self.decide_time = by, reason, at

    def withdraw(self, reason: str, by: str, at: datetime) -> None:
        """Takes it out of force; what comes in its place was approved before, so one person is enough."""
        self._require(TemplateVersionStatus.APPROVED)
        self.status = TemplateVersionStatus.WITHDRAWN
        self.withdrawn_by, self.withdraw_reason, self.withdraw_time = by, reason, at

    def _require(self, status: TemplateVersionStatus) -> None:
        if self.status is not status:
            raise FailedPrecondition.wrong_status("template version", self.status, (status,))


def in_force(versions: Iterable[TemplateVersion]) -> Mapping[tuple[str, str], TemplateVersion]:
    """By type of event and language the wording in force, where it is one of the lender's own."""
    approved = (each for each in versions if each.status is TemplateVersionStatus.APPROVED and each.decide_time)
    ordered = sorted(approved, key=lambda each: (each.decide_time, each.ordinal))
    return {(each.event_type, each.language): each for each in ordered}
