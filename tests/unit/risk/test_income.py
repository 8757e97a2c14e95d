"""A statement that an officer accepted is read apart from the event; a later one that is wrong leaves it in force."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from services.lending.facility import facilities
from services.risk.events import RiskIncomeStatementRead
from services.risk.figures import Figures
from services.risk.handlers import App, Start
from services.risk.income import GIVEN_UP_AFTER, IncomeFile, IncomeReading, OrderReading, ReadStatement
from services.risk.income_finding import IncomeAnswer, IncomeBasis
from services.risk.income_handlers import LEASE, IncomeFiles, IncomeReadings
from services.risk.model import Report, RiskStatus
from services.risk.scorecards import Tables, shipped
from services.runtime.errors import Unavailable
from services.runtime.money import Money
from tests.factories.statements import employed
from tests.fakes.applications import FakeApplications, FakeKyc
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory, MemoryRepository, Rows
from tests.fakes.papers import FakePapers
from tests.unit.listeners.services import REPOSITORIES

KYC_APPROVED = Start("a0", "officer", "manager", None)
MARCH = date(2030, 3, 1)
A = IncomeAnswer


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


class MemoryIncomeFiles(MemoryRepository):
    """services.risk.evidence_store.IncomeFiles, of one replica."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("application_id", rows)

    def claim(self, now: Any, until: Any) -> str | None:
        waiting = [each.application_id for each in self.rows.values() if each.due or each.reassess_time]
        return min(waiting, default=None)


class Customers:
    """services.risk.ports.Customers: everybody is Ada, until they are erased."""

    name = "Ada Lovelace"

    def party(self, customer_id: str) -> Any:
        return type("Party", (), {"full_name": self.name})


@dataclass
class Risk:
    """The service over a database in memory, with an application that declared 4000 a month."""

    papers: FakePapers = field(default_factory=FakePapers)
    customers: Customers = field(default_factory=Customers)
    clock: FakeClock = field(default_factory=FakeClock)
    applications: FakeApplications = field(default_factory=FakeApplications)
    memory: Memory = field(
        default_factory=lambda: Memory(**{**REPOSITORIES["risk"], "income_files": MemoryIncomeFiles})
    )

    def __post_init__(self) -> None:
        figures = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(0))
        self.memory.put("reports", Report("a0", "c1", figures, NOON))
        begin: Any = self.memory.begin
        self.app = App(begin, self.clock, facilities(), Tables(shipped()), self.applications, FakeKyc())
        self.readings = IncomeReadings(self.app, self.customers, self.papers)  # type: ignore[arg-type]

    def accept(self, content: bytes, version: int = 1, kind: str = "application/xml") -> None:
        """An officer accepts a document."""
        self.papers.files[f"d{version}"] = kind, content
        self.app.order_reading(OrderReading("a0", "c1", f"d{version}", version, self.clock.now(), True))

    def read(self, content: bytes, version: int = 1, kind: str = "application/xml") -> IncomeReading:
        """They do, and it is read; what came of it."""
        self.accept(content, version, kind)
        self.work()
        return self.file.readings[-1]

    def work(self) -> None:
        """Does what is to be done."""
        for _ in range(10):
            if not self.readings.carry_on():
                return
        raise AssertionError("it never ends")

    @property
    def file(self) -> IncomeFile:
        found: IncomeFile = self.memory.rows["income_files"]["a0"]
        return found

    @property
    def report(self) -> Report:
        found: Report = self.memory.rows["reports"]["a0"]
        return found


@pytest.fixture
def risk() -> Risk:
    return Risk()


def test_a_statement_is_read_with_where_it_comes_from(risk: Risk) -> None:
    content = employed(MARCH).xml()
    found = risk.read(content)
    assert (found.answer, found.account_owner, found.read_time) == (A.READ, "Ada Lovelace", NOON)
    evidence = found.evidence
    assert evidence is not None
    assert (evidence.document_id, evidence.document_version) == ("d1", 1)
    assert evidence.sha256 == sha256(content).hexdigest()
    assert (evidence.from_date, evidence.to_date, evidence.month_count) == (MARCH, date(2030, 5, 31), 3)
    assert evidence.statement_numbers == ("S-1", "S-2", "S-3")
    assert (evidence.monthly_income, evidence.monthly_obligations) == (euros(3000), euros(1150))


@pytest.mark.parametrize(
    "content, answer",
    [
        (employed(MARCH, closing_off_by=Decimal(1)).xml(), A.UNREADABLE),
        (employed(MARCH, owner="Charles Babbage").xml(), A.NOT_OWNED),
        (employed(MARCH, owner="").xml().replace(b"<Ownr><Nm></Nm></Ownr>", b""), A.NOT_OWNED),
        (employed(date(2030, 4, 1), 2).xml(), A.TOO_SHORT),
        (employed(date(2030, 1, 1)).xml(), A.OUTDATED),
        (employed(date(2030, 6, 1)).xml(), A.UNREADABLE),
    ],
)
def test_what_is_no_evidence_says_why(risk: Risk, content: bytes, answer: IncomeAnswer) -> None:
    found = risk.read(content)
    assert (found.answer, found.look_time) == (answer, None)
    assert risk.file.in_force is None
    assert (found.fault is not None) is (answer is A.UNREADABLE)
    assert risk.file.finding("EUR", NOON).answer is answer


def test_a_picture_is_for_people_to_look_at(risk: Risk) -> None:
    assert risk.read(b"%PDF-1.7", kind="application/pdf").answer is A.NOT_STRUCTURED


def test_a_later_statement_that_is_wrong_leaves_the_one_before_in_force(risk: Risk) -> None:
    risk.read(employed(MARCH).xml())
    wrong = risk.read(employed(MARCH, closing_off_by=Decimal(1)).xml(), 2)
    assert wrong.fault is not None
    assert (wrong.fault.element, wrong.fault.line > 1) == ("Stmt", True)
    assert risk.file.in_force_document_id == "d1"
    risk.read(employed(MARCH, pay="2000.00").xml(), 3)
    assert risk.file.in_force_document_id == "d3"


def test_an_acceptance_that_comes_again_orders_nothing_anew(risk: Risk) -> None:
    first = risk.read(employed(MARCH).xml())
    risk.accept(employed(MARCH, pay="1.00").xml())
    assert risk.file.readings == (first,)
    assert not risk.file.conclude_reading("d1", ReadStatement(A.NOT_STRUCTURED), "Ada Lovelace", NOON)


def test_another_document_is_not_read(risk: Risk) -> None:
    risk.app.order_reading(OrderReading("a0", "c1", "d1", 1, NOON, False))
    assert not risk.memory.rows["income_files"]


def test_an_assessment_goes_by_the_lower_income_and_says_which_and_from_what(risk: Risk) -> None:
    risk.read(employed(MARCH).xml())
    risk.app.start(KYC_APPROVED)
    figures = risk.report.figures
    assert (figures.income, figures.income_basis) == (euros(3000), IncomeBasis.EVIDENCED)
    assert figures.income_difference == euros(1000)
    assert figures.income_evidence is not None
    assert figures.income_evidence.evidence == risk.file.readings[0].evidence
    without = Risk()
    without.app.start(KYC_APPROVED)
    assert without.report.figures.income_evidence is not None
    assert without.report.figures.income_evidence.answer is A.NONE
    assert without.report.figures.income_basis is IncomeBasis.DECLARED
    assert risk.report.assessed().indicators.debt_to_income_percent == Decimal("20.43")
    assert without.report.assessed().indicators.debt_to_income_percent == Decimal("15.32")


def test_a_statement_that_comes_after_the_assessment_has_it_made_anew(risk: Risk) -> None:
    risk.app.start(KYC_APPROVED)
    risk.read(employed(MARCH).xml())
    assert risk.report.figures.income == euros(3000)
    assert risk.file.reassess_time is None


def test_what_is_decided_or_ended_stays_as_it_is(risk: Risk) -> None:
    risk.app.start(KYC_APPROVED)
    with risk.app.begin() as uow:
        uow.reports.get("a0").approve("fine", "risk", NOON)
        uow.commit()
    risk.read(employed(MARCH).xml())
    assert (risk.report.status, risk.report.figures.income) == (RiskStatus.APPROVED, euros(4000))
    assert risk.file.reassess_time is None


def test_an_assessment_that_cannot_be_made_is_made_later(risk: Risk) -> None:
    risk.app.start(KYC_APPROVED)
    risk.applications.away = True
    risk.accept(employed(MARCH).xml())
    assert risk.readings.carry_on()
    with pytest.raises(Unavailable):
        risk.readings.carry_on()
    risk.applications.away = False
    risk.work()
    assert risk.report.figures.income == euros(3000)


def test_a_document_in_quarantine_is_waited_for_and_not_for_ever(risk: Risk) -> None:
    risk.papers.quarantined = {"d1"}
    risk.accept(employed(MARCH).xml())
    assert risk.readings.carry_on()
    assert risk.file.readings[0].answer is None
    risk.clock.advance(GIVEN_UP_AFTER)
    risk.work()
    assert risk.file.readings[0].answer is A.NO_DOCUMENT


def test_while_the_document_service_is_away_nothing_is_settled(risk: Risk) -> None:
    risk.papers.away = True
    risk.accept(employed(MARCH).xml())
    with pytest.raises(Unavailable):
        risk.readings.carry_on()
    risk.papers.away = False
    risk.clock.advance(LEASE)
    risk.work()
    assert risk.file.in_force_document_id == "d1"


def test_of_an_erased_customer_and_of_a_document_that_is_gone_nothing_is_kept(risk: Risk) -> None:
    risk.customers.name = ""
    found = risk.read(employed(MARCH).xml())
    assert (found.answer, found.account_owner, found.evidence) == (A.NO_DOCUMENT, "", None)
    risk.accept(b"", 2)
    del risk.papers.files["d2"]
    risk.work()
    assert risk.file.readings[-1].answer is A.NO_DOCUMENT


def test_evidence_grows_old_and_another_currency_proves_nothing(risk: Risk) -> None:
    risk.read(employed(MARCH).xml())
    assert risk.file.finding("EUR", NOON).counted("EUR") == euros(3000)
    late = risk.file.finding("EUR", NOON + timedelta(days=60))
    assert (late.answer, late.counted("EUR")) == (A.OUTDATED, None)
    other = risk.file.finding("USD", NOON)
    assert (other.answer, other.counted("USD")) == (A.OTHER_CURRENCY, None)


def test_a_file_is_empty_before_there_is_anything_in_it(risk: Risk) -> None:
    assert IncomeFiles(risk.app).read("a0") == IncomeFile("a0", "c1")


def test_each_reading_is_an_event() -> None:
    file = IncomeFile("a0", "c1")
    file.order("d1", 1, NOON, NOON)
    assert file.conclude_reading("d1", ReadStatement(A.NOT_STRUCTURED), "Ada Lovelace", NOON)
    assert file.events == [RiskIncomeStatementRead("a0", "c1", "d1", 1, A.NOT_STRUCTURED, NOON)]
