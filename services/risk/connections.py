"""Who is connected by the control of companies: persons who control one, and companies in one hand; pure.

A group of connected clients, Regulation (EU) 575/2013, art. 4(1)(39)(a), is whoever is a single risk since one of them
controls the others, directly or indirectly. Control is the majority of the votes, or a similar relationship (art.
4(1)(37); Directive 2013/34/EU, art. 22): here more than half of the shares, or control by other means as declared.

Owners are no customers. They are recognized among these by name and date of birth, companies by the number in their
register, and where a company holds another one by name and country, which is all that is declared of it. What is
compared are blind indexes: nobody is named here.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.runtime.aggregate import Aggregate

_HALF = Decimal(50)
Index = Callable[[str], str]


@dataclass(frozen=True)
class CompanyOwner:
    """Who holds a share of a company, in percent, or controls it by other means."""

    name: str
    is_entity: bool
    birth_date: date | None
    country: str
    share_percent: Decimal
    controls: bool

    @property
    def has_control(self) -> bool:
        """Whether they control the company."""
        return self.controls or self.share_percent > _HALF


@dataclass(frozen=True)
class Company:
    """A company for which a customer acts."""

    name: str
    country: str
    registration_number: str
    owners: tuple[CompanyOwner, ...]


@dataclass(frozen=True)
class Person:
    """A customer as the customer service has them; without a date of birth until their details are there."""

    full_name: str
    birth_date: date | None
    company: Company | None


@dataclass
class KnownCustomer(Aggregate):
    """By which blind indexes a customer, their company and who controls it are recognized; empty where none is."""

    customer_id: str
    person_index: str = ""
    company_indexes: tuple[str, ...] = ()
    controller_indexes: tuple[str, ...] = ()
    update_time: datetime | None = None

    def learn(self, person: Person, index: Index, at: datetime) -> None:
        """Takes what is known of them now, unless it is known."""
        company, before = person.company, (self.person_index, self.company_indexes, self.controller_indexes)
        self.person_index = "".join(map(index, _person(person.full_name, person.birth_date)))
        self.company_indexes = () if company is None else tuple(map(index, _company(company)))
        self.controller_indexes = () if company is None else tuple(map(index, _controllers(company)))
        if self.update_time is None or before != (self.person_index, self.company_indexes, self.controller_indexes):
            self.update_time = at

    def joins(self, nodes: Collection[str]) -> bool:
        """Whether they are of a group, or act for a company that is."""
        return self.person_index in nodes or not set(self.company_indexes).isdisjoint(nodes)

    def further(self, nodes: Collection[str]) -> frozenset[str]:
        """Who belongs to a group by this customer's company: whoever controls one of it, what one of it controls."""
        company, controllers = frozenset(self.company_indexes), frozenset(self.controller_indexes)
        if not company.isdisjoint(nodes):
            return company | controllers
        return company if not controllers.isdisjoint(nodes) else frozenset()


def group(start: Collection[str], find: Callable[[Collection[str]], Collection[KnownCustomer]]) -> frozenset[str]:
    """The customers of the group that begins with these indexes; `find` lists those who have any of some."""
    nodes, new, found = frozenset(start), frozenset(start), dict[str, KnownCustomer]()
    while new:
        found.update({each.customer_id: each for each in find(new)})
        wider = nodes.union(*(each.further(nodes) for each in found.values()))
        nodes, new = wider, wider - nodes
    return frozenset(each.customer_id for each in found.values() if each.joins(nodes))


def start_of(bound: Collection[KnownCustomer], applicant_id: str, for_company: bool) -> frozenset[str]:
    """The indexes with which a loan's group begins: of the persons whom it binds, or the company for which it is."""
    company = (set(each.company_indexes) for each in bound if for_company and each.customer_id == applicant_id)
    persons = {each.person_index for each in bound if not (for_company and each.customer_id == applicant_id)}
    return frozenset(persons.union(*company) - {""})


def _person(name: str, birth_date: date | None) -> Iterator[str]:
    if birth_date is not None:
        yield f"person|{_folded(name)}|{birth_date.isoformat()}"


def _company(company: Company) -> Iterator[str]:
    yield f"company|{company.country}|{company.registration_number}"
    yield f"name|{company.country}|{_folded(company.name)}"


def _controllers(company: Company) -> Iterator[str]:
    for each in company.owners:
        if each.has_control and each.is_entity:
            yield f"name|{each.country}|{_folded(each.name)}"
        elif each.has_control:
            yield from _person(each.name, each.birth_date)


def _folded(name: str) -> str:
    """A name as it is compared: without case, accents and double spaces."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return " ".join(plain.casefold().split())
