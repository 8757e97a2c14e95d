"""Between the contract and the model, of who is connected; pure."""

from datetime import date

from loanflow.customer.v1 import customer_pb2
from services.risk.connections import Company, Person
from services.runtime.messages import OTHERS, In

_COMPANY = In(customer_pb2.LegalEntity, Company, ignored=OTHERS)


def to_person(party: customer_pb2.Party) -> Person:
    """A customer as they are recognized."""
    born = date.fromisoformat(party.birth_date) if party.birth_date else None
    company = _COMPANY(party.legal_entity) if party.HasField("legal_entity") else None
    return Person(party.full_name, born, company)
