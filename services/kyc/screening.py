"""What the comparison of a customer with the sanctions list found; pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from services.kyc.identifiers import DetailAgreement


@dataclass(frozen=True)
class Subject:
    """Whom a screening is about; birth date (ISO) and countries (ISO 3166-1 alpha-2) as far as they are known."""

    full_name: str
    birth_date: str = ""
    countries: tuple[str, ...] = ()


class Listing(Enum):
    """Why an entry is on a list: business is refused, or it needs enhanced due diligence (due_diligence.py)."""

    SANCTION = auto()
    PEP = auto()
    RELATIVE_OR_CLOSE_ASSOCIATE = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One person or house on the list, under every name it goes by; `positions` are the public functions of a PEP."""

    number: str
    names: tuple[str, ...]
    birth_dates: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    listing: Listing = Listing.SANCTION
    positions: tuple[str, ...] = ()


class ScreeningResult(Enum):
    """Whether a customer is on a list."""

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


# Whom a hit is about: the role, and as far as it takes to tell them apart name, birth date and country.
Whose = tuple[ScreenedRole, str, str, str]


@dataclass(frozen=True)
class Hit:
    """An entry with a name like the customer's, or like that of whom they are screened with: from 0 to 100.

    `screened_name` is empty for the customer; `screened_birth_date` and `screened_country` are there only where others
    of the same role have the same name, and empty where they are not known.
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
    screened_birth_date: str = ""
    screened_country: str = ""
    listing: Listing = Listing.SANCTION

    @property
    def whose(self) -> Whose:
        """Whom it is about."""
        return self.screened_role, self.screened_name, self.screened_birth_date, self.screened_country

    @property
    def about(self) -> tuple[Whose, str]:
        """Whose it is, and the number of the entry."""
        return self.whose, self.entry_number


@dataclass(frozen=True)
class Screening:
    """What the comparison with the sanctions list found; `score` is the likeness of the closest entry, 0 to 100.

    `matched_entries` are numbers of the list. `ruled_out`: none of them stands in the way any more, by the persons
    of `cleared_by`. `politically_exposed`: one is confirmed of a PEP, or of who is close to one, for whom due
    diligence may be all that stands in the way: `awaits_due_diligence`.
    `hits` has those that birth date or country ruled out, too.
    """

    result: ScreeningResult
    list_version: str
    matched_entries: tuple[str, ...]
    score: int
    screen_time: datetime
    ruled_out: bool = False
    hits: tuple[Hit, ...] = ()
    cleared_by: tuple[str, ...] = ()
    politically_exposed: bool = False
    awaits_due_diligence: bool = False

    @property
    def matches(self) -> tuple[Hit, ...]:
        """The hits that stand in the way."""
        return tuple(hit for hit in self.hits if hit.outcome is not HitOutcome.RULED_OUT)

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of an approval."""
        return self.result is ScreeningResult.MATCHED and not self.ruled_out

    @property
    def standing(self) -> tuple[str, ...]:
        """What of it stands in the way, as the refusal of an approval names it."""
        names = ("due_diligence",) if self.awaits_due_diligence else ("sanctions",)
        return names if self.blocks else ()

    def says_the_same(self, other: "Screening") -> bool:
        """Whether the other differs in nothing but its time."""
        return replace(self, screen_time=other.screen_time) == other
