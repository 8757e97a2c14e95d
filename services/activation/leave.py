"""Whether a loan may be opened, and its money be sent: what has to be true, by the word of those whose fact it is.

An event says only that it is time to ask. Anyone who can write one could otherwise open an account over any amount.
"""

from services.activation.ports import Standing
from services.lending.facility import facility
from services.lending.terms import LoanTerms
from services.runtime.errors import FailedPrecondition

SIGNED, ACTIVE = "AGREEMENT_SIGNED", "ACTIVE"
# Statuses that no report leads from to a signed agreement any more.
ENDED = frozenset(
    {"KYC_REJECTED", "RISK_REJECTED", "APPROVAL_REJECTED", "WITHDRAWN", "CANCELLED", "CLOSED", "DISBURSED"}
)


def check_opening(standing: Standing, customer_id: str, terms: LoanTerms, terms_hash: str, kyc_version: int) -> None:
    """Lets the account of a signed application be opened.

    Errors: FailedPrecondition WRONG_STATUS or STAGE_NOT_PASSED; LendingError for terms outside the facility's limits.
    """
    _check_stages(standing, customer_id, terms, terms_hash)
    if standing.kyc_version != kyc_version:
        raise _not_passed("kyc")
    # That the account is open there already is the report of an opening whose own row was lost.
    _check_status(standing, SIGNED, ACTIVE)


def check_payout(standing: Standing, customer_id: str, terms: LoanTerms, terms_hash: str, loan_id: str) -> None:
    """Lets the money of an open account be sent; errors as of an opening, and while its security does not hold up."""
    _check_stages(standing, customer_id, terms, terms_hash)
    if standing.loan_id not in ("", loan_id):
        raise _not_passed("application")
    if standing.rules_against:
        raise _unsecured(standing.rules_against)
    _check_status(standing, ACTIVE)


def is_early(refused: FailedPrecondition) -> bool:
    """Whether a refusal only says that the application does not know yet what happened: it can be asked again."""
    return refused.reason == "WRONG_STATUS" and refused.metadata.get("status") not in ENDED


def _check_stages(standing: Standing, customer_id: str, terms: LoanTerms, terms_hash: str) -> None:
    for stage in standing.stages:
        if not stage.passed or stage.customer_id not in ("", customer_id) or stage.terms_hash not in ("", terms_hash):
            raise _not_passed(stage.owner)
    if standing.customer_id != customer_id:
        raise _not_passed("application")
    if terms.hash() != terms_hash:
        raise _not_passed("activation")
    facility(standing.facility_type).require_terms(terms)


def _check_status(standing: Standing, *allowed: str) -> None:
    if standing.status not in allowed:
        raise FailedPrecondition.wrong_status("application", standing.status, allowed)


def _unsecured(rules: tuple[str, ...]) -> FailedPrecondition:
    names = ", ".join(rules)
    text = f"{names} of risk's rules stand against the loan by what secures it now: have that valued anew"
    return FailedPrecondition(text, reason="STAGE_NOT_PASSED", metadata={"owner": "risk", "rules": names})


def _not_passed(owner: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"{owner} has not let the loan through on these terms", reason="STAGE_NOT_PASSED", metadata={"owner": owner}
    )
