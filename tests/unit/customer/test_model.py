"""The rules of a customer: KYC details, what blocks an erasure, and what an erasure leaves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer import model
from services.customer.address import Address
from services.customer.model import Customer, KycDetails, KycStatus
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ADDRESS = Address("Hauptstraße 1", "Berlin", "10115", "DE")


def details(birth_date: date = date(1990, 1, 31), payout_iban: str = "DE89370400440532013000") -> KycDetails:
    return KycDetails("L01X00T47", birth_date, "DE", ADDRESS, "", payout_iban)


def registered() -> Customer:
    customer = Customer.register("c1", "anna@example.org", "Anna Muster", "+4915112345678", NOW)
    customer.events.clear()
    return customer


def test_a_registration_reports_who_and_when_and_nothing_personal() -> None:
    customer = Customer.register("c1", "anna@example.org", "Anna Muster", "+4915112345678", NOW)
    assert customer.events == [model.CustomerRegistered("c1", NOW)]
    assert customer.kyc_status is KycStatus.MISSING


@pytest.mark.parametrize(
    ("full_name", "phone", "changed"),
    [
        ("Anna Neu", "+4915112345678", ("full_name",)),
        ("Anna Muster", "+4930123456", ("phone",)),
        ("Anna Neu", "+4930123456", ("full_name", "phone")),
    ],
)
def test_a_profile_update_names_the_changed_fields(full_name: str, phone: str, changed: tuple[str, ...]) -> None:
    customer = registered()
    customer.update_profile(full_name, phone, LATER)
    assert (customer.full_name, customer.phone, customer.update_time) == (full_name, phone, LATER)
    assert customer.events == [model.CustomerProfileUpdated("c1", changed, LATER)]


def test_a_language_stays_unless_it_is_given_and_its_value_is_told_to_nobody() -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.events.clear()
    customer.update_profile("Anna Muster", "+4915112345678", LATER, "de")
    customer.update_profile("Anna Muster", "+4930123456", LATER)
    customer.update_profile("Anna Muster", "+4930123456", LATER, "de")
    customer.update_profile("Anna Muster", "+4930123456", LATER, "")
    assert customer.events == [
        model.CustomerProfileUpdated("c1", ("language",), LATER),
        model.CustomerProfileUpdated("c1", ("phone",), LATER),
        model.CustomerProfileUpdated("c1", ("language",), LATER),
    ]
    # What a paper is written in is nothing that KYC decides on.
    assert customer.kyc_version == 1


def test_the_same_profile_changes_nothing() -> None:
    customer = registered()
    customer.update_profile("Anna Muster", "+4915112345678", LATER)
    assert customer.update_time == NOW
    assert customer.events == []


@pytest.mark.parametrize("status", KycStatus)
def test_kyc_can_be_submitted_in_every_status(status: KycStatus) -> None:
    customer = registered()
    customer.kyc_status = status
    customer.submit_kyc(details(), LATER)
    assert (customer.kyc_status, customer.kyc) == (KycStatus.SUBMITTED, details())
    assert customer.events == [model.CustomerKycSubmitted("c1", LATER)]


def test_the_version_grows_with_other_details_and_each_new_name() -> None:
    customer = registered()
    customer.update_profile("Anna Neu", "+4915112345678", NOW)
    assert (customer.kyc_version, customer.kyc_status) == (0, KycStatus.MISSING)
    customer.submit_kyc(details(), NOW)
    customer.submit_kyc(details(payout_iban="NO9386011117947"), NOW)
    assert customer.kyc_version == 2
    customer.update_profile("Anna Neu", "+4930123456", LATER)
    assert customer.kyc_version == 2
    customer.update_profile("Anna Anders", "+4930123456", LATER)
    assert customer.kyc_version == 3


@pytest.mark.parametrize("decided", [None, True, False])
def test_the_same_details_again_change_nothing_unless_they_were_rejected(decided: bool | None) -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    if decided is not None:
        customer.decide_kyc(decided, 1, NOW)
    before = customer.kyc_status
    customer.events.clear()
    customer.submit_kyc(details(), LATER)
    if decided is False:
        assert (customer.kyc_version, customer.kyc_status) == (2, KycStatus.SUBMITTED)
        assert customer.events == [model.CustomerKycSubmitted("c1", LATER)]
    else:
        assert (customer.kyc_version, customer.kyc_status, customer.events) == (1, before, [])


@pytest.mark.parametrize("decided", [True, False])
def test_another_name_has_to_be_decided_on_anew_and_another_phone_number_has_not(decided: bool) -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.decide_kyc(decided, 1, NOW)
    before = customer.kyc_status
    customer.update_profile("Anna Muster", "+4930123456", LATER)
    assert customer.kyc_status is before
    customer.update_profile("Anna Neu", "+4930123456", LATER)
    assert customer.kyc_status is KycStatus.SUBMITTED


@pytest.mark.parametrize("birth_date", [date(2012, 6, 16), date(2030, 1, 1), date(2031, 1, 1), date(1899, 6, 15)])
def test_who_is_not_of_age_is_refused(birth_date: date) -> None:
    customer = registered()
    with pytest.raises(InvalidArgument) as refused:
        customer.submit_kyc(details(birth_date), NOW)
    assert refused.value.reason == "IMPOSSIBLE_DATE"
    assert refused.value.violations[0].field == "kyc.birth_date"
    assert (customer.kyc, customer.events) == (None, [])


def test_the_eighteenth_birthday_counts() -> None:
    details(date(2012, 6, 15)).check(NOW.date())


@pytest.mark.parametrize(("approved", "status"), [(True, KycStatus.APPROVED), (False, KycStatus.REJECTED)])
def test_a_decision_moves_the_kyc_status(approved: bool, status: KycStatus) -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.decide_kyc(approved, 1, LATER)
    assert customer.kyc_status is status


def test_a_decision_on_earlier_details_is_void() -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.submit_kyc(details(payout_iban="NO9386011117947"), NOW)
    customer.decide_kyc(True, 1, LATER)
    assert (customer.kyc_status, customer.update_time) == (KycStatus.SUBMITTED, NOW)


def test_what_runs_blocks_an_erasure() -> None:
    customer = registered()
    customer.start("application:a1")
    customer.start("loan:l1")
    customer.end("application:a1", NOW)
    with pytest.raises(FailedPrecondition) as refused:
        customer.erase("c1", LATER)
    assert (refused.value.reason, refused.value.metadata) == ("ERASURE_BLOCKED", {"running": "loan:l1"})
    customer.end("loan:l1", LATER)
    customer.erase("c1", LATER)
    assert customer.erase_time == LATER


def test_an_erasure_leaves_nothing_personal() -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.events.clear()
    customer.erase("admin1", LATER)
    assert (customer.email, customer.full_name, customer.phone, customer.kyc) == ("", "", "", None)
    assert customer.events == [model.CustomerErased("c1", "admin1", LATER, NOW)]


@given(st.lists(st.tuples(st.sampled_from(["start", "resume", "end"]), st.sampled_from(["a1", "l1"])), max_size=12))
def test_periods_of_retention_run_from_when_the_last_of_all_ended(steps: list[tuple[str, str]]) -> None:
    customer, running, idle = registered(), set[str](), NOW
    for number, (what, name) in enumerate(steps, 1):
        at = NOW + timedelta(days=number)
        if what == "end":
            customer.end(name, at)
            running.discard(name)
            idle = at if not running else idle
        else:
            (customer.start if what == "start" else customer.resume)(name)
            running.add(name)
        assert customer.idle_since == (None if running else idle)
        assert customer.is_idle(idle) is not bool(running)
        assert not customer.is_idle(idle - timedelta(seconds=1))
    if not running:
        customer.erase("c1", LATER + timedelta(days=99))
        assert customer.events[-1].relationship_end_time == idle
        customer.start("a2")
        assert customer.events[-1].relationship_end_time == idle


def test_an_erasure_is_done_again_after_a_restore_whatever_runs() -> None:
    customer = registered()
    customer.submit_kyc(details(), LATER)
    customer.start("a1")
    customer.erase_again(LATER)
    assert (customer.email, customer.full_name, customer.phone, customer.kyc) == ("", "", "", None)
    assert customer.events[-1].customer_id == customer.customer_id
    assert customer.running == {"a1"}
    with pytest.raises(NotFound):
        customer.erase_again(LATER)


def test_an_erased_customer_does_not_exist_any_more() -> None:
    customer = registered()
    customer.erase("c1", LATER)
    with pytest.raises(NotFound):
        customer.update_profile("Anna Neu", "+4930123456", LATER)
    with pytest.raises(NotFound):
        customer.submit_kyc(details(), LATER)
    with pytest.raises(NotFound):
        customer.erase("c1", LATER)
    customer.decide_kyc(True, customer.kyc_version, LATER)
    assert customer.kyc_status is KycStatus.MISSING
