"""The lender's rules as data: what knocks an application out, refers it, limits it or prices it; pure.

A set of rules is one version, proposed by one person, tried on past applications, and put in force by another. What a
rule looks at and how it is written: rules_facts.py and rules_expressions.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.money import Money


class RuleKind(Enum):
    """What follows when a rule fires; the last two have a value."""

    KNOCK_OUT = auto()
    REFER = auto()
    LIMIT = auto()
    PRICING = auto()


class RuleSetStatus(Enum):
    """Where a set of rules stands; an approved one is in force from its time until a later one is."""

    PROPOSED = auto()
    APPROVED = auto()
    REJECTED = auto()


class RuleVerdict(Enum):
    """What a set of rules comes to for an application, from the mildest; the worst that fired counts."""

    CLEAR = auto()
    REFERRED = auto()
    LIMITED = auto()
    KNOCKED_OUT = auto()


@dataclass(frozen=True)
class Rule:
    """One rule: `when` is a condition in CEL, `value` an expression for what a LIMIT or PRICING rule sets.

    The value of a LIMIT is the most that may be lent, in the application's currency; that of PRICING the least yearly
    rate in percent. `description` is for the customer's file, in plain words.
    """

    name: str
    kind: RuleKind
    when: str
    description: str
    value: str = ""


@dataclass(frozen=True)
class FiredRule:
    """A rule that fired. `failed`: it could not be evaluated on this application, so a person has to look.

    `on_bureau` where it looks at what a credit bureau reported.
    """

    name: str
    kind: RuleKind
    description: str
    value: Decimal | None = None
    failed: bool = False
    on_bureau: bool = False


@dataclass(frozen=True)
class RuleOutcome:
    """What a set of rules found on an application; None where no rule limits the amount or the rate."""

    rule_set_version: str
    fired: tuple[FiredRule, ...] = ()
    max_amount: Money | None = None
    min_annual_rate_percent: Decimal | None = None

    def unpriced(self, above: Decimal) -> "RuleOutcome":
        """With the rules that want a higher rate than that as failed ones, which refer it to a person."""

        def failed(each: FiredRule) -> FiredRule:
            high = each.kind is RuleKind.PRICING and each.value is not None and each.value > above
            return FiredRule(each.name, RuleKind.REFER, each.description, failed=True) if high else each

        return replace(self, fired=tuple(map(failed, self.fired)), min_annual_rate_percent=None)

    def names(self, kind: RuleKind) -> tuple[str, ...]:
        """The names of the fired rules of a kind."""
        return tuple(each.name for each in self.fired if each.kind is kind)

    def against(self, amount: Money) -> frozenset[str]:
        """The names of the rules that stand against approving an amount: they rule it out, limit it or refer it."""
        limits = (each for each in self.fired if each.kind is RuleKind.LIMIT)
        below = (each.name for each in limits if each.value is not None and each.value < amount.amount)
        return frozenset((*self.names(RuleKind.KNOCK_OUT), *below, *self.names(RuleKind.REFER)))

    def verdict(self, amount: Money) -> RuleVerdict:
        """What it comes to for an amount."""
        if self.names(RuleKind.KNOCK_OUT):
            return RuleVerdict.KNOCKED_OUT
        if self.max_amount is not None and amount > self.max_amount:
            return RuleVerdict.LIMITED
        return RuleVerdict.REFERRED if self.names(RuleKind.REFER) else RuleVerdict.CLEAR

    def require_approvable(self, amount: Money, addressed: Sequence[str]) -> None:
        """Refuses an approval that a rule rules out, or while one refers to what the approval does not address."""
        verdict, limit = self.verdict(amount), self.max_amount
        if verdict is RuleVerdict.KNOCKED_OUT:
            names = ", ".join(self.names(RuleKind.KNOCK_OUT))
            text = f"{names} of the rules {self.rule_set_version} rule an approval out"
            raise FailedPrecondition(text, reason="KNOCKED_OUT", metadata={"rules": names})
        if verdict is RuleVerdict.LIMITED and limit is not None:
            text = f"the rules {self.rule_set_version} let at most {limit.amount} {limit.currency} be lent"
            raise FailedPrecondition(text, reason="ABOVE_RULE_LIMIT", metadata={"bound": str(limit.amount)})
        if missing := [name for name in self.names(RuleKind.REFER) if name not in addressed]:
            names = ", ".join(missing)
            text = f"{names} refer the application to a person: the approval has to address them"
            raise FailedPrecondition(text, reason="REFERRAL_UNADDRESSED", metadata={"rules": names})


@dataclass(frozen=True)
class SimulatedChange:
    """A past application for which proposed rules come to another verdict, or to another least rate."""

    application_id: str
    approved: bool
    before: RuleVerdict
    after: RuleVerdict
    fired: tuple[str, ...]


@dataclass(frozen=True)
class Simulation:
    """What proposed rules would have changed: of how many past applications, in how many, and in which.

    `approvals_ruled_out` are those that a person approved and the rules would have knocked out or limited.
    """

    looked_at: int
    changed: int
    approvals_ruled_out: int
    changes: tuple[SimulatedChange, ...]
    simulated_by: str
    simulate_time: datetime


@dataclass
class RuleSet(Aggregate):
    """A version of the rules. `in_force_time` is from when it is asked to be in force; never before it is approved."""

    rule_set_version: str
    title: str
    rules: tuple[Rule, ...]
    in_force_time: datetime
    proposed_by: str
    propose_time: datetime
    status: RuleSetStatus = RuleSetStatus.PROPOSED
    simulation: Simulation | None = None
    decided_by: str = ""
    reason: str = ""
    decide_time: datetime | None = None

    def check_open(self) -> None:
        """Refuses what was decided on already."""
        if self.status is not RuleSetStatus.PROPOSED:
            raise FailedPrecondition.wrong_status("rule set", self.status, (RuleSetStatus.PROPOSED,))

    def keep_simulation(self, simulation: Simulation) -> None:
        """Keeps what it would have changed; the latest one counts."""
        self.check_open()
        self.simulation = simulation

    def put_in_force(self, reason: str, by: str, at: datetime) -> None:
        """Approves it, to be in force from its time on; by another person, who could see what it would have changed."""
        self._settle(reason, by, at)
        if self.simulation is None:
            text = "the rules were not simulated on past applications yet"
            raise FailedPrecondition(text, reason="RULES_NOT_SIMULATED")
        self.status, self.in_force_time = RuleSetStatus.APPROVED, max(self.in_force_time, at)

    def drop(self, reason: str, by: str, at: datetime) -> None:
        """Rejects it; what is in force stays."""
        self._settle(reason, by, at)
        self.status = RuleSetStatus.REJECTED

    def _settle(self, reason: str, by: str, at: datetime) -> None:
        self.check_open()
        if by == self.proposed_by:
            raise PermissionDenied("who proposed rules does not decide on them", reason="MAKER_CHECKER")
        self.decided_by, self.reason, self.decide_time = by, reason, at
