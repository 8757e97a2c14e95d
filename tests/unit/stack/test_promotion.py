"""Which image a place runs: a release comes to the first one, and from there to the next, by its digest."""

import shutil
from pathlib import Path

import pytest
import yaml

from stack.mesh import chart, promotion
from stack.mesh.generate import ROOT
from stack.mesh.places import PLACES, Place
from stack.mesh.promotion import NONE, Image, PromotionError, at, chosen, overlay, promote

DEV, STAGING, PRODUCTION, EU = PLACES
FIRST = Image("registry.example/loanflow", "sha256:" + "1" * 64)
SECOND = Image("registry.example/loanflow", "sha256:" + "2" * 64)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The overlays, before any release."""
    for place in PLACES:
        file = overlay(place, tmp_path)
        file.parent.mkdir(parents=True)
        shutil.copy(overlay(place), file)
        text = file.read_text().partition("images:\n")[0]
        file.write_text(text + (f"images:\n  - name: loanflow\n    digest: {NONE}\n" if place.after else ""))
    return tmp_path


def test_each_place_has_one_before_it_and_the_first_has_none() -> None:
    assert [(place.name, place.after) for place in PLACES] == [
        ("dev", ""), ("staging", "dev"), ("production", "staging"), ("production-eu", "staging"),
    ]  # fmt: skip


def test_a_release_goes_from_place_to_place(root: Path) -> None:
    promote(DEV, chosen(DEV, str(FIRST), root), root)
    promote(STAGING, chosen(STAGING, root=root), root)
    promote(DEV, chosen(DEV, str(SECOND), root), root)
    for place in (PRODUCTION, EU):
        promote(place, chosen(place, root=root), root)
    assert [at(place, root) for place in PLACES] == [SECOND, FIRST, FIRST, FIRST]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_all_else_of_an_overlay_stays(root: Path, place: Place) -> None:
    before = overlay(place, root).read_text()
    for image in (FIRST, SECOND):
        promote(place, image, root)
    after = overlay(place, root).read_text()
    assert after.partition("images:\n")[0] == before.partition("images:\n")[0]
    whole = yaml.safe_load(after)
    assert whole.pop("images") == [{"name": "loanflow", "newName": SECOND.name, "digest": SECOND.digest}]
    assert whole == {key: value for key, value in yaml.safe_load(before).items() if key != "images"}


def test_the_chart_has_the_image_that_the_overlay_names(root: Path) -> None:
    assert chart.released(DEV, root) == ("loanflow", "")
    promote(DEV, FIRST, root)
    assert chart.released(DEV, root) == (FIRST.name, FIRST.digest)


def test_a_place_gets_nothing_from_one_where_no_release_was(root: Path) -> None:
    for place in (STAGING, PRODUCTION):
        with pytest.raises(PromotionError, match=f"{place.after} runs no release yet"):
            chosen(place, root=root)


def test_no_place_is_passed_over(root: Path) -> None:
    with pytest.raises(PromotionError, match="production runs what ran at staging and no other"):
        chosen(PRODUCTION, str(FIRST), root)


@pytest.mark.parametrize(
    "text", ["", "loanflow", "loanflow:0.1.0", "loanflow@sha256:12", f"loanflow@{NONE}", f"loan flow@sha256:{'1' * 64}"]
)
def test_an_image_is_named_by_its_digest(text: str) -> None:
    with pytest.raises(PromotionError, match="is no image by its digest"):
        chosen(DEV, text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "usage: "),
        (["nowhere"], "there is no place nowhere: dev, staging, production, production-eu"),
        (["dev", "loanflow:0.1.0"], "loanflow:0.1.0 is no image by its digest"),
        (["staging", str(FIRST)], "staging runs what ran at dev and no other"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = [overlay(place).read_text() for place in PLACES]
    assert promotion.main(words) == 1
    assert said in capsys.readouterr().err
    assert before == [overlay(place, ROOT).read_text() for place in PLACES]
