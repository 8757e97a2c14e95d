"""The guards of the domain switched off: the auditor names the illegal move, who decided twice, and wrong money."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.application.model import Application
from services.application.status import Action, Fit
from services.application.timeline import Report
from services.approval.model import Approval, ApprovalLevel
from services.lending.transactions import Kind, effective
from services.repayment.model import Loan
from services.repayment.payment import PaymentStatus
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.money import Money
from stack.audit import checks
from stack.audit.scratch import Scratch, folder
from tests.factories.loans import open_loan, pay
from tests.unit.application.test_model import draft
from tests.unit.approval.test_model import after, decision

NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def empty() -> Iterator[Scratch]:
    with folder() as files, closing(Scratch(files / "databases")) as made:
        yield made


def said(scratch: Scratch) -> list[str]:
    return list(checks.statuses(scratch))


def timeline(scratch: Scratch, application: Application) -> None:
    """What the database would hold of it."""
    for number, entry in enumerate(application.entries, 1):
        moved = entry.from_status.name, entry.to_status.name
        scratch.add("moves", [(application.application_id, number, *moved)])
    scratch.add("statuses", [(application.application_id, application.status.name)])


def test_a_report_that_comes_too_early_moves_nothing(empty: Scratch) -> None:
    application = draft()
    assert application.report(Action.APPROVE_KYC, Report(NOW, "kyc", "test", "staff:1", "", "c1")) is Fit.EARLY
    timeline(empty, application)
    assert said(empty) == []


def test_without_the_order_of_moves_an_illegal_one_is_named(empty: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.application.model.fit", lambda *_: Fit.NOW)
    application = draft()
    application.report(Action.APPROVE_KYC, Report(NOW, "kyc", "test", "staff:1", "", "c1"))
    timeline(empty, application)
    assert any("goes from DRAFT to KYC_APPROVED" in each for each in said(empty))


def decisions(scratch: Scratch, approval: Approval) -> None:
    rows = [(approval.application_id, each.decided_by, each.level.name) for each in approval.decisions]
    scratch.add("decisions", rows)


def test_who_decided_may_not_decide_again(empty: Scratch) -> None:
    approval = after(ApprovalLevel.INTERNAL)
    with pytest.raises(PermissionDenied):
        approval.decide(replace(decision(ApprovalLevel.MANAGEMENT), decided_by="internal"))
    decisions(empty, approval)
    assert said(empty) == []


def test_without_distinct_persons_the_one_is_named(empty: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Approval, "_require_other_person", lambda *_: None)
    approval = after(ApprovalLevel.INTERNAL)
    approval.decide(replace(decision(ApprovalLevel.MANAGEMENT), decided_by="internal"))
    decisions(empty, approval)
    [found] = said(empty)
    assert "internal decided as INTERNAL and as MANAGEMENT" in found


def wrong_money(scratch: Scratch, loan: Loan) -> list[str]:
    """By the entries of the ledger and by the payments, as the database would hold them."""
    entries = [entry.amount for entry in effective(loan.transactions) if entry.kind is Kind.PAYMENT]
    accepted = [each.amount for each in loan.payments.values() if each.status is PaymentStatus.VERIFIED]
    paid = {
        "the ledger": loan.money(sum(entries, Decimal())),
        "the payments": sum(accepted, Money.zero(loan.terms.currency)),
    }
    scratch.add("paid", [("l1", held_by, str(amount)) for held_by, amount in paid.items()])
    return list(checks.money(scratch))


def test_a_payment_that_was_accepted_is_not_taken_back_by_its_payer(empty: Scratch) -> None:
    loan = open_loan()
    pay(loan, "p1", "100")
    with pytest.raises(FailedPrecondition):
        loan.withdraw("p1", NOW)
    assert wrong_money(empty, loan) == []


def test_without_the_status_of_a_payment_the_loan_with_wrong_money_is_named(
    empty: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Loan, "_in_status", lambda self, payment_id, _: self.payment(payment_id))
    loan = open_loan()
    pay(loan, "p1", "100")
    loan.withdraw("p1", NOW)
    assert wrong_money(empty, loan) == ["loan l1: the ledger says 100.00 EUR, the payments 0.00 EUR"]
