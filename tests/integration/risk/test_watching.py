"""Drift, outcomes and revaluations, measured out of a real database; outcomes are kept by the command."""

import json
import random
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.risk.evidence_store import Overdue
from services.risk.monitoring import keep
from services.risk.score_store import Scores
from services.risk.scorecards import CHALLENGER, CHAMPION, shipped
from services.risk.watching import LEAST_SCORED, WINDOW, Watch
from tests.integration.risk.conftest import Risk
from tests.integration.risk.test_collateral import add, settle, value
from tests.integration.risk.test_scorecards import LONG_AGO

COPY = """
    INSERT INTO reports SELECT (jsonb_populate_record(r, jsonb_build_object(
        'application_id', 'copy-' || n, 'latest_time', :at, 'score', :score,
        'assessment', jsonb_set(r.assessment, '{score}', to_jsonb(CAST(:score AS int)))
    ))).* FROM reports r, generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE r.application_id = :of
"""

BANDS = """
    UPDATE reports SET assessment = jsonb_set(assessment, '{bands}', CAST(:bands AS jsonb)) WHERE application_id = :id
"""


def figure(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"loanflow_risk_{name}", labels)


def watch(risk: Risk) -> None:
    scores = Scores(risk.traffic.database)
    with risk.background():
        assert not Watch(risk.app.begin, risk.clock, risk.app.tables.by_version, scores).carry_on()


def copies(risk: Risk, application_id: str, scores: Counter[int], **given: Any) -> None:
    """As many applications more as there are scores, assessed now unless given otherwise."""
    first = 1
    with risk.traffic.database.engine.begin() as connection:
        for score, number in scores.items():
            values = {"of": application_id, "score": score, "first": first, "last": first + number - 1}
            connection.execute(text(COPY), {"at": risk.clock.now(), **values, **given})
            first += number


def test_scores_of_three_months_are_counted_by_table_and_role_and_older_ones_not(risk: Risk) -> None:
    application_id = risk.assessed()
    scored = risk.report(application_id)
    copies(risk, application_id, Counter({500: 3}), at=risk.clock.now() - WINDOW - timedelta(days=1))
    counted = Scores(risk.traffic.database).counted(risk.clock.now() - WINDOW)
    assert counted == {
        (CHAMPION, "champion"): Counter({scored.score.score: 1}),
        (CHALLENGER, "challenger"): Counter({scored.challenger.score: 1}),
    }
    watch(risk)
    assert figure("scored", scorecard=CHAMPION, role="champion") == 1
    assert figure("stability_index", scorecard=CHAMPION, role="champion") is None


@pytest.mark.parametrize(("alike", "drifted"), [(True, False), (False, True)])
def test_another_population_is_told_from_the_same_one(risk: Risk, alike: bool, drifted: bool) -> None:
    application_id, chance, low = risk.assessed(), random.Random(5), 0
    bands = []
    for bound, share in shipped()[CHAMPION].population:
        bands.append((low, bound, float(share)))
        low = bound
    drawn = chance.choices(bands, weights=[each[2] for each in bands], k=3 * LEAST_SCORED)
    scores = [chance.randrange(least, most) for least, most, _ in drawn]
    copies(risk, application_id, Counter(scores if alike else [max(each - 150, 0) for each in scores]))
    watch(risk)
    index = figure("stability_index", scorecard=CHAMPION, role="champion")
    assert index is not None
    assert (index >= 0.25) is drifted


def banded(risk: Risk, one_in: int = 1) -> dict[tuple[str, str], Counter[str]]:
    return Scores(risk.traffic.database).banded(risk.clock.now() - WINDOW, one_in)


def test_the_bands_that_applications_fell_into_are_counted_by_table_and_role(risk: Risk) -> None:
    application_id = risk.assessed()
    copies(risk, application_id, Counter({500: 3}), at=risk.clock.now() - WINDOW - timedelta(days=1))
    risk.submit()
    found = banded(risk)
    assert found.keys() == {(CHAMPION, "champion"), (CHALLENGER, "challenger")}
    for (version, _), met in found.items():
        table = shipped()[version]
        assert met.total() == len(table.characteristics) and set(met.values()) == {1}
        for each in table.characteristics.values():
            assert sum(met[reason.code] for reason in each.all) == 1
    watch(risk)
    assert figure("characteristic_index", scorecard=CHAMPION, role="champion", characteristic="TENURE") is None


def test_one_characteristic_that_drifts_is_named_and_the_others_are_not(risk: Risk) -> None:
    application_id, chance, number = risk.assessed(), random.Random(7), 2 * LEAST_SCORED
    copies(risk, application_id, Counter({500: number}))
    table, drawn = shipped()[CHAMPION], list[list[str]]()
    for name, each in table.characteristics.items():
        codes = [reason.code for reason in each.all]
        shares = [float(table.shares[code]) for code in codes]
        # All of them rent; the others are as in the data.
        drawn.append(["HOUSING_RENTED"] * number if name.name == "HOUSING" else chance.choices(codes, shares, k=number))
    with risk.traffic.database.engine.begin() as connection:
        for at, bands in enumerate(zip(*drawn, strict=True), 1):
            changed = {"bands": json.dumps(bands), "id": f"copy-{at}"}
            connection.execute(text(BANDS), changed)
        # Those of the version before, of which nothing was kept.
        connection.execute(text("UPDATE reports SET assessment = assessment - 'bands' WHERE application_id = :of"),
                           {"of": application_id})  # fmt: skip
    watch(risk)
    of = {"scorecard": CHAMPION, "role": "champion"}
    indexes = {
        name.name: figure("characteristic_index", **of, characteristic=name.name) or 0 for name in table.characteristics
    }
    assert {name for name, index in indexes.items() if index >= 0.25} == {"HOUSING"}
    missing = figure("characteristic_missing_share", **of, characteristic="DEBTS_TO_ASSETS")
    assert missing == pytest.approx(float(table.shares["DEBTS_TO_ASSETS_MISSING"]), abs=0.1)
    whole, part = banded(risk)[CHAMPION, "champion"], banded(risk, 3)[CHAMPION, "champion"]
    assert whole["HOUSING_RENTED"] == number
    assert part == banded(risk, 3)[CHAMPION, "champion"]
    assert number / 5 < part["HOUSING_RENTED"] < number / 2


def test_what_outcomes_come_to_is_kept_and_measured_and_takes_the_place_of_before(risk: Risk) -> None:
    loans = [risk.assessed() for _ in range(4)]
    begin, scored = risk.app.begin, Scores(risk.traffic.database).since(LONG_AGO)
    kept = partial(keep, begin, risk.clock)
    kept(dict.fromkeys(loans, False), scored)
    watch(risk)
    of = {"scorecard": CHAMPION, "role": "champion"}
    assert (figure("outcome_loans", **of), figure("outcome_auc", **of)) == (4, None)
    kept({each: at < 2 for at, each in enumerate(loans)} | {"unknown": True}, scored)
    watch(risk)
    # All four have the same score: half of the pairs are in order, so to say.
    assert (figure("outcome_loans", **of), figure("outcome_auc", **of)) == (4, 0.5)
    predicted = float(risk.report(loans[0]).score.default_probability_percent)
    assert figure("outcome_gap_points", **of) == pytest.approx(50 - predicted, abs=0.01)
    with risk.traffic.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT check_id, outcomes::text FROM outcome_checks ORDER BY 1")).all()
    assert [row[0] for row in rows] == [f"{CHALLENGER}/challenger", f"{CHAMPION}/champion"]
    assert all(json.loads(row[1])["loans"] == 4 for row in rows)
    # Figures over all of them, and no application.
    assert not any(each in row[1] for each in loans for row in rows)


def test_what_is_due_for_a_valuation_is_counted_until_it_is_valued(risk: Risk) -> None:
    def overdue() -> Overdue:
        with risk.background(), risk.app.begin() as uow:
            return uow.collateral_files.overdue(risk.clock.now().date())

    assert overdue() == Overdue(0, 0)
    application_id = risk.submit()
    item = add(risk, application_id)
    add(risk, risk.submit())
    risk.clock.advance(timedelta(days=15))
    assert overdue() == Overdue(2, 15)
    watch(risk)
    assert (figure("revaluations_due"), figure("revaluation_overdue_days")) == (2, 15)
    value(risk, application_id, item)
    settle(risk, application_id, item)
    assert overdue() == Overdue(1, 15)
