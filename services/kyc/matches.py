"""What the matches of a screening are beside the cases that are known: the same, new, or none any more; pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from services.kyc.cases import ScreeningCase, ScreeningCaseStatus
from services.kyc.screening import Entry, Hit, Screening, Subject


@dataclass(frozen=True)
class Match:
    """A hit that stands in the way, with the entry, and with what was compared of whoever is screened."""

    hit: Hit
    entry: Entry
    compared: Subject

    def is_known(self, cases: Iterable[ScreeningCase]) -> bool:
        """Whether a case is about exactly this entry, and this person with these details."""
        return any(self._is_in(case) for case in cases)

    def _is_in(self, case: ScreeningCase) -> bool:
        is_same = case.entry == self.entry and case.compared == self.compared
        return is_same and case.status is not ScreeningCaseStatus.SUPERSEDED and case.hit.about == self.hit.about


def supersede_others(cases: Iterable[ScreeningCase], matches: Collection[Match]) -> None:
    """Ends the cases about what is no hit any more, or of other details than those that were compared now."""
    for case in cases:
        if not any(match.is_known([case]) for match in matches):
            case.supersede()


def unknown(cases: Sequence[ScreeningCase], matches: Iterable[Match]) -> list[Match]:
    """The matches that no case stands for."""
    return [match for match in matches if not match.is_known(cases)]


def settled(found: Screening, cases: Iterable[ScreeningCase]) -> Screening:
    """A screening with what became of its matches: ruled out when the newest case of each stands in no one's way."""
    newest: dict[object, ScreeningCase] = {}
    for case in sorted(cases, key=lambda each: each.open_time):
        if case.status is not ScreeningCaseStatus.SUPERSEDED:
            newest[case.hit.about] = case
    matches = [newest.get(hit.about) for hit in found.matches]
    known = [case for case in matches if case is not None]
    standing = [case for case in known if not case.is_settled]
    persons = frozenset[str]().union(*(case.settled_by for case in known if case.is_settled))
    is_whole = len(known) == len(matches)
    return replace(
        found,
        ruled_out=bool(matches) and is_whole and not standing,
        cleared_by=tuple(sorted(persons)),
        politically_exposed=any(case.is_exposed for case in known),
        awaits_due_diligence=bool(standing) and is_whole and all(case.awaits_due_diligence for case in standing),
    )
