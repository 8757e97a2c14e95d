"""Who is bound beside the customer: asked, agreed, declined, and what each does to the application."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.application.events import (
    ApplicationPartyAnswered,
    ApplicationPartyInvited,
    ApplicationStatusChanged,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from services.application.model import Application
from services.application.parties import CONSENTS, NamedParty, PartyRole, PartyStatus
from services.application.status import MOVES, Action, ApplicationStatus
from services.lending import LendingError
from services.lending.facility import facilities, facility
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from tests.unit.application.test_model import NOW, PERSONAL, draft, eur, report, request

CO, GUARANTOR = NamedParty("c2", PartyRole.CO_BORROWER), NamedParty("c3", PartyRole.GUARANTOR)
VERSIONS = {role: consent.version for role, consent in CONSENTS.items()}
S = ApplicationStatus


def refusal(reason: str) -> Any:
    return pytest.raises(FailedPrecondition, check=lambda raised: raised.reason == reason)


def named(*parties: NamedParty) -> Application:
    made = draft()
    made.set_parties(parties, NOW)
    made.events.clear()
    return made


def agreed(*parties: NamedParty) -> Application:
    made = named(*parties)
    for each in parties:
        made.answer(each.customer_id, True, VERSIONS[each.role], report())
    made.events.clear()
    return made


def submitted(*parties: NamedParty) -> Application:
    made = agreed(*parties)
    made.submit(report())
    made.events.clear()
    return made


def statuses(application: Application) -> list[PartyStatus]:
    return [each.status for each in application.parties]


def test_who_is_named_is_asked_once_and_keeps_their_answer() -> None:
    made = draft()
    made.events.clear()
    made.set_parties([CO], NOW)
    asked = ApplicationPartyInvited("a1", "c2", PartyRole.CO_BORROWER, "PERSONAL", eur("6000"), 12, NOW)
    assert made.events == [asked]
    made.answer("c2", True, VERSIONS[PartyRole.CO_BORROWER], report())
    made.events.clear()
    made.set_parties([CO, GUARANTOR], NOW)
    assert statuses(made) == [PartyStatus.CONSENTED, PartyStatus.INVITED]
    assert [each.customer_id for each in made.events if isinstance(each, ApplicationPartyInvited)] == ["c3"]
    made.set_parties([replace(CO, role=PartyRole.GUARANTOR)], NOW)
    assert statuses(made) == [PartyStatus.INVITED], "another role is another question"


@pytest.mark.parametrize(
    "parties",
    [
        [NamedParty("c1", PartyRole.GUARANTOR)], [NamedParty("c1", PartyRole.CO_BORROWER)], [CO, CO],
        [CO, replace(CO, role=PartyRole.GUARANTOR)],
    ],
)  # fmt: skip
def test_nobody_is_bound_twice(parties: list[NamedParty]) -> None:
    with refusal("PARTY_TWICE"):
        draft().set_parties(parties, NOW)


@pytest.mark.parametrize("answer", [None, False])
def test_nothing_is_handed_in_before_every_party_agreed(answer: bool | None) -> None:
    made = named(CO, GUARANTOR)
    made.answer("c2", True, VERSIONS[PartyRole.CO_BORROWER], report())
    if answer is not None:
        made.answer("c3", answer, VERSIONS[PartyRole.GUARANTOR], report())
    steps: list[Callable[[], None]] = [lambda: made.check_submittable(PERSONAL, True), lambda: made.submit(report())]
    for step in steps:
        with refusal("PARTY_CONSENT_MISSING"):
            step()
    assert made.status is S.DRAFT


def test_a_submission_says_who_is_bound() -> None:
    made = agreed(CO, GUARANTOR)
    made.submit(report())
    [event] = [each for each in made.events if isinstance(each, ApplicationSubmitted)]
    assert event.parties == (CO, GUARANTOR)


def test_who_is_bound_or_asked_to_be_decides_nothing() -> None:
    made = named(CO, GUARANTOR)
    for bound in (made.customer_id, "c2", "c3"):
        with pytest.raises(PermissionDenied) as refused:
            made.check_decider(bound)
        assert refused.value.reason == "MAKER_CHECKER"
    for outsider in ("officer", ""):
        made.check_decider(outsider)


def test_other_terms_are_asked_about_again_and_another_purpose_is_not() -> None:
    made = agreed(CO)
    made.change(request(purpose="New kitchen"), PERSONAL, NOW)
    assert statuses(made) == [PartyStatus.CONSENTED]
    made.change(request(amount=eur("6500")), PERSONAL, NOW)
    assert statuses(made) == [PartyStatus.INVITED]
    assert made.parties[0].consent_version == ""


def test_only_the_present_text_is_agreed_to() -> None:
    made = named(CO)
    with refusal("CONSENT_CHANGED"):
        made.answer("c2", True, VERSIONS[PartyRole.GUARANTOR], report())
    assert statuses(made) == [PartyStatus.INVITED]


def test_who_declined_is_asked_again_only_when_they_are_named_anew() -> None:
    made = named(CO)
    made.answer("c2", False, VERSIONS[PartyRole.CO_BORROWER], report())
    made.change(request(amount=eur("6500")), PERSONAL, NOW)
    assert statuses(made) == [PartyStatus.DECLINED]
    with refusal("WRONG_STATUS"):
        made.answer("c2", True, VERSIONS[PartyRole.CO_BORROWER], report())
    made.set_parties([], NOW)
    made.set_parties([CO], NOW)
    assert statuses(made) == [PartyStatus.INVITED]


def test_an_answer_is_reported_once() -> None:
    made = named(GUARANTOR)
    for _ in range(2):
        made.answer("c3", True, VERSIONS[PartyRole.GUARANTOR], report())
    ids = "a1", "c1", "c3"
    answered = ApplicationPartyAnswered(*ids, PartyRole.GUARANTOR, PartyStatus.CONSENTED, NOW)
    assert made.events == [answered]


@pytest.mark.parametrize("customer_id", ["c1", "c9"])
def test_who_is_no_party_does_not_answer(customer_id: str) -> None:
    with pytest.raises(NotFound):
        named(CO).answer(customer_id, True, VERSIONS[PartyRole.CO_BORROWER], report())


@pytest.mark.parametrize(
    "status", [each for each in S if each in MOVES[Action.WITHDRAW].allowed_from and each is not S.DRAFT]
)
def test_who_declines_what_was_handed_in_takes_it_back(status: ApplicationStatus) -> None:
    made = submitted(CO)
    made.status = status
    made.answer("c2", False, VERSIONS[PartyRole.CO_BORROWER], report())
    assert (made.status, statuses(made)) == (S.WITHDRAWN, [PartyStatus.DECLINED])
    assert made.events == [
        ApplicationPartyAnswered("a1", "c1", "c2", PartyRole.CO_BORROWER, PartyStatus.DECLINED, NOW),
        ApplicationStatusChanged("a1", "c1", status, S.WITHDRAWN, NOW),
        ApplicationWithdrawn("a1", "c1", status, NOW, ("c2",)),
    ]


@pytest.mark.parametrize("status", [each for each in S if each not in MOVES[Action.WITHDRAW].allowed_from])
def test_nobody_declines_what_has_ended_or_is_active(status: ApplicationStatus) -> None:
    made = submitted(CO)
    made.status = status
    with refusal("WRONG_STATUS"):
        made.answer("c2", False, VERSIONS[PartyRole.CO_BORROWER], report())


def test_nobody_declines_once_the_account_is_being_opened() -> None:
    made = submitted(CO)
    made.authorize_activation()
    with refusal("WRONG_STATUS"):
        made.answer("c2", False, VERSIONS[PartyRole.CO_BORROWER], report())


def test_parties_and_consents_are_settled_with_the_submission() -> None:
    made = submitted(CO)
    steps: list[Callable[[], None]] = [
        lambda: made.set_parties([], NOW),
        lambda: made.answer("c2", True, VERSIONS[PartyRole.CO_BORROWER], report()),
    ]
    for step in steps:
        with refusal("WRONG_STATUS"):
            step()


def test_an_application_for_a_company_needs_one() -> None:
    capital = facility("WORKING_CAPITAL")
    asked = request(facility_type="WORKING_CAPITAL", for_legal_entity=True)
    made = Application.create("a1", "c1", asked, capital, NOW)
    with refusal("LEGAL_ENTITY_MISSING"):
        made.check_submittable(capital, True)
    made.check_submittable(capital, True, has_legal_entity=True)


@pytest.mark.parametrize("code", facilities())
@pytest.mark.parametrize("is_company", [True, False])
def test_a_facility_is_for_persons_or_for_companies(code: str, is_company: bool) -> None:
    wanted = facility(code)
    asked = request(facility_type=code, for_legal_entity=is_company)
    if is_company is (code in ("WORKING_CAPITAL", "EQUIPMENT")):
        wanted.require_borrower(asked.for_legal_entity)
        return
    old = replace(draft(), request=asked)
    steps: list[Callable[[], object]] = [
        lambda: Application.create("a1", "c1", asked, wanted, NOW),
        lambda: old.change(asked, wanted, NOW),
        lambda: old.check_submittable(wanted, True, True),
    ]
    for step in steps:
        with pytest.raises(LendingError) as caught:
            step()
        assert caught.value.reason == "WRONG_BORROWER"
        assert caught.value.metadata == {"limit": "for_legal_entity", "bound": wanted.borrower_kind.name}


def test_co_borrowers_see_the_application_unless_they_declined_and_guarantors_do_not() -> None:
    made = named(CO, GUARANTOR)
    assert made.co_borrowers == {"c2"}
    made.answer("c2", False, VERSIONS[PartyRole.CO_BORROWER], report())
    assert made.co_borrowers == frozenset()
