"""Drift and outcomes: figures that can be counted by hand, and files that are refused by name and line."""

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.drift import SHIFTED, SHIFTING, drift, stability_index
from services.risk.monitoring import BadOutcomes, main, read_outcomes, report
from services.risk.scorecards import CHALLENGER, CHAMPION, shipped

TABLE = shipped()[CHAMPION]


def scores_like_the_population(number: int) -> dict[str, int]:
    chance, low, bands = random.Random(3), 0, []
    for bound, share in TABLE.population:
        bands.append((low, bound, float(share)))
        low = bound
    drawn = chance.choices(bands, weights=[share for _, _, share in bands], k=number)
    return {str(at): chance.randrange(low, bound) for at, (low, bound, _) in enumerate(drawn)}


def test_scores_like_those_of_the_training_are_stable_and_others_are_not() -> None:
    alike = drift(TABLE, scores_like_the_population(4000), {})
    assert alike.verdict == "stable" and alike.stability_index is not None and alike.stability_index < SHIFTING
    lower = {key: max(score - 150, 0) for key, score in scores_like_the_population(4000).items()}
    other = drift(TABLE, lower, {})
    assert other.verdict == "shifted" and other.stability_index is not None and other.stability_index >= SHIFTED


def test_the_index_is_the_sum_of_the_differences_by_their_logarithms() -> None:
    # Half and half were expected, a quarter and three quarters came: 2 · 0.25 · ln 3 / 2 = 0.2747.
    halves = ((500, Decimal("0.5")), (1001, Decimal("0.5")))
    assert stability_index(halves, [100, 500, 999, 1000]) == 0.2747
    assert stability_index((), [1]) is None and stability_index(halves, []) is None


def test_a_table_without_its_population_has_no_verdict() -> None:
    assert drift(shipped()[CHALLENGER], {"a": 500}, {}).verdict == "unknown"


def test_outcomes_are_those_of_the_scores_that_are_known() -> None:
    scores = {"a": 100, "b": 400, "c": 400, "d": 900, "e": 950}
    found = drift(TABLE, scores, {"a": True, "b": True, "c": False, "d": False, "unknown": True}).outcomes
    assert found is not None
    # Of the four pairs of a bad and a good loan three are in order, and one is a draw.
    assert (found.loans, found.bad, found.auc, found.ks) == (4, 2, 0.875, 0.5)
    assert found.brier is not None and 0 < found.brier < 0.25
    only_good = drift(TABLE, scores, {"c": False}).outcomes
    assert only_good is not None and (only_good.auc, only_good.ks) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=2, max_size=40))
def test_the_area_counts_every_pair(loans: list[tuple[int, bool]]) -> None:
    scores = {str(at): score for at, (score, _) in enumerate(loans)}
    found = drift(TABLE, scores, {str(at): bad for at, (_, bad) in enumerate(loans)}).outcomes
    assert found is not None
    bad, good = ([score for score, went in loans if went is kind] for kind in (True, False))
    if not bad or not good:
        assert found.auc is None
        return
    pairs = [(one < other) + (one == other) / 2 for one in bad for other in good]
    assert found.auc == pytest.approx(sum(pairs) / len(pairs), abs=1e-4)
    assert found.ks is not None and -1 <= found.ks <= 1


def test_the_report_has_each_table_by_what_it_was_asked_for() -> None:
    scored = [
        ("a", "champion", CHAMPION, 700),
        ("a", "challenger", CHALLENGER, 500),
        ("b", "champion", CHALLENGER, 300),
    ]
    found = report(shipped(), [*scored, ("c", "champion", "of long ago", 1)], {"a": False})
    assert {version: set(roles) for version, roles in found.items()} == {
        CHALLENGER: {"champion", "challenger"}, CHAMPION: {"champion"},
    }  # fmt: skip
    assert found[CHAMPION]["champion"]["outcomes"]["loans"] == 1
    assert sum(found[CHALLENGER]["champion"]["ratings"].values()) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id,bad\na,1\n", 1),
        ("application_id,went_bad\na,1\nb,2\n", 3),
        ("application_id,went_bad\n,1\n", 2),
        ("application_id,went_bad\na,1,x\n", 2),
        ("application_id,went_bad\na\n", 2),
        ("", 1),
        ("application_id,went_bad\na,1\nb,0\na,0\n", 4),
        ('application_id,went_bad\na,1\n"b,0\n', 3),
        ('application_id,went_bad\na,1\n"b"c,0\n', 3),
        ("application_id,went_bad\na,1\n\udcff,0\n", 1),
    ],
)
def test_outcomes_that_are_none_are_refused_by_name_and_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "outcomes.csv"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadOutcomes, match=rf"outcomes\.csv:{line}: "):
        read_outcomes(file)


def test_the_command_names_what_it_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "outcomes.csv"
    file.write_text("application_id,went_bad\na,maybe\n")
    assert main(["--outcomes", str(file)]) == 1
    assert "outcomes.csv:2: must be an application's id and 0 or 1" in capsys.readouterr().err


def test_outcomes_are_read_by_application(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.csv"
    file.write_text("application_id,went_bad\na,1\nb,0\n")
    assert read_outcomes(file) == {"a": True, "b": False}


def test_nothing_is_kept_without_outcomes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--keep"])
    assert "--keep needs --outcomes" in capsys.readouterr().err
