"""The company for which a customer acts: who runs it, who holds it, and by which authority they act. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from services.customer.address import Address
from services.runtime.errors import FailedPrecondition, InvalidArgument

# From which share a person is a beneficial owner: Regulation (EU) 2024/1624, art. 52.
_BENEFICIAL_PERCENT = Decimal(25)


class RelatedRole(Enum):
    """What somebody behind a customer is."""

    LEGAL_ENTITY = auto()
    DIRECTOR = auto()
    OWNER = auto()
    BENEFICIAL_OWNER = auto()


class AuthorityKind(Enum):
    """Why somebody may act for a company."""

    DIRECTOR = auto()
    PROCURATION = auto()
    POWER_OF_ATTORNEY = auto()


@dataclass(frozen=True)
class RelatedSubject:
    """A person or a company that is screened with the customer."""

    role: RelatedRole
    full_name: str
    birth_date: date | None
    country: str


@dataclass(frozen=True)
class Director:
    """A person who runs the company; the birth date may not be known."""

    full_name: str
    birth_date: date | None
    country: str


@dataclass(frozen=True)
class EntityOwner:
    """A person or company that holds a share, in percent, or controls the company by other means."""

    name: str
    is_entity: bool
    birth_date: date | None
    country: str
    share_percent: Decimal
    controls: bool

    @property
    def is_beneficial(self) -> bool:
        """Whether the law takes them for a beneficial owner: no company is one, but whoever holds that."""
        return not self.is_entity and (self.controls or self.share_percent >= _BENEFICIAL_PERCENT)


@dataclass(frozen=True)
class Authority:
    """That by which the customer acts for the company; `grantor_name` is the director who gave it."""

    kind: AuthorityKind
    grantor_name: str


@dataclass(frozen=True)
class LegalEntity:
    """A company as it is declared; `lei` is empty when it has none."""

    name: str
    legal_form: str
    country: str
    register: str
    registration_number: str
    lei: str
    address: Address
    directors: tuple[Director, ...]
    owners: tuple[EntityOwner, ...]
    authority: Authority

    def check_declared(self, representative: str) -> None:
        """InvalidArgument names what cannot be; `representative` is the full name of the customer.

        FailedPrecondition AUTHORITY_MISSING when they may not act for the company.
        """
        self._check_owners()
        names = {_folded(each.full_name) for each in self.directors}
        if len(names) < len(self.directors):
            raise _refused("directors", "must not name a person twice")
        is_director = self.authority.kind is AuthorityKind.DIRECTOR
        if _folded(representative if is_director else self.authority.grantor_name) not in names:
            text = "the customer, or who gave the authority, is none of the directors"
            raise FailedPrecondition(text, reason="AUTHORITY_MISSING")

    @property
    def related(self) -> Iterator[RelatedSubject]:
        """Who is screened with the customer: the company, then its directors, then its owners."""
        yield RelatedSubject(RelatedRole.LEGAL_ENTITY, self.name, None, self.country)
        for each in self.directors:
            yield RelatedSubject(RelatedRole.DIRECTOR, each.full_name, each.birth_date, each.country)
        for owner in self.owners:
            role = RelatedRole.BENEFICIAL_OWNER if owner.is_beneficial else RelatedRole.OWNER
            yield RelatedSubject(role, owner.name, owner.birth_date, owner.country)

    def _check_owners(self) -> None:
        named = sum((each.share_percent for each in self.owners), Decimal(0))
        if named > 100:
            raise _refused("owners", "must not have more than 100 percent together")
        if 100 - named >= _BENEFICIAL_PERCENT:
            raise _refused(
                "owners", f"must name everybody with {_BENEFICIAL_PERCENT} percent: {100 - named} are unnamed"
            )
        for place, owner in enumerate(self.owners):
            if owner.share_percent == 0 and not owner.controls:
                raise _refused(f"owners[{place}].share_percent", "must be above zero, for one who has no control")
        if len({(_folded(each.name), each.birth_date) for each in self.owners}) < len(self.owners):
            raise _refused("owners", "must not name anyone twice")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _refused(field: str, description: str) -> InvalidArgument:
    return InvalidArgument.field(f"legal_entity.{field}", description)
