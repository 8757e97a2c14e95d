"""The use cases about officers: what each can take, whether they are there, and what they have in hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.kyc.officers import Officer, OfficerProfile, OfficerSkill
from services.kyc.ports import Officers
from services.kyc.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import FailedPrecondition


@dataclass(frozen=True)
class UpdateOfficer:
    """What an officer is trained for, and when they are absent."""

    officer_id: str
    skills: tuple[OfficerSkill, ...]
    absent_from: date | None
    absent_until: date | None


@dataclass(frozen=True)
class Staffing:
    """What managers do about officers."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    officers: Officers

    def list(self) -> list[Officer]:
        """Lists them, those with the least to do first."""
        officers = self.officers.all()
        with self.begin() as uow:
            known = roster(uow, officers, self.clock.today())
        return sorted(known, key=lambda each: (each.load, each.officer_id))

    def update_officer(self, command: UpdateOfficer) -> Officer:
        """Replaces what is known of one."""
        if command.officer_id not in self.officers.all():
            raise FailedPrecondition("there is no such officer", reason="NO_OFFICER")
        with self.begin() as uow:
            profile = uow.officers.ensure(OfficerProfile(command.officer_id))
            profile.update(command.skills, command.absent_from, command.absent_until)
            uow.commit()
        with self.begin() as uow:
            return roster(uow, [command.officer_id], self.clock.today())[0]


def roster(uow: UnitOfWork, officer_ids: Sequence[str], day: date) -> list[Officer]:
    """These officers as they are on that day."""
    profiles, reviews, cases = uow.officers.of(officer_ids), uow.reviews.workload(), uow.cases.workload()
    found = []
    for officer_id in officer_ids:
        known = profiles.get(officer_id) or OfficerProfile(officer_id)
        found.append(
            Officer(
                officer_id, known.skills, known.absent_from, known.absent_until, known.is_present(day),
                reviews.get(officer_id, 0), cases.get(officer_id, 0),
            )
        )  # fmt: skip
    return found
