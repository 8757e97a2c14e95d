"""The gates of the agreement service, each with each of its facts false."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from loanflow.agreement.v1.agreement_events_pb2 import AgreementGenerated
from loanflow.approval.v1 import approval_events_pb2 as approval
from services.agreement.events import SignerRole, SigningMethod
from services.agreement.gates import GATES
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.runtime.errors import FailedPrecondition
from services.runtime.ids import new_id
from tests.fakes.signatories import ADA
from tests.gates import Scenarios, facts, refused
from tests.harness import staff
from tests.integration.agreement.conftest import Agreements

FALSE = Scenarios()
GENERATE, ASK, SIGN = "generate the agreement", "ask for a one-time code", "sign with a one-time code"
HAND_IN, CONFIRM = "hand in a copy signed by hand", "confirm a copy signed by hand"
BEGIN = "begin signing at a provider"
SHOWN = "the signer agrees to the consent and the file that they were shown, and that stand"
INFORMED = "where the law wants it, the signer was given the information before the agreement"
ALL_INFORMED = "where the law wants it, all who sign were given the information before the agreement"


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(agreements: Agreements, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, agreements) == fact.refusal


def signed(agreements: Agreements) -> str:
    """An application whose agreement is signed; its id."""
    application_id = agreements.made()
    agreements.confirm(application_id, agreements.start(application_id))
    return application_id


def handed_in(agreements: Agreements) -> str:
    """An application with a copy that waits; its id."""
    application_id = agreements.made()
    agreements.upload(application_id)
    return application_id


def lose(agreements: Agreements, application_id: str) -> None:
    """The store loses every file of the application."""
    for key in agreements.keys(application_id):
        agreements.files.delete(key)


@FALSE.without("nothing is signed, and no end is known", GENERATE)
def generate_what_is_signed(agreements: Agreements) -> None:
    application_id = signed(agreements)
    lose(agreements, application_id)
    agreements.generate(application_id)


@FALSE.without("all levels approved exactly these terms", GENERATE)
def generate_other_terms(agreements: Agreements) -> None:
    application_id = agreements.made()
    lose(agreements, application_id)
    agreements.approvals.terms_hash = "0" * 64
    agreements.generate(application_id)


@FALSE.without("the application has not ended", GENERATE)
def generate_after_a_withdrawal_that_is_not_heard_of(agreements: Agreements) -> None:
    application_id = agreements.made()
    lose(agreements, application_id)
    agreements.applications.ended.add(application_id)
    agreements.generate(application_id)


def test_no_agreement_is_made_of_an_approval_that_a_withdrawal_overtook(agreements: Agreements) -> None:
    application_id = new_id()
    agreements.applications.ended.add(application_id)
    event: approval.ApprovalFinalApproved = agreements.approved(application_id)
    agreements.hear(event)
    assert agreements.keys(application_id) == []
    assert agreements.traffic.published(AgreementGenerated) == []


def test_an_approval_that_only_an_event_reports_makes_no_agreement(agreements: Agreements) -> None:
    application_id = new_id()
    agreements.approvals.terms_hash = ""
    event: approval.ApprovalFinalApproved = agreements.approved(application_id)
    with pytest.raises(FailedPrecondition):
        agreements.hear(event)
    assert agreements.keys(application_id) == []


@FALSE.without("the agreement is made, not signed, and has not ended", ASK)
def ask_when_signed(agreements: Agreements) -> None:
    agreements.start(signed(agreements))


@FALSE.without("the agreement is made, not signed, and has not ended", BEGIN)
def begin_when_signed(agreements: Agreements) -> None:
    agreements.begin(signed(agreements))


@FALSE.without("who signs has the name that the agreement was made for", BEGIN)
def begin_under_another_name(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.parties.party_ = replace(ADA, full_name="Augusta King")
    agreements.begin(application_id)


@FALSE.without("the facility type has a provider", BEGIN)
def begin_where_none_is_offered(agreements: Agreements) -> None:
    agreements.begin(agreements.made())


@FALSE.without("nobody has signed with a code", BEGIN)
def begin_when_one_has_signed_with_a_code(agreements: Agreements) -> None:
    agreements.offered["PERSONAL"] = SigningMethod.DOCUSIGN
    agreements.applications.parties = ((new_id(), SignerRole.GUARANTOR),)
    agreements.begin(signed(agreements))


@FALSE.without("the agreement is made, not signed, and has not ended", HAND_IN)
def hand_in_when_signed(agreements: Agreements) -> None:
    agreements.upload(signed(agreements))


def _after_the_end(step: str, reach: Callable[[Agreements], str], act: Callable[[Agreements, str], object]) -> None:
    """The customer has withdrawn, and the event of it is on its way."""

    def scenario(agreements: Agreements) -> None:
        application_id = reach(agreements)
        code = agreements.start(application_id) if step == SIGN else ""
        agreements.applications.ended.add(application_id)
        if code:
            agreements.confirm(application_id, code)
        act(agreements, application_id)

    FALSE.without("the application has not ended", step)(scenario)


_after_the_end(ASK, Agreements.made, Agreements.start)
_after_the_end(SIGN, Agreements.made, Agreements.read)
_after_the_end(HAND_IN, Agreements.made, Agreements.upload)
_after_the_end(BEGIN, Agreements.made, Agreements.begin)
_after_the_end(CONFIRM, handed_in, lambda agreements, named: agreements.decide(named, approve=True))


@FALSE.without("who signs has the name that the agreement was made for", ASK)
def ask_under_another_name(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.parties.party_ = replace(ADA, full_name="Augusta King")
    agreements.start(application_id)


@FALSE.without("who signs has the name that the agreement was made for", SIGN)
def sign_under_another_name(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    agreements.parties.party_ = replace(ADA, full_name="Augusta King")
    agreements.confirm(application_id, code)


@FALSE.without("a code was asked for", SIGN)
def sign_without_a_code(agreements: Agreements) -> None:
    agreements.confirm(agreements.made(), "123456")


@FALSE.without(SHOWN, SIGN)
def sign_what_was_not_shown(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.confirm(application_id, agreements.start(application_id), agreed={"document_sha256": "0" * 64})


def _uninformed(act: Callable[[Agreements, str], object], step: str, fact: str = INFORMED) -> None:
    """The law wants the information before the agreement to be given first, and nobody has downloaded it."""

    def scenario(agreements: Agreements) -> None:
        agreements.follow("EU")
        agreements.offered["PERSONAL"] = SigningMethod.DOCUSIGN
        act(agreements, agreements.made())

    FALSE.without(fact, step)(scenario)


_uninformed(Agreements.start, ASK)
_uninformed(Agreements.begin, BEGIN)
_uninformed(Agreements.upload, HAND_IN, ALL_INFORMED)


@FALSE.without("the code is right", SIGN)
def sign_with_a_wrong_code(agreements: Agreements) -> None:
    application_id = agreements.made()
    right = agreements.start(application_id)
    agreements.confirm(application_id, "000000" if right != "000000" else "000001")


@FALSE.without("the code is not expired", SIGN)
def sign_late(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    agreements.clock.advance(timedelta(hours=1))
    agreements.confirm(application_id, code)


@FALSE.without("a copy waits", CONFIRM)
def confirm_nothing(agreements: Agreements) -> None:
    agreements.decide(agreements.made(), approve=True)


@FALSE.without("the officer took no decision before", CONFIRM)
def confirm_twice(agreements: Agreements) -> None:
    application_id = handed_in(agreements)
    agreements.decide(application_id, approve=True, by=staff("OFFICER", account_id=agreements.head))


@FALSE.without(OUTSIDER, CONFIRM)
def confirm_ones_own_signature(agreements: Agreements) -> None:
    application_id = handed_in(agreements)
    agreements.applications.bound.add(agreements.owner.subject)
    agreements.decide(application_id, approve=True, by=staff("OFFICER", account_id=agreements.owner.subject))


@FALSE.without("where several have to sign, the officer found the signature of each", CONFIRM)
def confirm_the_signature_of_one_of_two(agreements: Agreements) -> None:
    agreements.applications.parties = ((new_id(), SignerRole.GUARANTOR),)
    agreements.decide(handed_in(agreements), approve=True)


@FALSE.without("the stored files are those that were recorded", CONFIRM)
def confirm_what_was_changed(agreements: Agreements) -> None:
    application_id = handed_in(agreements)
    for key in agreements.keys(application_id):
        agreements.files.upload(key, [b"%PDF-1.7 another"], "application/pdf")
    agreements.decide(application_id, approve=True)
