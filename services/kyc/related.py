"""Who is screened with a customer: the company for which they act, its directors and its owners; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.kyc.screening import HitOutcome, ScreenedRole, Screening, ScreeningResult, Subject


@dataclass(frozen=True)
class Related:
    """A person or company behind a customer; ISO birth date and ISO 3166-1 country as far as they are known."""

    role: ScreenedRole
    full_name: str
    birth_date: str = ""
    country: str = ""

    @property
    def subject(self) -> Subject:
        """Whom a screening is about."""
        return Subject(self.full_name, self.birth_date, (self.country,) if self.country else ())


def screened(
    screen: Callable[[Subject, datetime], Screening], customer: Subject, related: Iterable[Related], at: datetime
) -> Screening:
    """One screening of a customer and of everybody behind them: what matches anyone stands in the way."""
    found = screen(customer, at)
    for each in related:
        found = _with(found, screen(each.subject, at), each)
    return found


def _with(whole: Screening, of_one: Screening, related: Related) -> Screening:
    hits = (replace(hit, screened_role=related.role, screened_name=related.full_name) for hit in of_one.hits)
    both = sorted((*whole.hits, *hits), key=lambda hit: (hit.outcome is HitOutcome.RULED_OUT, -hit.score))
    matched = ScreeningResult.MATCHED in (whole.result, of_one.result)
    return replace(
        whole,
        result=ScreeningResult.MATCHED if matched else ScreeningResult.CLEAR,
        list_version=of_one.list_version,
        matched_entries=tuple(dict.fromkeys((*whole.matched_entries, *of_one.matched_entries))),
        score=max(whole.score, of_one.score),
        hits=tuple(both),
    )
