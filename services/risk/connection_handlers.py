"""The use cases of connections: whoever is bound by an application is known by it, and their group is found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.risk.connections import Index, KnownCustomer, group, start_of
from services.risk.model import Report
from services.risk.ports import Persons
from services.risk.store import UnitOfWork
from services.runtime.clock import Clock


@dataclass(frozen=True)
class Connections:
    """Everything it needs is given at the start; `index` makes blind indexes under the service's own key."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    persons: Persons
    index: Index

    def of(self, report: Report) -> frozenset[str]:
        """The customers of the group of a loan, by control; errors.Unavailable when it cannot be known who they are."""
        bound = (report.customer_id, *report.party_ids)
        self._learn(bound)
        with self.begin() as uow:
            known = [each for each in map(uow.known_customers.find, bound) if each is not None]
            start = start_of(known, report.customer_id, report.for_legal_entity)
            return group(start, uow.known_customers.having) - set(bound)

    def carry_on(self) -> bool:
        """Learns who is bound by an application that nobody has looked at; False when there is none."""
        with self.begin() as uow:
            application_id = uow.known_customers.unlearnt()
            report = None if application_id is None else uow.reports.read(application_id)
        if report is None:
            return False
        self._learn((report.customer_id, *report.party_ids))
        with self.begin() as uow:
            uow.known_customers.learnt(report.application_id, self.clock.now())
            uow.commit()
        return True

    def _learn(self, customer_ids: Iterable[str]) -> None:
        """Takes what the customer service has of them now; of who is erased nothing is kept."""
        found = {each: self.persons.person(each) for each in sorted(customer_ids)}
        with self.begin() as uow:
            for customer_id, person in found.items():
                if person is not None:
                    known = uow.known_customers.ensure(KnownCustomer(customer_id))
                    known.learn(person, self.index, self.clock.now())
                else:
                    uow.known_customers.delete_of(customer_id)
            uow.commit()
