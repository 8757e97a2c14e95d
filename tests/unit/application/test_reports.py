"""Whole journeys reported in any order: reports that are shuffled and repeated lead where they lead in order."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.application.model import Application
from services.application.status import MOVES, TERMINAL_STATUSES, Action, ApplicationStatus, Fit
from services.application.timeline import Report
from tests.unit.application.test_model import NOW, at

S = ApplicationStatus
REPORTED = [action for action, move in MOVES.items() if move.reported_by]
LONGEST = 40


@dataclass(frozen=True)
class Reported:
    """One report, as another service makes it."""

    action: Action
    number: int
    loan_id: str


@st.composite
def journeys(draw: st.DrawFn) -> list[Reported]:
    """The reports of a journey in their order, from the submission on; some end on the way, some come back."""
    application, said = at(S.SUBMITTED), list[Reported]()
    for _ in range(draw(st.integers(1, LONGEST))):
        possible = [action for action in REPORTED if application.status in MOVES[action].allowed_from]
        if not possible or (application.status is S.CLOSED and not application.loan_id):
            break
        action = draw(st.sampled_from(possible))
        number = application.taken.get(action, 0) + 1 if MOVES[action].numbered_by else 1
        report = Reported(action, number, "loan-1" if action is Action.ACTIVATE or application.loan_id else "")
        assert take(application, report) is Fit.NOW
        said.append(report)
    return said


def take(application: Application, said: Reported) -> Fit:
    report = Report(NOW, "kyc", said.action.name, "service:kyc", "", "c1")
    return application.report(said.action, report, said.loan_id, said.number)


@given(journeys(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_reports_in_any_order_and_repeated_lead_to_the_same_status(
    said: list[Reported], random: object, repeats: int
) -> None:
    """Early ones wait and are taken again, as the inbox does; the others are taken once and change nothing later."""
    in_order, shuffled = at(S.SUBMITTED), at(S.SUBMITTED)
    for report in said:
        take(in_order, report)
    waiting = [report for report in said for _ in range(repeats + 1)]
    random.shuffle(waiting)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    while waiting:
        left = [report for report in waiting if take(shuffled, report) is Fit.EARLY]
        assert len(left) < len(waiting), f"{left} wait for ever in {shuffled.status}"
        waiting = left
    assert (shuffled.status, shuffled.loan_id) == (in_order.status, in_order.loan_id)
    assert (shuffled.taken.get(Action.CLOSE), shuffled.taken.get(Action.REOPEN)) == (
        in_order.taken.get(Action.CLOSE), in_order.taken.get(Action.REOPEN),
    )  # fmt: skip


@given(journeys(), st.sampled_from(REPORTED), st.integers(1, 3))
def test_a_report_about_another_loan_never_moves_this_one(said: list[Reported], action: Action, number: int) -> None:
    """Once its own loan is known, a report about another one is only noted."""
    application = at(S.SUBMITTED)
    for report in said:
        take(application, report)
    before = application.status
    if application.loan_id:
        assert take(application, Reported(action, number, "loan-2")) is Fit.LATE
    assert before in TERMINAL_STATUSES or application.status is before
