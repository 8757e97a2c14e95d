"""A review of several: nobody is approved before everybody is checked, and nobody's hit is passed over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.kyc.checklist import CheckResult
from services.kyc.events import ApprovedParty, KycApproved
from services.kyc.evidence import DocumentType, Pin
from services.kyc.model import Review, ReviewStatus
from services.kyc.parties import PartyVerification, ReviewedRole, SubmittedParty
from services.kyc.risk_tier import RiskTier
from services.runtime.errors import FailedPrecondition, PermissionDenied
from tests.unit.kyc.test_model import APPROVE, CLEAR, GOOD, MATCHED, NOW, REJECT, SEEN, decide

PASSED, FAILED = CheckResult.PASSED, CheckResult.FAILED
CO, GUARANTOR = SubmittedParty("co", ReviewedRole.CO_BORROWER), SubmittedParty("g", ReviewedRole.GUARANTOR)
CLEARED = replace(MATCHED, ruled_out=True, cleared_by=("second",))


def passport(customer_id: str) -> Pin:
    return Pin(DocumentType.OTHER, f"passport of {customer_id}", 1, "ab" * 32)


def checks(customer_id: str, **changes: object) -> PartyVerification:
    found = PartyVerification(customer_id, PASSED, PASSED, 2, passport(customer_id))
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
