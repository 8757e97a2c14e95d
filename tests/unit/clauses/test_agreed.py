"""Each clause names its rule, and neither changes behind an agreement's back: clause, rule and template by version."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.activation.model import Account as PayoutAccount
from services.agreement import clauses
from services.agreement.clauses import CLAUSES, Promise, translations
from services.agreement.model import Agreement
from services.application.status import MOVES, Action, ApplicationStatus, Move
from services.lending import Frequency
from services.lending.calendar import Unit
from services.lending.ledger import Account
from services.lending.rules import LateFee
from services.papers import LANGUAGES
from services.papers.forms import printed
from tests.unit.clauses import test_clauses
from tests.unit.clauses.agreed import AGREEMENT, added, agreed, present
from tests.unit.clauses.witnesses import WITNESSES

HOW = """
What customers signed stays as it was. Give the clause its next `version` in services/agreement/clauses.py, word it as
the rule is now (and in wordings.json), make forms/agreement-v<next>.json with its texts, raise TEMPLATE_VERSION, and
run python -m tests.unit.clauses.agreed
"""


def test_each_clause_has_its_rule_and_each_rule_its_test() -> None:
    assert Counter(clause.promise for clause in CLAUSES) == Counter(Promise)
    assert WITNESSES.keys() == set(Promise)
    executed = {each for test in vars(test_clauses).values() for each in getattr(test, "executes", ())}
    assert executed == set(Promise)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.promise.name)
def test_a_rule_and_its_wording_are_those_of_its_version(clause: clauses.Clause) -> None:
    name = f"{clause.promise.name}/{clause.version}"
    assert present()["clauses"][name] == agreed()["clauses"].get(name), f"{name} changed.{HOW}"


def test_every_template_is_as_it_was_and_those_of_old_papers_are_there() -> None:
    now, before = present()["templates"], agreed()["templates"]
    # Which clauses an older agreement had is known by what was noted of it alone.
    assert {name: {**before.get(name, {}), **found} for name, found in now.items()} == before, (
        f"a template or the clauses of {AGREEMENT} changed.{HOW}"
    )


def test_every_clause_is_there_in_every_language_as_it_was() -> None:
    assert translations().keys() == set(LANGUAGES) - {"en"}
    for language, found in translations().items():
        assert found.keys() == {f"{clause.promise.name}/{clause.version}" for clause in CLAUSES}, language
        printed(language, found)
        for clause in CLAUSES:
            translated = found[f"{clause.promise.name}/{clause.version}"]
            assert re.findall(r"{\w+}", translated["wording"]) == re.findall(r"{\w+}", clause.wording)
    assert present()["translations"] == agreed()["translations"], f"a translation changed.{HOW}"


def test_what_was_agreed_is_never_changed() -> None:
    before = {"clauses": {"A/1": "old"}, "templates": {}}
    now = {"clauses": {"A/1": "new", "A/2": "new"}, "templates": {"agreement-v3": 1}}
    assert added(before, now) == {"clauses": {"A/1": "old", "A/2": "new"}, "templates": {"agreement-v3": 1}}


def later(account: Account, day: date) -> Any:
    return QUOTE(account, day + timedelta(days=30))


QUOTE = Account.quote
ONLY_DRAFTS = Move(frozenset({ApplicationStatus.DRAFT}), ApplicationStatus.WITHDRAWN)
EVERY_SECOND_MONTH = property(lambda _: (2, Unit.MONTH))
CHANGES: dict[Promise, Callable[[pytest.MonkeyPatch], None]] = {
    Promise.DUE_DATES_FROM_PAYOUT: lambda patch: patch.setattr(Frequency, "period", EVERY_SECOND_MONTH),
    Promise.PAYOUT_TO_NAMED_ACCOUNT: lambda patch: patch.setattr(PayoutAccount, "send", lambda *_: None),
    Promise.INTEREST_FROM_PAYOUT: lambda patch: patch.setattr(PayoutAccount, "bank_took", lambda *_: None),
    Promise.INTEREST_UNTIL_REPAID: lambda patch: patch.setattr(Account, "quote", later),
    Promise.LATE_FEE_BY_TARIFF: lambda patch: patch.setattr(LateFee, "amount", lambda fee, *_: fee.flat),
    Promise.WITHDRAWAL_UNTIL_PAYOUT: lambda patch: patch.setitem(MOVES, Action.WITHDRAW, ONLY_DRAFTS),
    Promise.SIGNATURE_BY_HASH: lambda patch: patch.setattr(Agreement, "sign", lambda *_: None),
}


@pytest.mark.parametrize("promise", Promise, ids=lambda promise: promise.name)
def test_a_rule_that_does_something_else_is_noticed(promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    before = WITNESSES[promise]()
    CHANGES[promise](monkeypatch)
    try:
        after = WITNESSES[promise]()
    except Exception as failure:
        after = failure
    assert after != before
