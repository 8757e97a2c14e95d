"""What a look at a customer compares, and what becomes of a review when cases are cleared."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.cases import HitResolution, Resolution, ScreeningCaseStatus, ScreeningTrigger
from services.kyc.casework import Casework, ResolveCase, ReviewCase
from services.kyc.due_diligence import DUE_DILIGENCE_HOLDS
from services.kyc.model import Review
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.ports import Party
from services.kyc.related import Related
from services.kyc.risk_tier import HIGH_RISK_COUNTRIES, RiskTier
from services.kyc.sanctions import SanctionsList
from services.kyc.screener import Applied, Screener
from services.kyc.screening import Entry, Listing, ScreenedRole
from services.runtime import context
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.evidence import FakeEvidence
from tests.fakes.memory import Memory, keyed
from tests.fakes.officers import FakeOfficers
from tests.harness import staff
from tests.unit.kyc.test_due_diligence import case as case_of

NAME = "Grigor Malkhovets"
LISTED = SanctionsList("1", (Entry("E-1", (NAME,), ("1961-04-03",), ("RU",)),))
FATHER = Related(ScreenedRole.OWNER, NAME, "1961-04-03", "RU")
SON = Related(ScreenedRole.OWNER, NAME, "1994-10-11", "RU")
UNDATED = Related(ScreenedRole.OWNER, NAME, "", "RU")


@dataclass
class Bench:
    """A customer with one review, and what screens them and resolves their cases, in memory."""

    party: Party
    clock: FakeClock = field(default_factory=FakeClock)
    memory: Memory = field(default_factory=lambda: Memory(
        monitored=keyed("customer_id"), cases=keyed("case_id"), reviews=keyed("application_id"),
    ))  # fmt: skip

    def __post_init__(self) -> None:
        self.memory.put("monitored", MonitoredCustomer("c", ("a",)))
        self.memory.put("reviews", Review.open("a", "c", NOON, None, None))

    @property
    def review(self) -> Review:
        found: Review = self.memory.rows["reviews"]["a"]
        return found

    @property
    def cases(self) -> list[Any]:
        return list(self.memory.rows["cases"].values())

    def party_of(self, _: str) -> Party:
        return self.party

    def screen(self, against: SanctionsList = LISTED) -> Applied:
        customers: Any = type("Customers", (), {"party": staticmethod(self.party_of)})
        screener = Screener(self.memory.begin, self.clock, customers, against)
        look = screener.look("c")
        with self.memory.begin() as uow:
            applied = screener.apply(uow, look, ScreeningTrigger.DAILY)
            uow.commit()
        return applied

    def blocks(self) -> bool:
        """Whether what was found stands in the way."""
        return self.review.screening is not None and self.review.screening.blocks

    def runs(self, *applications: str) -> None:
        """These run, and no others."""
        self.memory.rows["monitored"]["c"].running = applications
        for each in set(applications) - self.memory.rows["reviews"].keys():
            self.memory.put("reviews", Review.open(each, "c", NOON, None, None))

    def clear(self, case_id: str) -> None:
        """One officer clears it, a second one agrees."""
        documents, officers = FakeEvidence(), FakeOfficers()
        casework = Casework(self.memory.begin, FakeClock(), officers, documents)
        shown = documents.evidence("").documents[0].document_id
        with context.bind(context.RequestContext(staff("OFFICER", account_id="first"))):
            casework.resolve(ResolveCase(case_id, Resolution(HitResolution.OTHER_PERSON, shown, "")))
        with context.bind(context.RequestContext(staff("OFFICER", account_id="second"))):
            if self.memory.rows["cases"][case_id].status is ScreeningCaseStatus.PROPOSED:
                casework.review(ReviewCase(case_id, True, ""))


@pytest.mark.parametrize("related", [(FATHER, SON), (SON, FATHER)])
def test_a_case_has_the_details_of_whom_it_is_about(related: tuple[Related, ...]) -> None:
    bench = Bench(Party("Ada Lovelace", 1, related_subjects=related))
    bench.screen()
    assert [(case.entry.number, case.compared) for case in bench.cases] == [("E-1", FATHER.subject)]


def test_to_clear_one_namesake_clears_no_other() -> None:
    bench = Bench(Party("Ada Lovelace", 1, related_subjects=(FATHER, UNDATED)))
    bench.screen()
    first, second = bench.cases
    assert {first.compared, second.compared} == {FATHER.subject, UNDATED.subject}
    bench.clear(first.case_id)
    assert not bench.review.screening.ruled_out  # type: ignore[union-attr]
    bench.screen()
    assert len(bench.cases) == 2
    bench.clear(second.case_id)
    assert bench.review.screening.ruled_out  # type: ignore[union-attr]
    assert bench.review.risk_tier is RiskTier.LOW


COUNTRIES = st.sampled_from(["", "DE", "FR", *sorted(HIGH_RISK_COUNTRIES)])


@given(COUNTRIES, COUNTRIES, st.booleans())
def test_a_cleared_case_leaves_the_risk_of_the_countries(of_customer: str, of_director: str, again: bool) -> None:
    related = UNDATED, Related(ScreenedRole.DIRECTOR, "Ada Lovelace", "", of_director)
    bench = Bench(Party("Ada Lovelace", 1, countries=(of_customer,), related_subjects=related))
    bench.screen()
    assert bench.review.risk_tier is RiskTier.HIGH
    [case] = bench.cases
    bench.clear(case.case_id)
    expected = RiskTier.HIGH if {of_customer, of_director} & HIGH_RISK_COUNTRIES else RiskTier.LOW
    if again:
        bench.screen()
    assert bench.review.risk_tier is expected


def test_before_the_tier_was_kept_the_cases_say_what_is_known() -> None:
    bench = Bench(Party("Ada Lovelace", 1, related_subjects=(Related(ScreenedRole.OWNER, NAME, "", "IR"),)))
    bench.screen()
    bench.memory.rows["monitored"]["c"].country_tier = None
    [case] = bench.cases
    bench.clear(case.case_id)
    assert bench.review.risk_tier is RiskTier.HIGH


ADA = Party("Ada Lovelace", 1, related_subjects=(FATHER,))
PEPS = SanctionsList("2", tuple(replace(each, listing=Listing.PEP) for each in LISTED.entries))
RETIRED = SanctionsList("3", ())


def test_a_list_that_is_retired_ends_what_stands_in_the_way_and_one_that_comes_back_begins_anew() -> None:
    bench = Bench(ADA)
    bench.screen()
    [case] = bench.cases
    bench.screen(RETIRED)
    assert [each.status for each in bench.cases] == [ScreeningCaseStatus.SUPERSEDED]
    assert not bench.blocks()
    assert bench.screen().opened == 1 and bench.blocks()
    assert [each.status for each in bench.cases if each.case_id != case.case_id] == [ScreeningCaseStatus.OPEN]


def test_a_case_goes_on_with_the_application_that_runs() -> None:
    bench = Bench(ADA)
    bench.screen()
    bench.runs("b")
    assert bench.screen().opened == 0
    assert [each.application_id for each in bench.cases] == ["b"]
    bench.runs()
    bench.screen()
    assert [(each.application_id, each.status) for each in bench.cases] == [("b", ScreeningCaseStatus.OPEN)]


def test_no_case_is_opened_that_no_document_could_clear() -> None:
    bench = Bench(ADA)
    bench.runs()
    assert bench.screen().opened == 0 and not bench.cases


def test_due_diligence_is_done_again_while_something_runs_and_counts_for_nothing_after_a_long_time_without() -> None:
    bench = Bench(ADA)
    bench.screen(PEPS)
    [case] = bench.cases
    confirmed = case_of("approved")
    for name in ("status", "resolution", "resolved_by", "due_diligence"):
        setattr(case, name, getattr(confirmed, name))
    case.due_diligence = replace(case.due_diligence, review_time=bench.clock.now())
    assert bench.screen(PEPS).renewals == 0
    bench.clock.advance(DUE_DILIGENCE_HOLDS)
    assert bench.screen(PEPS).renewals == 1
    assert bench.review.screening is not None and bench.review.screening.ruled_out, "what was approved holds meanwhile"
    assert bench.screen(PEPS).renewals == 0
    bench.runs()
    bench.clock.advance(timedelta(days=31))
    assert bench.screen(PEPS).renewals == 0, "nobody is asked while nothing runs"
    bench.runs("b")
    bench.screen(PEPS)
    [case] = bench.cases
    assert (case.application_id, case.due_diligence, case.awaits_due_diligence) == ("b", None, True)
    assert case.due_time > bench.clock.now()
    assert bench.memory.rows["reviews"]["b"].screening.standing == ("due_diligence",)
