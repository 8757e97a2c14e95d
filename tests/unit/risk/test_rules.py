"""The lender's rules: what is refused before it is in force, what fires, what an approval has to do about it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.circumstances import Circumstances, Employment, Housing
from services.lending import LoanTerms
from services.lending.facility import facilities
from services.risk.events import OverrideReason, RiskRejectionReason
from services.risk.figures import Figures
from services.risk.mandate import require_rules
from services.risk.model import Report, RiskStatus
from services.risk.overrides import Override, RiskDecision, RiskRecommendation
from services.risk.rules import FiredRule, Rule, RuleKind, RuleOutcome, RuleSet, RuleSetStatus, RuleVerdict, Simulation
from services.risk.rules_expressions import compiled, faults
from services.risk.rules_facts import FACTS, FactType, facts_of
from services.risk.rules_holding import held, priced
from services.risk.rules_shipped import BadRules, parse_rules, shipped_rule_sets, shipped_rules
from services.risk.rules_simulation import simulate
from services.risk.scorecards import shipped
from services.risk.scoring import assess, assess_offer
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from services.runtime.money import Money

NOW = datetime(2030, 1, 2, tzinfo=UTC)
PERSONAL = facilities()["PERSONAL"]
TABLE = shipped()["2026-11-29"]
SIMULATION = Simulation(0, 0, 0, (), "risk", NOW)


def euros(amount: Decimal | int | str) -> Money:
    return Money(Decimal(amount), "EUR")


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(2500))


def rule(when: str, kind: RuleKind = RuleKind.KNOCK_OUT, value: str = "", name: str = "ONE") -> Rule:
    return Rule(name, kind, when, "It is so.", value)


def rule_set(*rules: Rule, version: str = "2030-01-01") -> RuleSet:
    return RuleSet(version, "Another policy.", rules, NOW, "first", NOW)


def outcome(figures: Figures, *rules: Rule) -> RuleOutcome:
    return held(rule_set(*rules), figures, assess(figures, PERSONAL, TABLE, NOW))


def report(figures: Figures = FIGURES, rules: RuleSet | None = None, application_id: str = "a") -> Report:
    made = Report(application_id, "c", figures, NOW)
    found = assess(figures, PERSONAL, TABLE, NOW)
    made.verify(("officer", "manager"), None)
    made.begin(found, held(rules or shipped_rules(), figures, found))
    return made


ITEMS = f"[{', '.join(map(str, range(40)))}]"
ENDLESS = f"{ITEMS}.all(a, {ITEMS}.all(b, {ITEMS}.all(c, a + b + c >= 0)))"


@pytest.mark.parametrize(
    ("refused", "part", "line", "column", "why"),
    [
        (rule("debts_to_income > 40.0"), "when", 1, 1, "undeclared reference to 'debts_to_income'"),
        # Also where no application would ever get that far.
        (rule("score < 2000 ||\n  ratng == 'E'"), "when", 2, 3, "undeclared reference to 'ratng'"),
        (rule("true || amount == 'much'"), "when", 1, 16, "overload for '_==_' applied to '(double, string)'"),
        (rule("amount > 40"), "when", 1, 8, "no matching overload for '_>_' applied to '(double, int)'"),
        (rule("score <"), "when", 1, 8, "Syntax error"),
        (rule("tenure_months"), "when", 1, 1, "is of type int, and has to be bool"),
        (rule("tenure_months / 0 > 1"), "when", 1, 1, "divide by zero"),
        (rule("bureau_score < 500"), "when", 1, 1, "ask `bureau_score != null` first"),
        (rule("assets != null && debts > assets"), "when", 1, 1, "cannot be evaluated without debts"),
        (rule("true", RuleKind.LIMIT), "value", 1, 1, "is missing"),
        (rule("true", RuleKind.LIMIT, "currency"), "value", 1, 1, "is of type string, and has to be double"),
        (rule("true", RuleKind.PRICING, "9.5 +"), "value", 1, 6, "Syntax error"),
        (rule("true", RuleKind.LIMIT, "assets * 2.0"), "value", 1, 1, "cannot be evaluated without assets"),
        (rule("true", RuleKind.REFER, "1.0"), "value", 1, 1, "is not for a rule of the kind REFER"),
        (rule("true", RuleKind.PRICING, "1000.0"), "value", 1, 1, "is above 999.9999 percent a year"),
        (rule("true", RuleKind.PRICING, "annual_rate_percent + 999.99991"), "value", 1, 1, "is above 999.9999"),
        (rule(ENDLESS), "when", 1, 1, "Iteration budget exceeded"),
        (rule("rating == 'a'"), "when", 1, 12, "'a' is nothing that rating can be: A, B, C, D, E"),
        (rule("score < 500 &&\n 'HTI' != bureau_answer"), "when", 2, 3, "'HTI' is nothing that bureau_answer can be"),
        (rule('amount > 1.0 || facility_type in ["PERSONAL",\n"PERSONEL"]'), "when", 2, 2, "'PERSONEL' is nothing"),
        (rule("currency == 'EURO'"), "when", 1, 14, "'EURO' is nothing that currency can be"),
        (rule("true", RuleKind.LIMIT, "housing != null && housing == 'TENT' ? 1.0 : 2.0"), "value", 1, 32, "'TENT'"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_refused_by_name_and_line(
    refused: Rule, part: str, line: int, column: int, why: str
) -> None:
    ((place, bad),) = faults([rule("score != null && score < 300", name="FINE"), refused])
    assert (place, bad.name, bad.part, bad.line, bad.column) == (1, "ONE", part, line, column)
    assert why in bad.why
    assert str(bad).startswith(f"ONE: {part} line {line}, column {column}: ")


def test_a_name_is_there_once() -> None:
    ((place, bad),) = faults([rule("score != null && score < 300"), rule("score != null && score < 200")])
    assert (place, bad.part, bad.why) == (1, "name", "is there twice")


money = st.integers(0, 10**7).map(euros)
maybe_money = st.none() | money
circumstances = st.none() | st.builds(
    Circumstances, employment=st.none() | st.sampled_from(Employment), employment_years=st.none() | st.integers(0, 60),
    housing=st.none() | st.sampled_from(Housing), monthly_expenses=maybe_money, assets=maybe_money, debts=maybe_money,
)  # fmt: skip
figures = st.builds(
    Figures, st.just("PERSONAL"), st.integers(500, 50000).map(euros), st.integers(6, 84), money, money, money, money,
    maybe_money, circumstances,
)  # fmt: skip


@given(asked=figures)
def test_every_fact_is_of_its_type_and_every_rule_on_it_can_be_evaluated(asked: Figures) -> None:
    kinds = {FactType.NUMBER: float, FactType.WHOLE: int, FactType.TEXT: str, FactType.FLAG: bool}
    found = assess(asked, PERSONAL, TABLE, NOW)
    for name, value in facts_of(asked, found).items():
        assert (value is None and FACTS[name].optional) or type(value) is kinds[FACTS[name].kind], name
    same = {
        FactType.NUMBER: "{0} == {0}",
        FactType.WHOLE: "{0} == {0}",
        FactType.TEXT: "{0} == {0}",
        FactType.FLAG: "{0} || !{0}",
    }
    asks_first = {
        name: "{0} == null || " for name, fact in FACTS.items() if fact.kind is FactType.FLAG and fact.optional
    }
    rules = [
        rule((asks_first.get(name, "") + same[fact.kind]).format(name), name=name.upper())
        for name, fact in FACTS.items()
    ]
    fired = compiled(tuple(rules)).outcome("1", asked, found).fired
    assert [each.name for each in fired] == [name.upper() for name in FACTS]
    assert not any(each.failed for each in (*fired, *held(shipped_rules(), asked, found).fired))


@given(asked=figures, percent=st.integers(1, 200))
def test_a_condition_is_what_it_says(asked: Figures, percent: int) -> None:
    found = assess(asked, PERSONAL, TABLE, NOW)
    share = found.indicators.debt_to_income_percent
    text = f"debt_to_income_percent != null && debt_to_income_percent > {percent}.0"
    fired = held(rule_set(rule(text)), asked, found).fired
    assert bool(fired) is (share is not None and share > percent)


def test_what_fails_on_an_application_refers_it_to_a_person() -> None:
    # Tried with 0, 50 and 1e9 years, and dividing by zero at 36.
    found = outcome(FIGURES, rule("1 / (tenure_months - 36) > 0"))
    assert found.fired == (FiredRule("ONE", RuleKind.REFER, "It is so.", failed=True),)
    endless = outcome(
        replace(FIGURES, collateral_value=euros(0)), rule("true", RuleKind.LIMIT, "amount / collateral_value")
    )
    assert endless.names(RuleKind.REFER) == ("ONE",)
    assert endless.max_amount is None


def test_the_lowest_limit_and_the_highest_rate_count() -> None:
    found = outcome(
        FIGURES,
        rule("true", RuleKind.LIMIT, "monthly_income * 3.0", "FIRST"),
        rule("true", RuleKind.LIMIT, "9000.559", "SECOND"),
        rule("true", RuleKind.PRICING, "8.00001", "THIRD"), rule("rating == 'E'", RuleKind.PRICING, "20.0", "FOURTH"),
    )  # fmt: skip
    assert (found.max_amount, found.min_annual_rate_percent) == (euros("9000.55"), Decimal("8.0001"))
    assert found.verdict(euros(9000)) is RuleVerdict.CLEAR
    assert found.verdict(euros(10000)) is RuleVerdict.LIMITED


@pytest.mark.parametrize(("debts", "verdict", "reason"), [
    (300, RuleVerdict.CLEAR, ""), (1600, RuleVerdict.REFERRED, "REFERRAL_UNADDRESSED"),
    (2200, RuleVerdict.KNOCKED_OUT, "KNOCKED_OUT"), (3500, RuleVerdict.KNOCKED_OUT, "KNOCKED_OUT"),
])  # fmt: skip
def test_high_debts_are_ruled_out_however_mildly_the_model_ranks_them(
    debts: int, verdict: RuleVerdict, reason: str
) -> None:
    made = report(replace(FIGURES, monthly_debts=euros(debts)))
    assert made.rules is not None
    assert made.rules.verdict(made.figures.amount) is verdict
    if not reason:
        made.approve("fine", "risk", NOW)
        return
    with pytest.raises(FailedPrecondition) as refused:
        made.approve("fine", "risk", NOW)
    assert refused.value.reason == reason
    assert set(refused.value.metadata["rules"].split(", ")) <= {each.name for each in made.rules.fired}
    made.reject(RiskRejectionReason.DEBT_TO_INCOME, "no", "risk", NOW)


def test_an_approval_addresses_every_referral() -> None:
    made = report(rules=rule_set(rule("true", RuleKind.REFER), rule("true", RuleKind.REFER, name="TWO")))
    with pytest.raises(FailedPrecondition) as refused:
        made.approve("fine", "risk", NOW, ("TWO",))
    assert refused.value.metadata == {"rules": "ONE"}
    made.approve("fine", "risk", NOW, ("ONE", "TWO"))


def test_nothing_above_a_limit_is_approved() -> None:
    made = report(rules=rule_set(rule("true", RuleKind.LIMIT, "9999.0")))
    with pytest.raises(FailedPrecondition) as refused:
        made.approve("fine", "risk", NOW)
    assert (refused.value.reason, refused.value.metadata) == ("ABOVE_RULE_LIMIT", {"bound": "9999.00"})


def test_the_rate_that_the_rules_want_is_what_is_assessed() -> None:
    dearer = rule_set(rule("amount < 1e9", RuleKind.PRICING, "annual_rate_percent < 12.0 ? 12.0 : 11.0"))
    found, rules = priced(lambda rate: assess(FIGURES, PERSONAL, TABLE, NOW, None, rate), dearer, FIGURES)
    assert found.indicators.annual_rate_percent == Decimal("12.0000")
    assert found.indicators.monthly_instalment > assess(FIGURES, PERSONAL, TABLE, NOW).indicators.monthly_instalment
    assert rules.min_annual_rate_percent == Decimal("11.0000")
    cheaper = rule_set(rule("true", RuleKind.PRICING, "1.0"))
    found, _ = priced(lambda rate: assess(FIGURES, PERSONAL, TABLE, NOW, None, rate), cheaper, FIGURES)
    assert found.indicators.annual_rate_percent == PERSONAL.default_rate_percent


@pytest.mark.parametrize(("written", "limit"), [
    (rule("tenure_months > 24"), "rule"), (rule("true", RuleKind.LIMIT, "11000.0"), "amount"),
    (rule("true", RuleKind.PRICING, "7.6"), "annual_rate_percent"), (rule("tenure_months > 48"), ""),
])  # fmt: skip
def test_an_offer_stays_within_the_rules_of_its_decision(written: Rule, limit: str) -> None:
    terms = LoanTerms(principal=Decimal(12000), currency="EUR", annual_rate_percent=Decimal("7.5"), tenure_months=48)
    offered = assess_offer(terms, FIGURES, TABLE, NOW)
    require_rules(None, None, FIGURES, terms, offered)
    if not limit:
        require_rules(rule_set(written), RuleOutcome("2030-01-01"), FIGURES, terms, offered)
        return
    with pytest.raises(InvalidArgument) as refused:
        require_rules(rule_set(written), RuleOutcome("2030-01-01"), FIGURES, terms, offered)
    assert (refused.value.reason, refused.value.metadata["limit"]) == ("ASSESSED_LIMIT", limit)


def test_a_second_person_puts_simulated_rules_in_force() -> None:
    proposed = rule_set(rule("score != null && score < 300"))
    with pytest.raises(FailedPrecondition) as early:
        proposed.put_in_force("sound", "second", NOW)
    assert early.value.reason == "RULES_NOT_SIMULATED"
    proposed = rule_set(rule("score != null && score < 300"))
    proposed.keep_simulation(SIMULATION)
    for decide in (proposed.put_in_force, proposed.drop):
        with pytest.raises(PermissionDenied) as refused:
            decide("sound", "first", NOW)
        assert refused.value.reason == "MAKER_CHECKER"
    proposed.put_in_force("sound", "second", NOW + timedelta(days=1))
    assert proposed.status is RuleSetStatus.APPROVED
    assert proposed.in_force_time == NOW + timedelta(days=1)


@pytest.mark.parametrize("end", [RuleSet.put_in_force, RuleSet.drop])
def test_what_was_decided_stays_decided(end: Callable[[RuleSet, str, str, datetime], None]) -> None:
    decided = rule_set(rule("score != null && score < 300"))
    decided.keep_simulation(SIMULATION)
    end(decided, "sound", "second", NOW)
    tries: list[Callable[[], None]] = [
        lambda: decided.put_in_force("so", "third", NOW), lambda: decided.drop("so", "third", NOW),
        lambda: decided.keep_simulation(SIMULATION),
    ]  # fmt: skip
    for again in tries:
        with pytest.raises(FailedPrecondition) as refused:
            again()
        assert refused.value.reason == "WRONG_STATUS"


def test_a_simulation_names_what_would_have_changed() -> None:
    indebted = replace(FIGURES, monthly_debts=euros(1600))
    past = [report(FIGURES, application_id="sound"), report(indebted, application_id="indebted"),
            report(indebted, application_id="approved"), report(indebted, application_id="old")]  # fmt: skip
    past[2].approve("fine", "risk", NOW, ("DEBTS_ABOVE_45_PERCENT",))
    past[3].rules = None
    before = [replace(each, events=[]) for each in past]
    found = simulate(
        rule_set(rule("debt_to_income_percent != null && debt_to_income_percent > 40.0")), past, "risk", NOW
    )
    assert (found.looked_at, found.changed, found.approvals_ruled_out) == (4, 3, 1)
    assert {each.application_id: (each.approved, each.before, each.after) for each in found.changes} == {
        "indebted": (False, RuleVerdict.REFERRED, RuleVerdict.KNOCKED_OUT),
        "approved": (True, RuleVerdict.REFERRED, RuleVerdict.KNOCKED_OUT),
        "old": (False, RuleVerdict.CLEAR, RuleVerdict.KNOCKED_OUT),
    }
    assert [replace(each, events=[]) for each in past] == before
    assert simulate(shipped_rules(), past[:3], "risk", NOW).changed == 0
    priced_up = rule_set(*shipped_rules().rules, rule("true", RuleKind.PRICING, "9.0", "DEAR"))
    assert simulate(priced_up, past[:3], "risk", NOW).changed == 3


@pytest.mark.parametrize(("old", "new", "line", "why"), [
    ("monthly_income <= 0.0", "monthly_incme <= 0.0", 6, "NO_INCOME: when line 1, column 1: undeclared"),
    ("repayment_capacity < 0.0", "repayment_capacity", 12, "NOTHING_LEFT"),
    ("income_percent > 45.0", "income_percent > 'x'", 24, "DEBTS_ABOVE_45_PERCENT"),
    ('"kind": "REFER"', '"kind": "DEFER"', 1, "DEFER"),
    ('"rules": [', '"rules": [,', 4, "is no JSON"),
    ('"rule_set_version": "2026-11-29"', '"rule_set_version": "2026-11-30"', 1, "is of version 2026-11-30"),
])  # fmt: skip
def test_a_file_of_rules_is_refused_by_file_and_line(old: str, new: str, line: int, why: str) -> None:
    text = resources.files("services.risk").joinpath("policy", "2026-11-29.json").read_text()
    with pytest.raises(BadRules) as refused:
        parse_rules(text.replace(old, new), "2026-11-29.json")
    assert str(refused.value).startswith(f"2026-11-29.json:{line}: ")
    assert why in str(refused.value)


# A version that is in force somewhere says for good what was decided by it: a change of the rules is another file.
DELIVERED = {
    "2026-11-29": "873861e0c60ea589b5566ffdaae339dbe5071c0d9cda27835d7d84a0d92645d1",
    "2026-11-30-exposure": "96ad46eba5bcb96007e26af0abcbb31607bee6ad2c00e230e466ab2c35199d88",
    "2026-11-30-income": "090546ba959e6a49f70ceecb427736fe5df94e2b40fe4cd901cc8b18d71c93b3",
    "2026-11-30-obligations": "461f9b929a5344abd5177c09c04e82952d7e936047c40724797b5a4a3b59c6aa",
}


def test_a_delivered_version_never_changes_and_the_last_is_in_force() -> None:
    folder = resources.files("services.risk").joinpath("policy")
    read = {each.name.removesuffix(".json"): sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}
    assert read == DELIVERED
    assert list(shipped_rule_sets()) == sorted(DELIVERED)
    assert shipped_rules().rule_set_version == max(DELIVERED)


def test_the_page_lists_every_fact_and_no_other() -> None:
    page = (Path(__file__).parents[3] / "docs" / "risk.md").read_text()
    table = page.partition("| facts | type |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == FACTS.keys()


def test_two_people_override_a_knock_out_and_nothing_that_comes_after() -> None:
    hopeless = replace(FIGURES, monthly_debts=euros(5000))
    made = report(hopeless)
    assert made.rules is not None
    assert set(made.rules.names(RuleKind.KNOCK_OUT)) == {"NOTHING_LEFT", "DEBTS_ABOVE_60_PERCENT"}
    proposal = Override(
        RiskDecision.APPROVED, OverrideReason.GUARANTEE, "a guarantee", RiskRecommendation.REJECT, "risk", NOW
    )
    made.propose(proposal)
    made.settle(True, "seen", "second", NOW)
    assert made.status is RiskStatus.APPROVED
    terms = LoanTerms(principal=Decimal(10000), currency="EUR", annual_rate_percent=Decimal("7.5"), tenure_months=36)
    offered = assess_offer(terms, hopeless, TABLE, NOW)
    require_rules(shipped_rules(), made.rules, hopeless, terms, offered)
    with pytest.raises(InvalidArgument):
        require_rules(
            rule_set(*shipped_rules().rules, rule("tenure_months > 24")), made.rules, hopeless, terms, offered
        )


def test_what_only_a_higher_rate_rules_out_is_referred() -> None:
    # 312.90 a month, and 326.91 three points above.
    tight = replace(FIGURES, monthly_debts=euros(300), monthly_income=euros(620))
    found = held(shipped_rules(), tight, assess(tight, PERSONAL, TABLE, NOW))
    assert "NOTHING_LEFT_UNDER_STRESS" in found.names(RuleKind.REFER)
    assert "NOTHING_LEFT" not in found.names(RuleKind.KNOCK_OUT)
    offered = assess_offer(
        LoanTerms(principal=Decimal(10000), currency="EUR", annual_rate_percent=Decimal("9"), tenure_months=36),
        tight, TABLE, NOW,
    )  # fmt: skip
    assert offered.indicators.stressed_rate_percent == Decimal(12)


@given(asked=figures)
def test_a_higher_rate_never_leaves_more(asked: Figures) -> None:
    found = assess(asked, PERSONAL, TABLE, NOW).indicators
    assert found.stressed_repayment_capacity is not None
    assert found.stressed_repayment_capacity.amount <= found.repayment_capacity.amount
    if found.debt_to_income_percent is not None:
        assert found.stressed_debt_to_income_percent is not None
        assert found.stressed_debt_to_income_percent >= found.debt_to_income_percent
