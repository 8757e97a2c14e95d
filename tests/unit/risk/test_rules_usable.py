"""Rules that pass what they are tried with can be evaluated, or refer; a text that is no value of a fact is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.circumstances import Circumstances
from services.risk.figures import Figures
from services.risk.rules import FiredRule, RuleKind
from services.risk.rules_expressions import faults
from services.risk.rules_facts import FACTS, FactType, facts_of
from services.risk.rules_holding import priced
from services.risk.scoring import assess
from tests.unit.risk.test_rules import (
    ENDLESS,
    FIGURES,
    NOW,
    PERSONAL,
    TABLE,
    circumstances,
    figures,
    outcome,
    rule,
    rule_set,
)


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.values])
def test_a_fact_may_be_compared_with_whatever_it_can_be(name: str) -> None:
    known = sorted(FACTS[name].values)[-12:]
    whens = (f"{name} == '{each}' || \"{each}\" != {name} || {name} in ['{known[0]}', '{each}']" for each in known)
    asked = f"{name} != null && " if FACTS[name].optional else ""
    assert not list(faults([rule(f"{asked}({when})", name=f"R{at}") for at, when in enumerate(whens)]))


@settings(max_examples=40)
@given(text=st.text("'\"\\ ratingABC=!in[],xyz&|()0.1\n", max_size=30))
def test_whatever_a_rule_says_it_is_usable_or_refused(text: str) -> None:
    for bad in faults([rule(text), rule("true", RuleKind.PRICING, text, "TWO")]):
        assert bad[1].line >= 1 and bad[1].column >= 0


@settings(max_examples=40)
@given(asked=figures, employed=circumstances)
def test_every_text_is_one_that_its_fact_can_be(asked: Figures, employed: Circumstances | None) -> None:
    found = facts_of(replace(asked, circumstances=employed), assess(asked, PERSONAL, TABLE, NOW))
    texts = {name for name, fact in FACTS.items() if fact.kind is FactType.TEXT}
    assert texts == {name for name, fact in FACTS.items() if fact.values}
    assert all(found[name] is None or found[name] in FACTS[name].values for name in texts)


@settings(max_examples=40)
@given(asked=figures, rate=st.floats(0, 3000) | st.floats(999.9999, 1000))
def test_whatever_rate_rules_set_an_application_is_assessed(asked: Figures, rate: float) -> None:
    """Also by rules that were put in force before such a rate was refused."""
    pricing = rule("true", RuleKind.PRICING, f"{Decimal(repr(rate)):f}")
    found, fired = priced(
        lambda at: assess(asked, PERSONAL, TABLE, NOW, annual_rate_percent=at), rule_set(pricing), asked
    )
    [one] = fired.fired
    assert (one.kind, one.failed) in ((RuleKind.PRICING, False), (RuleKind.REFER, True))
    if not one.failed:
        usual = PERSONAL.default_rate_percent
        assert max(usual, Decimal(repr(rate))) <= found.indicators.annual_rate_percent <= Decimal("999.9999")
    else:
        assert rate > 30 and fired.min_annual_rate_percent is None


def test_what_takes_too_many_steps_on_an_application_refers_it() -> None:
    # Tried with other scores than this one's, and far too long a way.
    long = rule(f"score != null && score == {assess(FIGURES, PERSONAL, TABLE, NOW).score} && {ENDLESS}")
    assert not list(faults([long]))
    assert outcome(FIGURES, long).fired == (FiredRule("ONE", RuleKind.REFER, "It is so.", failed=True),)
