"""The gates of the risk service, each with each of its facts false."""

from dataclasses import replace
from decimal import Decimal

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import party_pb2
from loanflow.kyc.v1 import review_pb2
from loanflow.risk.v1 import bureau_pb2, decision_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.gates import Fact, Gate
from services.risk.bureau_consent import consent_text
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole
from services.risk.gates import GATES
from services.runtime.context import Caller
from services.runtime.ids import new_id
from services.runtime.money import Money
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, service, staff
from tests.integration.risk.conftest import HOPELESS, MANAGER, RISK_MANAGER, Risk, euros, rule
from tests.integration.risk.test_collateral import SECURED
from tests.integration.risk.test_deadlines import POSTINGS
from tests.integration.risk.test_reviews import REVIEWS

FALSE = Scenarios({**REVIEWS, **POSTINGS, **SECURED})


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(risk: Risk, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, risk) == fact.refusal


def released(risk: Risk) -> str:
    """An application that a risk manager released; its id."""
    application_id = risk.assessed(monthly_income=euros("2000"))
    risk.decide(application_id)
    return application_id


@FALSE.without("KYC is approved, and nothing is decided or ended", "assess")
def assess_before_kyc(risk: Risk) -> None:
    risk.client(service("scheduler")).Assess(pb.AssessRequest(application_id=risk.submit()))


@FALSE.without("the report is assessed, and neither decided nor ended", "decide risk")
def decide_after_the_end(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.hear(application.ApplicationWithdrawn(application_id=application_id))
    risk.decide(application_id)


@FALSE.without("a credit bureau is connected", "consent to a credit bureau")
def consent_without_a_bureau(risk: Risk) -> None:
    consent(risk, *submitted(risk))


@FALSE.without("the application is not assessed and has not ended", "consent to a credit bureau")
def consent_to_what_is_assessed(risk: Risk) -> None:
    risk.app = replace(risk.app, asks_bureau=True)
    application_id, owner = submitted(risk)
    risk.approve_kyc(application_id)
    consent(risk, application_id, owner)


@FALSE.without("the text is the present one", "consent to a credit bureau")
def consent_to_another_text(risk: Risk) -> None:
    risk.app = replace(risk.app, asks_bureau=True)
    consent(risk, *submitted(risk), version="bureau-2020-01-01")


@FALSE.without("the bureau was not asked", "consent to a credit bureau")
def consent_to_what_is_ordered(risk: Risk) -> None:
    consent(risk, *ordered(risk))


@FALSE.without("a consent stands", "withdraw that consent")
def withdraw_no_consent(risk: Risk) -> None:
    withdraw(risk, *submitted(risk))


@FALSE.without("the bureau was not asked", "withdraw that consent")
def withdraw_what_was_sent(risk: Risk) -> None:
    application_id, owner = ordered(risk)
    with risk.app.begin() as uow, risk.background():
        file = uow.bureau_files.get(application_id)
        file.send(file.inquiries[0].inquiry_reference, risk.clock.now())
        uow.commit()
    withdraw(risk, application_id, owner)


def submitted(risk: Risk) -> tuple[str, Caller]:
    """An application that was submitted, and its customer."""
    owner = customer()
    return risk.submit(customer_id=owner.subject), owner


def ordered(risk: Risk) -> tuple[str, Caller]:
    """One about which a bureau is to be asked, and its customer."""
    risk.app = replace(risk.app, asks_bureau=True)
    application_id, owner = submitted(risk)
    consent(risk, application_id, owner)
    risk.approve_kyc(application_id)
    return application_id, owner


def consent(risk: Risk, application_id: str, owner: Caller, version: str = "") -> None:
    """The customer agrees, to the present text unless given otherwise."""
    agreed, channel = version or consent_text().version, bureau_pb2.CONSENT_CHANNEL_WEB
    risk.client(owner).GiveBureauConsent(
        pb.GiveBureauConsentRequest(application_id=application_id, consent_version=agreed, channel=channel)
    )


def withdraw(risk: Risk, application_id: str, owner: Caller) -> None:
    """The customer takes it back."""
    risk.client(owner).WithdrawBureauConsent(pb.WithdrawBureauConsentRequest(application_id=application_id))


def guaranteed(risk: Risk, **changes: object) -> tuple[str, str]:
    """An assessed application of a loan with a guarantor; its id and theirs."""
    guarantor = new_id()
    party = application.SubmittedParty(customer_id=guarantor, role=party_pb2.PARTY_ROLE_GUARANTOR)
    return risk.assessed(parties=[party], **changes), guarantor


@FALSE.without("the caller is not bound by the loan", "decide risk")
def decide_as_the_guarantor(risk: Risk) -> None:
    application_id, guarantor = guaranteed(risk)
    risk.decide(application_id, staff("RISK_MGR", account_id=guarantor))


@FALSE.without("the caller is not bound by the loan", "propose an override")
def propose_as_the_guarantor(risk: Risk) -> None:
    application_id, guarantor = guaranteed(risk, **HOPELESS)
    risk.propose(application_id, staff("RISK_MGR", account_id=guarantor))


@FALSE.without("the caller is not bound by the loan", "settle an override")
def settle_as_the_guarantor(risk: Risk) -> None:
    application_id, guarantor = guaranteed(risk, **HOPELESS)
    risk.propose(application_id)
    risk.settle(application_id, by=staff("RISK_MGR", account_id=guarantor))


@FALSE.without("the risk manager took no decision before", "decide risk")
def decide_twice(risk: Risk) -> None:
    risk.decide(risk.assessed(), staff("RISK_MGR", account_id=MANAGER.subject))


@FALSE.without("the application has not ended", "decide risk")
def decide_after_a_withdrawal_that_is_not_heard_of(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.applications.ended.add(application_id)
    risk.decide(application_id)


@FALSE.without("KYC approved customer and project", "decide risk")
def decide_what_only_an_event_calls_approved(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.kyc.open.add(application_id)
    risk.decide(application_id)


@FALSE.without("the score does not recommend the opposite", "decide risk")
def decide_against_the_score(risk: Risk) -> None:
    risk.decide(risk.assessed(**HOPELESS))


@FALSE.without("the score recommends the opposite, or the terms go beyond the decision", "propose an override")
def override_what_is_left_open(risk: Risk) -> None:
    risk.propose(risk.assessed())


@FALSE.without("no other override waits", "propose an override")
def propose_twice(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    risk.propose(application_id)


@FALSE.without("the application has not ended", "propose an override")
def propose_after_the_end(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.applications.ended.add(application_id)
    risk.propose(application_id)


@FALSE.without("an override waits for its second person", "settle an override")
def settle_nothing(risk: Risk) -> None:
    risk.settle(risk.assessed(**HOPELESS))


@FALSE.without("the second person neither proposed it nor took a decision before", "settle an override")
def settle_what_is_ones_own(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    risk.settle(application_id, by=RISK_MANAGER)


@FALSE.without("the application has not ended", "settle an override")
def settle_after_the_end(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    risk.applications.ended.add(application_id)
    risk.settle(application_id)


@FALSE.without("KYC approved customer and project", "settle an override")
def settle_what_only_an_event_calls_approved(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    risk.kyc.open.add(application_id)
    risk.settle(application_id)


@FALSE.without("no rule stands against the approval that did not when it was proposed", "settle an override")
def settle_what_nobody_has_seen(risk: Risk) -> None:
    customer_id = new_id()
    application_id = risk.assessed(customer_id=customer_id, **HOPELESS)
    risk.propose(application_id)
    owed, bound = Money(Decimal(1_000_000), "EUR"), (BoundPerson(customer_id, CommitmentRole.BORROWER),)
    risk.applications.loans.append(Commitment(new_id(), bound, owed, Money.zero("EUR")))
    risk.settle(application_id)


@FALSE.without("the application is refused, and its notice is made", "send a notice again")
def resend_a_notice_that_is_not_made(risk: Risk) -> None:
    application_id = risk.submit()
    risk.refused_by_kyc(application_id, review_pb2.KYC_REJECTION_REASON_PROJECT)
    risk.client().ResendRefusalNotice(pb.ResendRefusalNoticeRequest(application_id=application_id))


@FALSE.without("a risk manager released the application", "assess an offer")
def offer_before_the_decision(risk: Risk) -> None:
    risk.assess_offer(risk.assessed())


@FALSE.without("rating, instalment and debt-to-income are within what was decided on", "assess an offer")
def offer_what_costs_more_a_month(risk: Risk) -> None:
    risk.assess_offer(released(risk), tenure_months=6)


@FALSE.without("the terms are in the application's currency", "assess an offer")
def offer_in_another_currency(risk: Risk) -> None:
    risk.assess_offer(released(risk), principal={"currency": "CHF", "amount": "10000"})


@FALSE.without("no rule that the decision went by rules the terms out", "assess an offer")
def offer_below_the_rate_of_the_rules(risk: Risk) -> None:
    risk.put_in_force(rule("true", "PRICING", value="7.6"))
    risk.assess_offer(released(risk), annual_rate_percent="7.5")


@FALSE.without("no rule refers the terms to a person that the decision has not addressed", "assess an offer")
def offer_what_nobody_has_looked_at(risk: Risk) -> None:
    risk.put_in_force(rule("amount > 10000.0", "REFER"))
    risk.assess_offer(released(risk), principal={"currency": "EUR", "amount": "10000.01"})


@FALSE.without("no rule in force knocks out what is approved", "decide risk")
def approve_what_is_knocked_out(risk: Risk) -> None:
    risk.put_in_force(rule("true"))
    released(risk)


@FALSE.without("what is approved is within the limits of the rules in force", "decide risk")
def approve_more_than_may_be_lent(risk: Risk) -> None:
    risk.put_in_force(rule("true", "LIMIT", value="9999.0"))
    released(risk)


@FALSE.without("the approval addresses what a rule refers to a person", "decide risk")
def approve_without_a_look_at_the_referral(risk: Risk) -> None:
    risk.put_in_force(rule("true", "REFER"))
    released(risk)


@FALSE.without("every rule can be evaluated on every application", "propose rules")
def propose_what_is_no_rule(risk: Risk) -> None:
    risk.propose_rules(rule("nothing > 1.0"))


@FALSE.without("the rules are not decided on", "simulate rules")
def simulate_after_the_decision(risk: Risk) -> None:
    risk.put_in_force(rule("score != null && score < 1"))
    risk.simulate_rules()


@FALSE.without("the rules are not decided on", "decide on rules")
def decide_on_rules_twice(risk: Risk) -> None:
    risk.put_in_force(rule("score != null && score < 1"))
    risk.decide_rules()


@FALSE.without("another person proposed the rules", "decide on rules")
def decide_on_rules_of_ones_own(risk: Risk) -> None:
    risk.propose_rules(rule("score != null && score < 1"))
    risk.simulate_rules()
    risk.decide_rules(by=RISK_MANAGER)


@FALSE.without("the rules were simulated on past applications", "decide on rules")
def decide_on_rules_unseen(risk: Risk) -> None:
    risk.propose_rules(rule("score != null && score < 1"))
    risk.decide_rules()


@FALSE.without("a rejection for the score has one to rest on", "decide risk")
def reject_a_company_for_its_score(risk: Risk) -> None:
    risk.decide(
        risk.assessed(for_legal_entity=True), decision=decision_pb2.RISK_DECISION_REJECTED,
        rejection_reason=decision_pb2.RISK_REJECTION_REASON_SCORE,
    )  # fmt: skip
