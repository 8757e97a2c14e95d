"""A bureau is asked with consent, once for each purpose, and never again while it is not known what came of it."""

from datetime import datetime, timedelta

import pytest

from services.risk.bureau import (
    LOOKED_UP_AFTER,
    LOOKED_UP_EVERY,
    LOOKED_UP_FOR,
    PATIENCE,
    BureauFile,
    BureauInquiry,
    BureauInquiryStatus,
    Outcome,
)
from services.risk.bureau_consent import consent_text
from services.risk.bureau_record import BureauAnswer, BureauFinding
from services.risk.events import (
    BureauPurpose,
    ConsentChannel,
    RiskBureauConsentGiven,
    RiskBureauConsentWithdrawn,
    RiskBureauInquirySettled,
)
from services.runtime.errors import FailedPrecondition
from tests.fakes.clock import NOON

HIT, UNKNOWN = Outcome(BureauAnswer.HIT), Outcome(BureauAnswer.UNKNOWN)
FOR = BureauPurpose.ASSESSMENT


def consented() -> BureauFile:
    file = BureauFile("a1", "c1")
    file.give_consent("v1", "v1", ConsentChannel.WEB, NOON)
    file.events.clear()
    return file


def ordered() -> BureauFile:
    file = consented()
    file.order(FOR, "r1", NOON)
    return file


def sent(at: datetime = NOON) -> BureauFile:
    file = ordered()
    assert file.send("r1", at)
    return file


def inquiry(file: BureauFile) -> BureauInquiry:
    found = file.inquiry(FOR)
    assert found is not None
    return found


def test_a_consent_says_to_which_text_when_and_over_which_channel() -> None:
    file = BureauFile("a1", "c1")
    file.give_consent("v2", "v2", ConsentChannel.MOBILE_APP, NOON)
    assert file.events == [RiskBureauConsentGiven("a1", "c1", "v2", ConsentChannel.MOBILE_APP, NOON)]
    assert file.has_consent


def test_a_consent_to_another_text_is_none() -> None:
    with pytest.raises(FailedPrecondition) as refused:
        BureauFile("a1", "c1").give_consent("v1", "v2", ConsentChannel.WEB, NOON)
    assert (refused.value.reason, refused.value.metadata) == ("CONSENT_CHANGED", {"consent_version": "v2"})


def test_a_consent_that_is_given_again_stays_as_it_is_and_one_that_was_withdrawn_is_new() -> None:
    file = consented()
    file.give_consent("v1", "v1", ConsentChannel.MOBILE_APP, NOON + PATIENCE)
    assert not file.events
    assert file.consent is not None
    assert file.consent.channel is ConsentChannel.WEB
    file.withdraw_consent(NOON + PATIENCE)
    assert file.events == [RiskBureauConsentWithdrawn("a1", "c1", NOON + PATIENCE)]
    file.give_consent("v1", "v1", ConsentChannel.MOBILE_APP, NOON + PATIENCE)
    assert file.has_consent


def test_the_text_names_bureau_data_purpose_and_the_way_back() -> None:
    found = consent_text()
    assert found.version == "bureau-2026-11-30"
    for each in ("Equifax", "date of birth", "once", "25 months", "withdraw"):
        assert each in found.text


def test_nothing_is_ordered_without_a_consent_that_stands() -> None:
    file = BureauFile("a1", "c1")
    assert file.order(FOR, "r1", NOON) is None
    assert file.finding == BureauFinding(BureauAnswer.NO_CONSENT)
    withdrawn = consented()
    withdrawn.withdraw_consent(NOON)
    assert withdrawn.order(FOR, "r1", NOON) is None


def test_one_purpose_has_one_inquiry_however_often_it_is_ordered() -> None:
    file = ordered()
    file.order(FOR, "r2", NOON)
    file.conclude("r1", HIT, NOON)
    file.order(FOR, "r3", NOON)
    assert [each.inquiry_reference for each in file.inquiries] == ["r1"]


def test_what_is_out_does_not_go_out_again() -> None:
    file = sent()
    assert not file.send("r1", NOON)
    assert inquiry(file).send_count == 1
    assert inquiry(file).look_time == NOON + LOOKED_UP_AFTER


def test_a_withdrawal_stops_what_was_not_sent_and_comes_too_late_for_what_was() -> None:
    file = ordered()
    file.withdraw_consent(NOON)
    assert inquiry(file).answer is BureauAnswer.NO_CONSENT
    assert not file.send("r1", NOON)
    for late in (sent(), _settled()):
        with pytest.raises(FailedPrecondition) as refused:
            late.withdraw_consent(NOON)
        assert refused.value.reason == "WRONG_STATUS"


def _settled() -> BureauFile:
    file = sent()
    file.conclude("r1", HIT, NOON)
    return file


def test_nothing_is_withdrawn_twice() -> None:
    file = consented()
    file.withdraw_consent(NOON)
    with pytest.raises(FailedPrecondition):
        file.withdraw_consent(NOON)


def test_a_consent_comes_too_late_once_the_bureau_was_asked() -> None:
    with pytest.raises(FailedPrecondition) as refused:
        sent().give_consent("v1", "v1", ConsentChannel.WEB, NOON)
    assert refused.value.reason == "WRONG_STATUS"


def test_what_the_bureau_did_not_take_goes_out_again_under_the_same_reference() -> None:
    file, again = sent(), NOON + timedelta(seconds=9)
    assert file.untaken("r1", again, NOON)
    assert (inquiry(file).status, inquiry(file).look_time) == (BureauInquiryStatus.ORDERED, again)
    assert file.send("r1", again)
    assert (inquiry(file).send_count, inquiry(file).inquiry_reference) == (2, "r1")


def test_an_outcome_is_taken_once() -> None:
    file = sent()
    assert file.conclude("r1", HIT, NOON)
    assert not file.conclude("r1", Outcome(BureauAnswer.NO_HIT), NOON)
    assert not file.untaken("r1", NOON, NOON)
    assert not file.looked_up("r1", NOON)
    assert file.events == [RiskBureauInquirySettled("a1", "c1", FOR, BureauAnswer.HIT, NOON)]


def test_an_assessment_that_waits_is_due_until_it_is_made() -> None:
    file = sent()
    file.conclude("r1", HIT, NOON)
    assert file.due == inquiry(file)
    file.assessed("r1", NOON)
    assert file.due is None


def test_an_unknown_outcome_is_looked_up_for_days_and_counts_when_it_is_found() -> None:
    file = sent()
    file.conclude("r1", UNKNOWN, NOON + PATIENCE)
    file.assessed("r1", NOON + PATIENCE)
    assert inquiry(file).look_time == NOON + PATIENCE + LOOKED_UP_EVERY
    assert file.finding == BureauFinding(BureauAnswer.UNKNOWN)
    assert file.conclude("r1", HIT, NOON + timedelta(days=1))
    assert file.finding == BureauFinding(BureauAnswer.HIT)
    # The assessment that was made without it is made anew.
    assert inquiry(file).awaited and file.due == inquiry(file)
    file.assessed("r1", NOON + timedelta(days=1))
    assert file.due is None


def test_an_unknown_outcome_is_not_looked_up_for_ever_and_never_sent_again() -> None:
    file = sent()
    file.conclude("r1", UNKNOWN, NOON + PATIENCE)
    file.assessed("r1", NOON + PATIENCE)
    assert not file.send("r1", NOON)
    file.looked_up("r1", NOON + LOOKED_UP_FOR)
    assert file.due is None
    file.untaken("r1", NOON, NOON)
    assert inquiry(file).answer is BureauAnswer.UNREACHABLE


def test_an_assessment_waits_no_longer_than_it_may() -> None:
    found = inquiry(ordered())
    assert not found.is_late(NOON + PATIENCE - timedelta(seconds=1))
    assert found.is_late(NOON + PATIENCE)
