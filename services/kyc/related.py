"""Who is screened with a customer: the company for which they act, its directors and its owners; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.kyc.screening import HitOutcome, ScreenedRole, Screening, ScreeningResult, Subject, Whose


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


def told_apart(related: Iterable[Related]) -> Mapping[Whose, Related]:
    """Each once, by what their hits say of whom they are: father and son may have one name and one role."""
    each_once = list(dict.fromkeys(related))
    names = Counter((each.role, each.full_name) for each in each_once)

    def whose(each: Related) -> Whose:
        is_alone = names[each.role, each.full_name] == 1
        return each.role, each.full_name, "" if is_alone else each.birth_date, "" if is_alone else each.country

    return {whose(each): each for each in each_once}


def screened(
    screen: Callable[[Subject, datetime], Screening], customer: Subject, related: Iterable[Related], at: datetime
) -> Screening:
    """One screening of a customer and of everybody behind them: what matches anyone stands in the way."""
    found = screen(customer, at)
    for whose, each in told_apart(related).items():
        found = _with(found, screen(each.subject, at), whose)
    return found


def _with(whole: Screening, of_one: Screening, whose: Whose) -> Screening:
    role, name, birth_date, country = whose
    hits = (
        replace(hit, screened_role=role, screened_name=name, screened_birth_date=birth_date, screened_country=country)
        for hit in of_one.hits
    )
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
