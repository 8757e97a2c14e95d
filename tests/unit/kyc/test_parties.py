"""A review of several: nobody is approved before everybody is checked, and nobody's hit is passed over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.kyc.checklist import CheckResult
from services.kyc.events import ApprovedParty, InformationNeed, KycApproved, KycPartyVerified
from services.kyc.evidence import DocumentType, Pin
from services.kyc.model import Review
from services.kyc.officers import outsiders
from services.kyc.parties import PartyVerification, ReviewedRole, SubmittedParty
from services.kyc.risk_tier import RiskTier
from services.kyc.status import ReviewStatus
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from tests.unit.kyc.test_model import APPROVE, CLEAR, GOOD, MATCHED, NOW, REJECT, SEEN, decide

PASSED, FAILED = CheckResult.PASSED, CheckResult.FAILED
CO, GUARANTOR = SubmittedParty("co", ReviewedRole.CO_BORROWER), SubmittedParty("g", ReviewedRole.GUARANTOR)
CLEARED = replace(MATCHED, ruled_out=True, cleared_by=("second",))


def passport(customer_id: str) -> Pin:
    return Pin(DocumentType.OTHER, f"passport of {customer_id}", 1, "ab" * 32)


def checks(customer_id: str, **changes: object) -> PartyVerification:
    found = PartyVerification(customer_id, PASSED, PASSED, 2, passport(customer_id), date(2040, 1, 31))
    return replace(found, **changes)  # type: ignore[arg-type]  # tests name real fields


ALL = checks("co"), checks("g")


def opened() -> Review:
    made = Review.open("a", "c", NOW, None, None, (CO, GUARANTOR))
    made.assign("officer", "manager", NOW)
    return made


def verified(parties: tuple[PartyVerification, ...] = ALL, screened: tuple[str, ...] = ("co", "g")) -> Review:
    made = opened()
    for each in screened:
        made.screened(each, CLEAR, RiskTier.LOW)
    made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW, parties)
    made.events.clear()
    return made


@pytest.mark.parametrize("person", ["c", "co", "g"])
def test_who_is_bound_neither_verifies_nor_asks_nor_decides(person: str) -> None:
    asked, checked, done = opened(), opened(), verified()
    for each in (asked, checked):
        each.assign(person, "manager", NOW)
    calls: list[Callable[[], object]] = [
        lambda: asked.request_information(InformationNeed.DOCUMENT, "Please.", person, NOW),
        lambda: checked.verify(GOOD, CLEAR, 3, *SEEN, person, NOW, ALL),
        lambda: decide(done, APPROVE, person),
        lambda: decide(done, REJECT, person),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied) as refused:
            call()
        assert refused.value.reason == "MAKER_CHECKER"
    assert (asked.events, checked.verification, done.events) == (asked.events[:1], None, [])
    assert outsiders(["officer", person, "g"], done.persons) == ["officer"]


def refusal(call: Callable[[], object]) -> FailedPrecondition:
    with pytest.raises(FailedPrecondition) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    "named, lacking",
    [
        ((), "co,g"),
        (("co",), "g"),
        (("co", "g", "x"), ""),
        (("co", "co", "g"), ""),
        (("co", "x"), "g"),
        (("c", "co"), "g"),
    ],
)
def test_it_is_verified_only_with_the_checks_of_everybody(named: tuple[str, ...], lacking: str) -> None:
    made = opened()
    told = refusal(lambda: made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW, tuple(map(checks, named))))
    assert (told.reason, told.metadata) == ("PARTY_CHECKS_MISSING", {"parties": lacking})
    assert made.status is ReviewStatus.ASSIGNED and made.verification is None


def test_who_borrows_alone_has_no_parties_also_in_reviews_from_before() -> None:
    made = Review("a", "c", NOW)
    made.assign("officer", "manager", NOW)
    made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW)
    decide(made, APPROVE, "manager")
    (*_, event) = made.events
    assert isinstance(event, KycApproved) and event.parties == ()


def test_everybody_is_approved_together() -> None:
    made = verified()
    decide(made, APPROVE, "manager")
    (event,) = made.events
    assert isinstance(event, KycApproved)
    assert event.parties == (ApprovedParty("co", 2), ApprovedParty("g", 2))


@pytest.mark.parametrize("check", ["identity", "compliance"])
@pytest.mark.parametrize("who", [0, 1])
def test_a_check_of_anybody_that_failed_stands_in_the_way(check: str, who: int) -> None:
    parties = tuple(replace(each, **{check: FAILED}) if at == who else each for at, each in enumerate(ALL))  # type: ignore[arg-type]
    made = verified(parties)
    told = refusal(lambda: decide(made, APPROVE, "manager"))
    assert (told.reason, told.metadata) == ("CHECKLIST_FAILED", {"failed": f"party.{check}"})
    decide(made, REJECT, "manager")
    assert made.status is ReviewStatus.REJECTED


@pytest.mark.parametrize("who", ["co", "g"])
def test_a_hit_of_anybody_stands_in_the_way_until_it_is_cleared(who: str) -> None:
    made = verified()
    made.screened(who, MATCHED, RiskTier.HIGH)
    assert made.risk_tier is RiskTier.HIGH and made.screening == CLEAR
    assert refusal(lambda: decide(made, APPROVE, "manager")).metadata == {"failed": "party.sanctions"}
    made.screened(who, CLEARED, RiskTier.LOW)
    with pytest.raises(PermissionDenied) as caught:
        decide(made, APPROVE, "second")
    assert caught.value.reason == "MAKER_CHECKER"
    decide(made, APPROVE, "manager")
    assert made.status is ReviewStatus.APPROVED
    made.screened(who, MATCHED, RiskTier.HIGH)
    found = made.screening_of(who)
    assert found is not None and found.blocks, "it is found also after the approval, before the money goes"


def test_who_was_not_screened_is_not_approved() -> None:
    made = verified(screened=("co",))
    assert refusal(lambda: decide(made, APPROVE, "manager")).metadata == {"failed": "party.sanctions"}


def test_an_identity_document_of_anybody_that_has_expired_is_none() -> None:
    yesterday = NOW.date() - timedelta(days=1)
    expired = ALL[0], replace(ALL[1], identity_expiry_date=yesterday)
    made = opened()
    told = refusal(lambda: made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW, expired))
    assert (told.reason, told.metadata) == ("IDENTITY_EXPIRED", {"expiry_date": yesterday.isoformat()})
    soon = verified((ALL[0], replace(ALL[1], identity_expiry_date=NOW.date())))
    assert soon.verification is not None
    late = NOW + timedelta(days=1)
    assert refusal(lambda: soon.decide(APPROVE, soon.verification, "manager", late)).reason == "IDENTITY_EXPIRED"  # type: ignore[arg-type]


def test_one_document_does_not_show_who_two_people_are() -> None:
    (customers, *_) = (each for each in SEEN[0].documents if each.type is DocumentType.IDENTITY)
    for of_co in (passport("g"), customers):
        parties = replace(ALL[0], identity_document=of_co), ALL[1]
        told = refusal(lambda parties=parties: opened().verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW, parties))  # type: ignore[misc]
        assert (told.reason, told.metadata) == ("EVIDENCE_MISSING", {"document_id": of_co.document_id})


def test_the_risk_is_that_of_the_riskiest() -> None:
    made = opened()
    made.screened("g", MATCHED, RiskTier.HIGH)
    made.screened("c", CLEAR, RiskTier.LOW)
    made.screened("co", CLEAR, RiskTier.LOW)
    assert made.risk_tier is RiskTier.HIGH
    made.screened("g", CLEAR, RiskTier.LOW)
    made.screened("c", CLEAR, RiskTier.LOW)
    assert vars(made)["risk_tier"] is RiskTier.LOW


def approved() -> Review:
    made = verified()
    decide(made, APPROVE, "manager")
    made.events.clear()
    return made


def test_somebody_who_changed_is_verified_anew_after_the_approval() -> None:
    made, again = approved(), checks("g", kyc_version=7, identity_document=passport("g anew"))
    made.verify_party(again, "officer", NOW)
    assert made.approved().parties == (ALL[0], again) and made.status is ReviewStatus.APPROVED
    assert made.events == [KycPartyVerified("a", "c", "g", 7, True, "officer", NOW)]


def test_somebody_whom_an_older_review_knows_no_checks_of_gets_them() -> None:
    made = approved()
    made.verification = replace(made.approved(), parties=())
    made.verify_party(ALL[0], "officer", NOW)
    assert made.approved().parties == (ALL[0],)


@pytest.mark.parametrize("by, who, kind", [
    ("manager", "g", PermissionDenied), ("g", "co", PermissionDenied), ("officer", "c", NotFound),
    ("officer", "x", NotFound),
])  # fmt: skip
def test_whoever_decided_or_is_bound_verifies_nobody_anew_and_nobody_else_is(
    by: str, who: str, kind: type[Exception]
) -> None:
    made = approved()
    with pytest.raises(kind):
        made.verify_party(checks(who), by, NOW)
    assert (made.approved().parties, made.events) == (ALL, [])


def test_nobody_is_verified_anew_before_the_approval_or_by_anothers_document() -> None:
    told = refusal(lambda: verified().verify_party(ALL[0], "officer", NOW))
    assert told.reason == "WRONG_STATUS"
    told = refusal(lambda: approved().verify_party(checks("g", identity_document=passport("co")), "officer", NOW))
    assert told.reason == "EVIDENCE_MISSING"
    late = checks("g", identity_expiry_date=NOW.date() - timedelta(days=1))
    assert refusal(lambda: approved().verify_party(late, "officer", NOW)).reason == "IDENTITY_EXPIRED"
