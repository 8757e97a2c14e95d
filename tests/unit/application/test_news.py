"""What who is bound beside the customer is told of a loan: of each move that matters to them, and of arrears."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from services.application.events import (
    ApplicationPartyInformed,
    ApplicationPartyRefused,
    ApplicationPartyReleased,
    ApplicationPartyWarned,
    ApplicationPartyWithdrawalOverdue,
    ApplicationStatusChanged,
)
from services.application.model import Application
from services.application.news import Arrears, Overdue, WithdrawalArrears
from services.application.parties import PartyRole, PartyStatus
from services.application.status import INFORMED, MOVES, REJECTIONS, TERMINAL_STATUSES
from services.application.status import ApplicationStatus as S
from tests.unit.application.test_model import NOW, eur, report
from tests.unit.application.test_parties import CO, GUARANTOR, VERSIONS, named, submitted

NEWS = (ApplicationPartyInformed, ApplicationPartyRefused, ApplicationPartyReleased)
ARREARS = Arrears("l1", 3, date(2030, 1, 1), eur("120"), 1)
AFTER_WITHDRAWAL = WithdrawalArrears("l1", date(2030, 1, 1), eur("120"), eur("0.22"), 1)
BOTH = pytest.mark.parametrize(
    ("arrears", "kind"), [(ARREARS, ApplicationPartyWarned), (AFTER_WITHDRAWAL, ApplicationPartyWithdrawalOverdue)]
)


def told(made: Application) -> list[tuple[str, type[Any], S]]:
    """Who was told what, of which status."""
    return [(each.customer_id, type(each), each.status) for each in made.events if isinstance(each, NEWS)]


def wanted(before: S, after: S) -> list[tuple[str, type[Any], S]]:
    """What a co-borrower and a guarantor are to be told of a move."""
    if after not in INFORMED:
        return []
    never_made = after in TERMINAL_STATUSES and before is not S.DISBURSED
    co = ApplicationPartyRefused if after in REJECTIONS else ApplicationPartyInformed
    return [("c2", co, after), ("c3", ApplicationPartyReleased if never_made else ApplicationPartyInformed, after)]


def test_who_is_bound_is_told_of_each_status_that_matters_to_them_and_of_no_other() -> None:
    for action, move in MOVES.items():
        for status in move.allowed_from - {S.DRAFT}:
            made = submitted(CO, GUARANTOR)
            made.status, made.loan_id = status, "l1"
            made._move(action, report())
            moves = [each for each in made.events if isinstance(each, ApplicationStatusChanged)]
            due = [news for each in moves for news in wanted(each.from_status, each.to_status)]
            assert told(made) == due, f"{action} from {status}"


def test_a_guarantee_that_was_asked_for_is_released_with_a_draft_and_nobody_else_hears_of_it() -> None:
    made = named(CO, GUARANTOR)
    made.withdraw(report())
    assert told(made) == [("c3", ApplicationPartyReleased, S.WITHDRAWN)]


def test_who_declined_is_told_nothing() -> None:
    made = submitted(CO, GUARANTOR)
    made.answer("c3", False, VERSIONS[PartyRole.GUARANTOR], report())
    assert told(made) == [("c2", ApplicationPartyInformed, S.WITHDRAWN)]


@BOTH
@pytest.mark.parametrize("status", S)
def test_of_arrears_those_hear_who_are_bound_by_what_was_paid_out(status: S, arrears: Overdue, kind: type[Any]) -> None:
    made = submitted(CO, GUARANTOR)
    made.status = status
    made.note(report(), arrears)
    warned = [each for each in made.events if isinstance(each, kind)]
    bound = [("c2", PartyRole.CO_BORROWER), ("c3", PartyRole.GUARANTOR)]
    assert [(each.customer_id, each.role) for each in warned] == (bound if status in (S.ACTIVE, S.DISBURSED) else [])
    assert all(
        (each.amount_due, each.due_date, each.warn_time) == (eur("120"), date(2030, 1, 1), NOW) for each in warned
    )


@BOTH
def test_who_did_not_agree_hears_of_no_arrears_and_nobody_of_what_is_none(arrears: Overdue, kind: type[Any]) -> None:
    made = submitted(CO, GUARANTOR)
    made.status = S.DISBURSED
    made.note(report())
    assert made.events == []
    made.note(report(), arrears)
    assert {type(each) for each in made.events} == {kind}
    made.events.clear()
    made.parties = tuple(each.answered(PartyStatus.DECLINED, NOW) for each in made.parties)
    made.note(report(), arrears)
    assert made.events == []


def test_a_warning_has_nothing_of_the_customer_who_applied() -> None:
    made = submitted(GUARANTOR)
    made.status = S.DISBURSED
    made.note(report(), ARREARS)
    [warning] = made.events
    assert made.customer_id not in [getattr(warning, each.name) for each in fields(warning)]
    assert {each.name for each in fields(warning)} == {
        "application_id", "customer_id", "role", "loan_id", "instalment_number", "due_date", "amount_due",
        "days_past_due", "warn_time",
    }  # fmt: skip
