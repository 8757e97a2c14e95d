"""One screening of one customer: what the lists say, the cases that come of it, and the reviews that it is about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.kyc.cases import CASE_ALLOWED, ScreeningCase, ScreeningTrigger
from services.kyc.matches import Match, settled, supersede_others, unknown
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.ports import Customers, Party, Sanctions
from services.kyc.related import screened, told_apart
from services.kyc.risk_tier import screened_tier, tier_of_countries
from services.kyc.screening import ScreenedRole, Screening, Subject
from services.kyc.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.ids import new_id


@dataclass(frozen=True)
class Look:
    """What was found about a customer outside of a transaction, after so many changes of their details."""

    customer_id: str
    party: Party
    screening: Screening
    matches: tuple[Match, ...]
    countries: frozenset[str]
    changes: int


@dataclass(frozen=True)
class Applied:
    """A screening with what became of its matches, and of how many due diligence was asked for anew."""

    screening: Screening
    opened: int
    renewals: int


@dataclass(frozen=True)
class Screener:
    """Screens customers."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    customers: Customers
    sanctions: Sanctions

    def look_at(self, customer_ids: Iterable[str]) -> tuple[Look, ...]:
        """The same of each, in their order."""
        return tuple(self.look(each) for each in customer_ids)

    def apply_all(
        self, uow: UnitOfWork, looks: Iterable[Look], trigger: ScreeningTrigger, running: str = ""
    ) -> Mapping[str, Applied]:
        """Applies each, by the id of the customer; whoever does so at the same moment locks them in the same order."""
        ordered = sorted(looks, key=lambda each: each.customer_id)
        for each in ordered:
            uow.monitored.ensure(MonitoredCustomer(each.customer_id))
        return {each.customer_id: self.apply(uow, each, trigger, running) for each in ordered}

    def look(self, customer_id: str) -> Look:
        """Compares the customer's present details with the lists in force; errors.Unavailable."""
        with self.begin() as uow:
            known = uow.monitored.find(customer_id)
        party = self.customers.party(customer_id)
        customer, now = Subject(party.full_name, party.birth_date, party.countries), self.clock.now()
        screening = screened(self.sanctions.screen, customer, party.related_subjects, now)
        behind = {whose: each.subject for whose, each in told_apart(party.related_subjects).items()}
        compared = {(ScreenedRole.CUSTOMER, "", "", ""): customer, **behind}
        entries = self.sanctions.listed(screening.matched_entries)
        matches = tuple(
            Match(hit, entries[hit.entry_number], compared[hit.whose])
            for hit in screening.matches
            if hit.entry_number in entries
        )
        countries = frozenset(country for each in compared.values() for country in each.countries)
        return Look(customer_id, party, screening, matches, countries, known.changes if known else 0)

    def apply(
        self, uow: UnitOfWork, look: Look, trigger: ScreeningTrigger, running: str = "", day: date | None = None
    ) -> Applied:
        """Opens cases for what is new, ends those that are none any more, has due diligence done again that is about to
        be a year old, and has the reviews show it.

        `running` is an application that is known to run, if any; `day` the business date, None for today.
        Locks the customer first, then cases and reviews: whoever screens the same customer at the same moment waits.
        """
        customer = uow.monitored.ensure(MonitoredCustomer(look.customer_id))
        if running:
            customer.start(running)
        cases = uow.cases.of_customer(look.customer_id)
        supersede_others(cases, look.matches)
        renewals = sum(self._went_on(case, customer, day) for case in cases)
        # Whose last application has just ended is not looked at any more: no document could clear a case.
        new = unknown(cases, look.matches) if customer.is_open else []
        opened = [self._open(uow, customer, look, match, trigger) for match in new]
        screening = settled(look.screening, [*cases, *opened])
        of_countries = tier_of_countries(look.countries)
        tier = screened_tier(screening, of_countries)
        for application_id in sorted(customer.running):
            uow.reviews.get(application_id).screened(look.customer_id, screening, tier)
        customer.screened(screening, look.changes, of_countries)
        return Applied(screening, len(opened), renewals)

    def _went_on(self, case: ScreeningCase, customer: MonitoredCustomer, day: date | None) -> bool:
        """Whether its due diligence is done again from now on."""
        now = self.clock.now()
        is_renewed = customer.is_open and case.renew_due_diligence(day or now.date(), now)
        case.follow(customer.running, now)
        return is_renewed

    def _open(
        self, uow: UnitOfWork, customer: MonitoredCustomer, look: Look, match: Match, trigger: ScreeningTrigger
    ) -> ScreeningCase:
        newest = customer.running[-1]
        officer, now = uow.reviews.get(newest).officer_id, self.clock.now()
        case = ScreeningCase(
            new_id(), look.customer_id, newest, trigger, match.hit, match.entry, match.compared,
            look.screening.list_version, officer, now, now + CASE_ALLOWED,
        )  # fmt: skip
        uow.cases.add(case)
        return case
