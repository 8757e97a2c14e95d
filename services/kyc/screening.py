"""What the comparison of a customer with the sanctions list found; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.kyc.identifiers import DetailAgreement


class ScreeningResult(Enum):
    """Whether a customer is on the sanctions list."""

    CLEAR = auto()
    MATCHED = auto()


@dataclass(frozen=True)
class PartLikeness:
    """A part of the customer's name beside that of the listed one, folded, from 0 to 100; empty where there is none."""

    given: str
    listed: str
    score: int


class HitOutcome(Enum):
    """What birth date and countries make of a name that is alike."""

    POSSIBLE = auto()
    CONFIRMED = auto()
    RULED_OUT = auto()


class ScreenedRole(Enum):
    """What somebody who is screened has to do with an application."""

    CUSTOMER = auto()
    LEGAL_ENTITY = auto()
    DIRECTOR = auto()
    OWNER = auto()
    BENEFICIAL_OWNER = auto()


@dataclass(frozen=True)
class Hit:
    """An entry with a name like the customer's, or like that of whom they are screened with: from 0 to 100.

    `screened_name` is empty for the customer.
    """

    entry_number: str
    listed_name: str
    score: int
    parts: tuple[PartLikeness, ...]
    date_agreement: DetailAgreement
    country_agreement: DetailAgreement
    outcome: HitOutcome
    screened_role: ScreenedRole = ScreenedRole.CUSTOMER
    screened_name: str = ""


@dataclass(frozen=True)
class Screening:
    """What the comparison with the sanctions list found; `score` is the likeness of the closest entry, 0 to 100.

    `matched_entries` are numbers of the list. `ruled_out`: the officer, knowing them, says the customer is another.
    `hits` has those that birth date or country ruled out, too.
    """

    result: ScreeningResult
    list_version: str
    matched_entries: tuple[str, ...]
    score: int
    screen_time: datetime
    ruled_out: bool = False
    hits: tuple[Hit, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of an approval."""
        return self.result is ScreeningResult.MATCHED and not self.ruled_out

    def shows(self, later: "Screening") -> bool:
        """Whether an officer who saw this one has seen every match of the later one."""
        known = self.result is ScreeningResult.MATCHED and self.list_version == later.list_version
        return known and set(later.matched_entries) <= set(self.matched_entries)
