"""The risk model's training, on a small part of its data: the same table each time, scored alike by the service's code.

The whole of it is `make model`, which holds every one of the 4,454 rows against the service before it writes the table.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from services.risk.characteristics import Characteristic
from services.risk.scorecards import CHAMPION, parse, shipped
from stack.riskmodel.__main__ import CARD, DOCS, OLDER, TABLES
from stack.riskmodel.card import page
from stack.riskmodel.environment import TrainingError, learn
from stack.riskmodel.learner.features import FEATURES
from stack.riskmodel.parity import differences

FORBIDDEN = ("AGE", "SEX", "GENDER", "MARITAL", "NATIONALITY", "FOREIGN")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    learn("2030-01-01", OLDER, folder, sample=True)
    return folder


def test_another_run_makes_the_same_table_bit_for_bit(trained: Path, tmp_path: Path) -> None:
    learn("2030-01-01", OLDER, tmp_path, sample=True)
    for name in ("table.json", "scored.jsonl"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()


def test_the_service_scores_every_row_as_the_library_does(trained: Path) -> None:
    assert len((trained / "scored.jsonl").read_text().splitlines()) > 500
    assert not list(differences(trained))


def test_a_row_that_is_scored_otherwise_is_found(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "table.json").write_bytes((trained / "table.json").read_bytes())
    first, *others = (trained / "scored.jsonl").read_text().splitlines()
    row = json.loads(first)
    changed = json.dumps({**row, "score": row["score"] + 1})
    (tmp_path / "scored.jsonl").write_text("\n".join([changed, *others]))
    [said] = differences(tmp_path)
    assert said.startswith("scored.jsonl:1: ")


def test_a_table_that_was_trained_is_one_that_the_service_takes(trained: Path) -> None:
    made = parse((trained / "table.json").read_text())
    assert made.version == "2030-01-01"
    assert made.probability is not None
    assert made.probability.percent(0) > made.probability.percent(1000)
    assert abs(sum(float(share) for _, share in made.population) - 1) < 0.001


def sentences_that_are_not_true(table: dict[str, Any]) -> list[str]:
    """The lowest bands that have the sentence of the lowest cut, and hold more than what is below that; or the other
    way round.
    """
    own = {each.name: each for each in FEATURES if each.first}
    lowest = {each["name"]: each["bands"][0] for each in table["characteristics"] if each["name"] in own}
    return [
        name for name, band in lowest.items()
        if (band["description"] == own[name].first) is not (band.get("below") == own[name].cuts[0])
    ]  # fmt: skip


def test_a_lowest_band_that_holds_more_than_nothing_does_not_say_nothing(trained: Path) -> None:
    assert not sentences_that_are_not_true(json.loads((trained / "table.json").read_text()))
    assert not sentences_that_are_not_true(json.loads((TABLES / f"{CHAMPION}.json").read_text()))
    # As it was told before.
    assert sentences_that_are_not_true(json.loads((TABLES / "2026-11-29.json").read_text())) == ["ASSETS_TO_AMOUNT"]


def test_a_training_that_fails_leaves_no_model(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(TrainingError):
        learn("2030-01-01", OLDER, file / "below", sample=True)


def test_the_table_in_force_is_what_the_card_says() -> None:
    table = json.loads((TABLES / f"{CHAMPION}.json").read_text(encoding="utf-8"))
    figures = json.loads((CARD / "figures.json").read_text(encoding="utf-8"))
    written = (DOCS / "model-card.md").read_text(encoding="utf-8")
    assert written == page(table, figures), "docs/model-card.md is not what its figures make: make model"
    assert (DOCS / "model-card.pdf").read_bytes().startswith(b"%PDF")
    assert (table["training"]["auc"], table["training"]["ks"]) == (str(figures["auc"]), str(figures["ks"]))
    for plot in ("ranking", "distribution", "reliability", "points", "fairness"):
        assert f"model-card/{plot}.svg" in written


def test_the_model_in_force_ranks_as_well_as_was_asked_of_it() -> None:
    figures = json.loads((CARD / "figures.json").read_text(encoding="utf-8"))
    assert figures["auc"] >= 0.83 and figures["ks"] >= 0.52
    assert figures["auc"] - figures["points_before"]["auc"] > 0.05
    assert figures["brier"] < figures["brier_of_the_mean"] and abs(figures["slope"] - 1) < 0.1
    assert figures["expected_error"] < 0.03


def test_the_model_looks_at_nothing_that_it_must_not() -> None:
    for name in shipped()[CHAMPION].characteristics:
        assert not [word for word in FORBIDDEN if word in name.name.split("_")]
    assert Characteristic.EMPLOYMENT_YEARS in shipped()[CHAMPION].characteristics
