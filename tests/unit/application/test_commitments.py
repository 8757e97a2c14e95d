"""What a loan commits those to who are bound by it: the amounts that were last said of it, and who they are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.application.commitments import BoundPerson, Commitment, CommitmentRole, commitment
from services.application.model import Application
from services.application.parties import ApplicationParty, PartyRole, PartyStatus
from services.application.status import MOVES, ONGOING, TERMINAL_STATUSES, Action, ApplicationStatus
from services.lending import Frequency, LoanTerms
from services.lending.facility import facility
from services.runtime.errors import FailedPrecondition
from tests.unit.application.test_model import NOW, at, eur

TODAY = date(2026, 11, 24)
S = ApplicationStatus
# Without interest, so that what a month costs is seen.
TERMS = LoanTerms(Decimal(4800), "EUR", Decimal(0), 24)


def loan(terms: LoanTerms | None = None, balance: str | None = None) -> Application:
    made = at(S.DISBURSED)
    made.learn(terms, None if balance is None else eur(balance))
    return made


def party(customer_id: str, role: PartyRole, status: PartyStatus) -> ApplicationParty:
    return ApplicationParty(customer_id, role, status, NOW)


def test_until_anything_is_agreed_what_is_asked_for_counts_at_the_usual_terms() -> None:
    found = commitment(loan(), TODAY)
    assert (found.application_id, found.outstanding) == ("a1", eur("6000"))
    rate = facility("PERSONAL").default_rate_percent / 1200
    instalment = 6000 * rate / (1 - (1 + rate) ** -12)
    assert found.monthly_instalment == eur(f"{instalment:.2f}")


def test_what_was_agreed_counts_and_then_what_the_ledger_says() -> None:
    mine = (BoundPerson("c1", CommitmentRole.BORROWER),)
    assert commitment(loan(TERMS), TODAY) == Commitment("a1", mine, eur("4800"), eur("200"))
    assert commitment(loan(TERMS, "1234.56"), TODAY) == Commitment("a1", mine, eur("1234.56"), eur("200"))


def test_a_balance_of_nothing_is_a_balance() -> None:
    assert commitment(loan(TERMS, "0"), TODAY).outstanding == eur("0")


def test_a_loan_from_before_balances_were_kept_counts_whole_until_the_next_payment() -> None:
    made = loan()
    assert commitment(made, TODAY).outstanding == eur("6000")
    made.learn(None, eur("5500"))
    assert commitment(made, TODAY).outstanding == eur("5500")


def test_what_is_not_said_stays() -> None:
    made = loan(TERMS, "100")
    made.learn(None, None)
    assert (made.agreed_terms, made.principal_balance) == (TERMS, eur("100"))
    made.learn(replace(TERMS, tenure_months=12), None)
    assert made.principal_balance == eur("100")
    assert commitment(made, TODAY).monthly_instalment == eur("400")


def test_an_instalment_that_is_paid_otherwise_counts_by_the_month() -> None:
    assert commitment(loan(replace(TERMS, frequency=Frequency.QUARTERLY)), TODAY).monthly_instalment == eur("200")


def test_who_is_bound_is_said_with_their_part_and_who_declined_is_not() -> None:
    made = loan(TERMS)
    made.parties = (
        party("c2", PartyRole.CO_BORROWER, PartyStatus.CONSENTED),
        party("c3", PartyRole.GUARANTOR, PartyStatus.CONSENTED),
        party("c4", PartyRole.GUARANTOR, PartyStatus.DECLINED),
    )
    assert commitment(made, TODAY).bound == (
        BoundPerson("c1", CommitmentRole.BORROWER),
        BoundPerson("c2", CommitmentRole.CO_BORROWER),
        BoundPerson("c3", CommitmentRole.GUARANTOR),
    )


@pytest.mark.parametrize("status", ApplicationStatus)
def test_what_commits_is_what_was_handed_in_and_has_not_ended(status: ApplicationStatus) -> None:
    if status in ONGOING:
        at(status).check_ongoing()
        return
    assert status is S.DRAFT or status in TERMINAL_STATUSES
    with pytest.raises(FailedPrecondition):
        at(status).check_ongoing()


def test_whose_money_is_out_is_among_those_who_are_committed() -> None:
    """Whatever a loan can still be repaid from commits, and repaid it does not."""
    assert MOVES[Action.CLOSE].allowed_from <= ONGOING
    assert S.CLOSED not in ONGOING
