"""Who reviews: skills, absences, what each has in hand, and who gets the next piece of work. Pure, no I/O, no clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition


class OfficerSkill(Enum):
    """What an officer is trained for."""

    ENHANCED_DUE_DILIGENCE = auto()
    SANCTIONS = auto()


@dataclass
class OfficerProfile(Aggregate):
    """What is known of an officer; of one who has none, nothing is."""

    officer_id: str
    skills: tuple[OfficerSkill, ...] = ()
    absent_from: date | None = None
    absent_until: date | None = None

    def update(self, skills: Collection[OfficerSkill], absent_from: date | None, absent_until: date | None) -> None:
        """Replaces what is known."""
        self.skills, self.absent_from, self.absent_until = tuple(skills), absent_from, absent_until

    def is_present(self, day: date) -> bool:
        """Whether no absence covers the day."""
        return not (self.absent_from and self.absent_until and self.absent_from <= day <= self.absent_until)


@dataclass(frozen=True)
class Officer:
    """An officer today, with what they have in hand in whichever status."""

    officer_id: str
    skills: tuple[OfficerSkill, ...] = ()
    absent_from: date | None = None
    absent_until: date | None = None
    present: bool = True
    open_reviews: int = 0
    open_cases: int = 0

    @property
    def load(self) -> int:
        """Reviews and cases in hand."""
        return self.open_reviews + self.open_cases


def outsiders(officer_ids: Sequence[str], persons: Collection[str]) -> list[str]:
    """The officers who are none of these persons: nobody reviews a loan by which they are bound."""
    return [each for each in officer_ids if each not in persons]


def choose(officers: Sequence[Officer], named: str, present: str, needed: Collection[OfficerSkill]) -> str:
    """The officer for what `present` has so far: the one named, or of the others who are there the least busy.

    Who has the needed skills comes first; when no one who is there has them, somebody else does it all the same.
    Errors: FailedPrecondition NO_OFFICER, OFFICER_ABSENT.
    """
    wanted = [each for each in officers if named in ("", each.officer_id)]
    if not wanted:
        raise FailedPrecondition("there is no such officer" if named else "there are no officers", reason="NO_OFFICER")
    there = [each for each in wanted if each.present]
    if not there:
        until = wanted[0].absent_until if named else None
        metadata = {"absent_until": until.isoformat() if until else ""}
        raise FailedPrecondition("the officer is absent today", reason="OFFICER_ABSENT", metadata=metadata)
    others = [each for each in there if each.officer_id != present] or there
    trained = [each for each in others if set(needed) <= set(each.skills)] or others
    return min(trained, key=lambda each: (each.load, each.officer_id)).officer_id
