"""Identity papers: whose last day has to be said, when a new one is asked for, and what ends that."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.checklist import Check, CheckResult
from services.kyc.events import KycIdentityExpiring, KycPartyVerified, KycReviewOverdue
from services.kyc.evidence import DocumentType, Pin
from services.kyc.identity_papers import (
    LAST_DAY_ALLOWED,
    RENEWAL_ALLOWED,
    RENEWAL_ASKED_BEFORE,
    IdentityPaper,
    RenewedPaper,
)
from services.kyc.model import Review
from services.kyc.parties import PartyVerification
from services.kyc.risk_tier import RiskTier
from services.kyc.status import ReviewStatus
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from tests.unit.kyc.test_model import APPROVE, CLEAR, GOOD, NOW, SEEN, S, decide, review
from tests.unit.kyc.test_parties import ALL, checks, opened, passport

LAST = date(2031, 3, 31)
ASKED = LAST - RENEWAL_ASKED_BEFORE
NEW = Pin(DocumentType.OTHER, "d9", 1, "cd" * 32)
RENEWED = RenewedPaper("c", "d9", IdentityPaper.PASSPORT, date(2041, 3, 31))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def approved(of_customer: date = LAST, of_guarantor: date = date(2040, 1, 31)) -> Review:
    """A review of three, approved; whose passports expire long after, unless said otherwise."""
    made = opened()
    for each in ("co", "g"):
        made.screened(each, CLEAR, RiskTier.LOW)
    parties = ALL[0], checks("g", identity_expiry_date=of_guarantor)
    own = replace(GOOD, identity_expiry_date=of_customer, identity_paper=IdentityPaper.PASSPORT)
    made.verify(own, CLEAR, 3, *SEEN, "officer", NOW, parties)
    decide(made, APPROVE, "manager")
    made.events.clear()
    return made


@pytest.mark.parametrize("paper", [None, *IdentityPaper])
def test_an_identity_passes_only_with_the_last_day_of_its_paper_or_as_one_that_has_none(
    paper: IdentityPaper | None,
) -> None:
    unsaid = replace(GOOD, identity_expiry_date=None, identity_paper=paper)
    made = review(S.ASSIGNED)
    if paper is IdentityPaper.UNLIMITED:
        made.verify(unsaid, CLEAR, 3, *SEEN, "officer", NOW)
        return
    with pytest.raises(InvalidArgument) as refused:
        made.verify(unsaid, CLEAR, 3, *SEEN, "officer", NOW)
    assert refused.value.reason == "IDENTITY_EXPIRY_MISSING"
    assert [each.field for each in refused.value.violations] == ["identity_expiry_date"]
    assert made.verification is None
    made.verify(replace(unsaid, identity=CheckResult.FAILED), CLEAR, 3, *SEEN, "officer", NOW)


def test_so_does_that_of_who_is_bound_beside_the_customer() -> None:
    with pytest.raises(InvalidArgument):
        opened().verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW, (ALL[0], checks("g", identity_expiry_date=None)))
    with pytest.raises(InvalidArgument):
        approved().verify_party(checks("g", identity_expiry_date=None), "officer", NOW)


def unsaid(*unlimited: str) -> Review:
    """A review of three, approved before a last day had to be said; of these it was said that they have none."""
    made = approved()
    none = IdentityPaper.UNLIMITED
    own = none if "c" in unlimited else None
    parties = tuple(
        replace(each, identity_expiry_date=None, identity_paper=none if each.customer_id in unlimited else None)
        for each in made.approved().parties
    )
    made.verification = replace(made.approved(), identity_expiry_date=None, identity_paper=own, parties=parties)
    return made


def test_a_paper_whose_last_day_nobody_said_is_for_an_officer_to_read_and_the_customer_is_not_told() -> None:
    made = unsaid("co")
    assert [made.watch_identity(each, NOW.date(), NOW) for each in ("c", "co", "g", "c")] == [True, False, True, False]
    assert not made.events and made.renewal_due_time == NOW + LAST_DAY_ALLOWED
    assert [(each.customer_id, each.expiry_date) for each in made.identity_renewals] == [("c", None), ("g", None)]
    # What was verified then is read again.
    made.renew_identity(replace(RENEWED, identity_expiry_date=LAST), SEEN[0].documents[0], "officer", NOW)
    made.renew_identity(replace(RENEWED, customer_id="g", identity_expiry_date=LAST), passport("g"), "officer", NOW)
    assert not made.identity_renewals and not made.watch_identity("c", NOW.date(), NOW)
    assert made.watch_identity("c", ASKED, noon(ASKED)) and made.events


def test_it_is_told_when_nobody_reads_it_and_whose_identity_failed_has_none() -> None:
    made = unsaid()
    made.watch_identity("c", NOW.date(), NOW)
    late = NOW + LAST_DAY_ALLOWED
    assert made.escalate_renewals(late) and made.events == [KycReviewOverdue("a", "c", late, late)]
    made.verify_party(checks("g", identity=CheckResult.FAILED, identity_expiry_date=None), "officer", NOW)
    assert not made.watch_identity("g", NOW.date(), NOW)


def test_a_new_paper_is_asked_for_once_and_before_the_last_day() -> None:
    made = approved()
    assert not made.watch_identity("c", ASKED - timedelta(days=1), noon(ASKED))
    assert made.watch_identity("c", ASKED, noon(ASKED)) and not made.watch_identity("c", ASKED, noon(ASKED))
    due = datetime(2031, 4, 1, tzinfo=UTC)
    assert made.events == [KycIdentityExpiring("a", "c", "", due, noon(ASKED))]
    assert (made.renewal_due_time, made.status) == (due, ReviewStatus.APPROVED)


def test_there_is_time_for_it_also_when_the_last_day_is_over() -> None:
    made = approved()
    late = noon(LAST + timedelta(days=100))
    assert made.watch_identity("c", late.date(), late)
    assert made.renewal_due_time == late + RENEWAL_ALLOWED


def test_the_customer_is_told_also_of_the_paper_of_who_is_bound_beside_them() -> None:
    made = approved(date(2040, 1, 31), LAST)
    assert not made.watch_identity("c", LAST, noon(LAST)) and not made.watch_identity("co", LAST, noon(LAST))
    assert made.watch_identity("g", LAST, noon(LAST))
    (event,) = made.events
    assert isinstance(event, KycIdentityExpiring) and (event.customer_id, event.party_customer_id) == ("c", "g")


@pytest.mark.parametrize("status", [each for each in S if each is not S.APPROVED])
def test_nothing_is_asked_for_before_the_approval_or_after_the_end(status: ReviewStatus) -> None:
    made = review(status)
    assert not made.watch_identity("c", date(2099, 1, 1), NOW) and not made.events


def test_what_is_not_there_in_time_is_told_once() -> None:
    made = approved()
    made.watch_identity("c", ASKED, noon(ASKED))
    due, made.events[:] = made.renewal_due_time, []
    assert due is not None and not made.escalate_renewals(due - timedelta(seconds=1))
    assert made.renewal_tell_time == due
    assert made.escalate_renewals(due) and not made.escalate_renewals(due + timedelta(days=1))
    assert made.events == [KycReviewOverdue("a", "c", due, due)]
    told = replace(made)
    assert (told.renewal_due_time, told.renewal_tell_time) == (due, None)


def test_a_new_paper_ends_what_is_asked_for_and_is_watched_in_turn() -> None:
    made = approved()
    made.watch_identity("c", ASKED, noon(ASKED))
    made.renew_identity(RENEWED, NEW, "officer", noon(LAST))
    assert (made.identity_renewals, made.renewal_due_time) == ((), None)
    verification = made.approved()
    assert verification.identity_expiry_date == RENEWED.identity_expiry_date
    rested = [each.document_id for each in verification.check_evidence if each.check is Check.IDENTITY]
    assert rested == ["d9"] and verification.verified_documents == SEEN[0].documents
    assert not made.watch_identity("c", LAST, noon(LAST))
    assert made.watch_identity("c", date(2041, 3, 10), noon(date(2041, 3, 10)))


def test_a_new_paper_of_who_is_bound_beside_the_customer_is_theirs() -> None:
    made = approved(of_guarantor=LAST)
    for _ in range(2):
        made.watch_identity("g", LAST, noon(LAST))
    made.renew_identity(replace(RENEWED, customer_id="g"), NEW, "officer", noon(LAST))
    found = {each.customer_id: each for each in made.approved().parties}
    assert (found["g"].identity_document, found["g"].identity_expiry_date) == (NEW, RENEWED.identity_expiry_date)
    assert made.identity_renewals == () and found["co"] == ALL[0]


def test_who_is_verified_anew_needs_no_other_paper() -> None:
    made = approved(of_guarantor=LAST)
    made.watch_identity("g", LAST, noon(LAST))
    made.events.clear()
    made.verify_party(checks("g", kyc_version=5), "officer", noon(LAST))
    assert made.identity_renewals == () and isinstance(made.events[0], KycPartyVerified)


@pytest.mark.parametrize(
    ("paper", "by", "kind"),
    [
        (replace(RENEWED, identity_expiry_date=None), "officer", InvalidArgument),
        (replace(RENEWED, identity_expiry_date=LAST - timedelta(days=1)), "officer", FailedPrecondition),
        (replace(RENEWED, customer_id="x"), "officer", NotFound),
        (RENEWED, "manager", PermissionDenied),
        (RENEWED, "g", PermissionDenied),
    ],
)
def test_no_other_paper_is_taken_and_by_nobody_else(paper: RenewedPaper, by: str, kind: type[Exception]) -> None:
    made = approved()
    before = made.approved()
    with pytest.raises(kind):
        made.renew_identity(paper, NEW, by, noon(LAST))
    assert made.approved() == before


def test_one_document_does_not_show_who_two_people_are() -> None:
    made = approved()
    with pytest.raises(FailedPrecondition) as refused:
        made.renew_identity(RENEWED, passport("g"), "officer", noon(LAST))
    assert refused.value.reason == "EVIDENCE_MISSING"
    made.renew_identity(RENEWED, NEW, "officer", noon(LAST))
    with pytest.raises(FailedPrecondition):
        made.renew_identity(replace(RENEWED, customer_id="g"), NEW, "officer", noon(LAST))


def test_nobody_needs_a_new_paper_for_a_loan_that_is_over() -> None:
    made = approved()
    made.watch_identity("c", ASKED, noon(ASKED))
    made.close()
    assert made.identity_renewals == () and made.status is ReviewStatus.APPROVED


@given(st.dates(), st.dates(), st.sampled_from(IdentityPaper), st.sampled_from(["c", "g"]))
def test_what_is_asked_for_ends_only_by_a_paper_that_is_good_for_longer(
    before: date, after: date, paper: IdentityPaper, whose: str
) -> None:
    made = approved(LAST, LAST)
    expiry = None if paper is IdentityPaper.UNLIMITED else after
    assert made.watch_identity(whose, LAST, noon(LAST))
    old = replace(made)
    taken = RenewedPaper(whose, "d9", paper, expiry)
    if expiry is None or expiry > LAST:
        made.renew_identity(taken, NEW, "officer", noon(min(before, LAST)))
        assert not made.identity_renewals
        return
    with pytest.raises(FailedPrecondition) as refused:
        made.renew_identity(taken, NEW, "officer", noon(min(before, LAST)))
    assert refused.value.reason in ("IDENTITY_NOT_RENEWED", "IDENTITY_EXPIRED") and made == old


def test_one_that_nobody_asked_for_may_correct_the_day() -> None:
    made = approved()
    made.renew_identity(replace(RENEWED, identity_expiry_date=LAST - timedelta(days=400)), NEW, "officer", NOW)
    assert made.approved().identity_expiry_date == LAST - timedelta(days=400)


@pytest.mark.parametrize(
    "checked",
    [checks("g", identity=CheckResult.FAILED, identity_expiry_date=None), checks("g", identity_expiry_date=LAST)],
    ids=["whose identity failed", "by the old paper"],
)
def test_who_is_verified_anew_is_still_asked(checked: PartyVerification) -> None:
    made = approved(of_guarantor=LAST)
    made.watch_identity("g", LAST, noon(LAST))
    made.verify_party(checked, "officer", noon(LAST))
    assert [each.customer_id for each in made.identity_renewals] == ["g"]


@given(st.dates())
def test_a_day_of_any_year_is_watched(last: date) -> None:
    made = approved()
    failed = checks("g", identity=CheckResult.FAILED, identity_expiry_date=last)
    made.verify_party(failed, "officer", NOW)
    assert made.watch_identity("g", ASKED, noon(ASKED)) is (last <= LAST)


def test_an_expired_paper_is_taken_of_nobody() -> None:
    made = approved()
    made.verify_party(checks("g", identity=CheckResult.FAILED, identity_expiry_date=None), "officer", NOW)
    with pytest.raises(FailedPrecondition) as refused:
        made.renew_identity(
            replace(RENEWED, customer_id="g", identity_expiry_date=LAST - timedelta(days=1)), NEW, "officer", noon(LAST)
        )
    assert refused.value.reason == "IDENTITY_EXPIRED"


@pytest.mark.parametrize("whose", ["c", "g"])
@pytest.mark.parametrize("kind", DocumentType)
def test_nobody_is_known_by_a_document_of_another_kind(whose: str, kind: DocumentType) -> None:
    made, shown = approved(), replace(NEW, type=kind)
    steps: list[Callable[[], None]] = [
        lambda: made.renew_identity(replace(RENEWED, customer_id=whose), shown, "officer", NOW)
    ]
    if whose == "g":
        steps.append(lambda: made.verify_party(checks("g", identity_document=shown), "officer", NOW))
    for step in steps:
        before = made.approved()
        if kind in (DocumentType.IDENTITY, DocumentType.OTHER):
            step()
            continue
        with pytest.raises(FailedPrecondition) as refused:
            step()
        assert (refused.value.reason, made.approved()) == ("EVIDENCE_MISSING", before)
