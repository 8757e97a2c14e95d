"""What persons owe this lender beside the loan that they ask for, and what they answer for; pure.

Counted together are those who would be bound by the loan, and those whom another loan binds with one of them:
Regulation (EU) 575/2013, art. 4(1)(39), takes as one risk whoever gets into difficulties together, and art. 389 takes
guarantees for exposures, too. So are those whom the control of a company connects with them (connections.py). Who
borrows jointly owes the whole. A guarantor owes nothing a month as long as the
borrower pays, so what is guaranteed counts in the sum alone.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from services.runtime.money import Money


class CommitmentRole(Enum):
    """As what a person is bound by another loan."""

    BORROWER = auto()
    CO_BORROWER = auto()
    GUARANTOR = auto()


@dataclass(frozen=True)
class BoundPerson:
    """A person whom another loan binds."""

    customer_id: str
    role: CommitmentRole


@dataclass(frozen=True)
class Commitment:
    """Another loan, handed in and not ended, with everybody who is bound by it.

    `outstanding` is the principal that is still owed; before the money is sent, what is asked for or agreed.
    `monthly_instalment` is what it costs a month.
    """

    application_id: str
    bound: tuple[BoundPerson, ...]
    outstanding: Money
    monthly_instalment: Money


@dataclass(frozen=True)
class CountedLoan:
    """A commitment as it counts: for whom of those who are counted, and as what it binds them.

    `connected` is one that binds none of those who would be bound by the loan that is asked for; `by_control` where it
    is connected by the control of a company alone.
    """

    application_id: str
    customer_id: str
    role: CommitmentRole
    connected: bool
    outstanding: Money
    monthly_instalment: Money
    by_control: bool = False


@dataclass(frozen=True)
class Exposure:
    """All other loans of those who would be bound by an application, in parts; amounts in the application's currency.

    `monthly_instalments` are the applicant's own. `unadded_count` are loans in other currencies, which are in no sum: a
    rule has to refer what has some.
    """

    owed: Money
    guaranteed: Money
    connected: Money
    monthly_instalments: Money
    unadded_count: int
    counted_loans: tuple[CountedLoan, ...]

    @property
    def elsewhere(self) -> Money:
        """All that is owed and answered for beside the loan that is asked for."""
        return self.owed + self.guaranteed + self.connected


def gather(
    application_id: str, applicant_id: str, party_ids: Collection[str], currency: str,
    ask: Callable[[Collection[str]], Iterable[Commitment]], controlled: Collection[str] = (),
) -> Exposure:  # fmt: skip
    """The exposure beside an application; `ask` lists by what persons are bound.

    It is asked for those who would be bound, and once more for whoever is bound by their other loans, with those who
    are connected by control (`controlled`).
    """
    bound = {applicant_id, *party_ids}
    own = [each for each in ask(sorted(bound)) if each.application_id != application_id]
    beside = {person.customer_id for each in own for person in each.bound} - bound
    alone = {*controlled} - beside - bound
    further = ask(sorted(beside | alone)) if beside | alone else ()
    known = {application_id, *(each.application_id for each in own)}
    loans = [_counted(each, applicant_id, bound, False) for each in own]
    for each in further:
        if each.application_id not in known:
            counted = _counted(each, applicant_id, beside | alone, True)
            joint = any(person.customer_id in beside for person in each.bound)
            loans.append(replace(counted, by_control=not joint))
    return _summed(sorted(loans, key=lambda each: each.application_id), applicant_id, currency)


def _summed(loans: list[CountedLoan], applicant_id: str, currency: str) -> Exposure:
    same = [each for each in loans if each.outstanding.currency == currency]
    own = [each for each in same if not each.connected]
    owing = [each for each in own if each.role is not CommitmentRole.GUARANTOR]
    nothing = Money.zero(currency)
    return Exposure(
        owed=sum((each.outstanding for each in owing), nothing),
        guaranteed=sum((each.outstanding for each in own if each not in owing), nothing),
        connected=sum((each.outstanding for each in same if each.connected), nothing),
        monthly_instalments=sum(
            (each.monthly_instalment for each in owing if each.customer_id == applicant_id), nothing
        ),
        unadded_count=len(loans) - len(same),
        counted_loans=tuple(loans),
    )


def _counted(found: Commitment, applicant_id: str, counted: Collection[str], connected: bool) -> CountedLoan:
    """For whom it counts: who owes before who answers for it, and among those the applicant."""
    persons = (each for each in found.bound if each.customer_id in counted)
    person = min(
        persons,
        key=lambda each: (
            each.role is CommitmentRole.GUARANTOR, each.customer_id != applicant_id, each.role.value, each.customer_id,
        ),
    )  # fmt: skip
    return CountedLoan(
        found.application_id, person.customer_id, person.role, connected, found.outstanding, found.monthly_instalment
    )
