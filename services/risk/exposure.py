"""What persons owe this lender beside the loan that they ask for, and what they answer for; pure.

Counted together are those who would be bound by the loan: Regulation (EU) 575/2013, art. 4(1)(39), takes as one risk
whoever gets into difficulties together, and art. 389 takes guarantees for exposures, too. Who borrows jointly owes the
whole. A guarantor owes nothing a month as long as the borrower pays, so what is guaranteed counts in the sum alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from services.runtime.money import Money


class CommitmentRole(Enum):
    """As what a person is bound by another loan."""

    BORROWER = auto()
    CO_BORROWER = auto()
    GUARANTOR = auto()


@dataclass(frozen=True)
class Commitment:
    """Another loan of somebody who is counted, handed in and not ended.

    `outstanding` is the principal that is still owed; before the money is sent, what is asked for or agreed.
    `monthly_instalment` is what it costs a month. `role` is the one that binds most, where several of them are bound.
    """

    application_id: str
    customer_id: str
    role: CommitmentRole
    outstanding: Money
    monthly_instalment: Money


@dataclass(frozen=True)
class Exposure:
    """All loans of those who are bound by an application, with its parts; amounts in the application's currency.

    `total` has the amount that is asked for, too. `unadded_count` are loans in other currencies, which are in no sum: a
    rule has to refer what has some.
    """

    total: Money
    owed: Money
    guaranteed: Money
    monthly_instalments: Money
    unadded_count: int
    commitments: tuple[Commitment, ...]


def exposure(asked: Money, application_id: str, commitments: Iterable[Commitment]) -> Exposure:
    """The exposure that an application for this amount makes; a loan counts once, whoever of them it binds."""
    others = _once(each for each in commitments if each.application_id != application_id)
    same = [each for each in others if each.outstanding.currency == asked.currency]
    nothing = Money.zero(asked.currency)
    owing = [each for each in same if each.role is not CommitmentRole.GUARANTOR]
    owed = sum((each.outstanding for each in owing), nothing)
    guaranteed = sum((each.outstanding for each in same if each.role is CommitmentRole.GUARANTOR), nothing)
    instalments = sum((each.monthly_instalment for each in owing), nothing)
    return Exposure(asked + owed + guaranteed, owed, guaranteed, instalments, len(others) - len(same), tuple(others))


def burden(declared: Money, found: Exposure) -> Money:
    """The debts a month that count: those declared, and never less than what is owed here alone.

    What is owed here is part of what a customer declares, so the two are not added up.
    """
    return max(declared, found.monthly_instalments, key=lambda each: each.amount)


def _once(commitments: Iterable[Commitment]) -> list[Commitment]:
    binding: dict[str, Commitment] = {}
    for each in commitments:
        known = binding.get(each.application_id)
        if known is None or each.role.value < known.role.value:
            binding[each.application_id] = each
    return [binding[key] for key in sorted(binding)]
