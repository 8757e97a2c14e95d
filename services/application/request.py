"""What a customer asks for, and the facility's limits to it; pure."""

from dataclasses import dataclass

from services.circumstances import Circumstances
from services.lending.facility import Facility
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money


@dataclass(frozen=True)
class Project:
    """What the money is for."""

    name: str
    description: str
    cost: Money


@dataclass(frozen=True)
class Request:
    """What the customer asks for and the figures on which it is judged; all money in the facility's currency."""

    project: Project
    facility_type: str
    amount: Money
    tenure_months: int
    purpose: str
    monthly_income: Money
    monthly_debts: Money
    collateral_value: Money
    circumstances: Circumstances | None = None
    for_legal_entity: bool = False


def check_limits(request: Request, facility: Facility) -> None:
    """Refuses a request outside its facility's limits, and money in another currency than the facility's.

    Errors: InvalidArgument WRONG_CURRENCY, or LendingError FACILITY_LIMIT with the limit that was hit, WRONG_BORROWER
    for a person who asks for what companies alone can have, or the other way round.
    """
    facility.require_borrower(request.for_legal_entity)
    facility.require_request(request.amount.amount, request.amount.currency, request.tenure_months)
    others = {name: getattr(request, name) for name in ("monthly_income", "monthly_debts", "collateral_value")}
    stated = request.circumstances.amounts if request.circumstances else {}
    others |= {f"circumstances.{name}": money for name, money in stated.items()}
    for name, money in {"project.cost": request.project.cost, **others}.items():
        if money.currency != facility.currency:
            raise InvalidArgument.field(name, f"must be in {facility.currency}", reason="WRONG_CURRENCY")
