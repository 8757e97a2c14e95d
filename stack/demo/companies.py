"""The companies of the demo: whoever applies for a facility of businesses is the director and owner of one."""

from typing import Any

from stack.demo.api import Session

# The register's number and the LEI are made up; their check digits are right.
_REGISTERED = {
    "legalForm": "GmbH", "country": "DE", "register": "Handelsregister", "registrationNumber": "Stuttgart HRB 201434",
    "lei": "529900T8BM49AURSDO55",
    "address": {"street": "Werkstr. 1", "city": "Stuttgart", "postalCode": "70173", "country": "DE"},
    "authority": {"kind": "AUTHORITY_KIND_DIRECTOR"},
}  # fmt: skip


def acts_for_company(customer: Session, director: str, facility_type: str) -> bool:
    """Whether the lender's catalogue has the facility for companies; if so, the customer says for which they act."""
    facilities = {each["code"]: each for each in customer.get("/api/v1/facilities")["facilities"]}
    if facilities.get(facility_type, {}).get("borrowerKind") != "BORROWER_KIND_COMPANY":
        return False
    company: dict[str, Any] = {
        **_REGISTERED,
        "name": f"{director.split()[-1]} GmbH",
        "directors": [{"fullName": director, "birthDate": "1988-04-12", "country": "DE"}],
        "owners": [{"name": director, "birthDate": "1988-04-12", "country": "DE", "sharePercent": "100"}],
    }
    customer.put(f"/api/v1/customers/{customer.account_id}/legal-entity", {"legalEntity": company})
    return True
