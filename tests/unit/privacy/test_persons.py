"""The copy of what a person is known by: without credentials, and without what their records say of others."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

from services.privacy.persons import OF_OTHERS, portable
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole, gather
from services.risk.figures import Figures
from services.risk.model import Report
from services.runtime.money import Money


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def test_whom_a_report_counts_beside_the_applicant_is_in_no_copy_of_it() -> None:
    loan = Commitment("a1", (BoundPerson("guarantor", CommitmentRole.BORROWER),), euros(4711), euros(42))
    exposure = gather("a0", "c1", ["guarantor"], "EUR", lambda _: [loan])
    each = euros(1000)
    report = Report("a0", "c1", Figures("PERSONAL", each, 12, each, each, each, each), datetime(2030, 1, 2, tzinfo=UTC))
    report.expose(exposure)
    copied = portable(report)["figures"]
    assert copied["amount"] == {"amount": "1000.00", "currency": "EUR"}
    assert not {"exposure", "total_exposure"} & copied.keys()


def test_what_is_of_others_is_named_as_the_model_names_it() -> None:
    assert {each.name for each in fields(Figures)} >= OF_OTHERS
