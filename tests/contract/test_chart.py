"""The Helm chart against the kustomize overlays: with a place's values it makes the very objects of that place."""

import copy
import subprocess
from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from stack import programs
from stack.mesh import chart
from stack.mesh.places import PLACES, Place
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Objects = dict[tuple[str, str], Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart, as it is packed."""
    made = tmp_path_factory.mktemp("chart") / chart.NAME
    chart.write(made)
    return made


@pytest.fixture(scope="module")
def loaded(folder: Path) -> helm_python.Chart:
    """The same, as Helm has it."""
    return helm_python.Chart.load(str(folder))


def _values(folder: Path, place: Place) -> Any:
    return yaml.safe_load((folder / f"values-{place.name}.yaml").read_text())


def _by_name(texts: list[str]) -> Objects:
    """Objects by kind and name; what is not in the chart is left out."""
    found = [each for text in texts for each in yaml.load_all(text, Loader=LOADER) if each]
    return {(e["kind"], e["metadata"]["name"]): e for e in found if e["kind"] not in chart.APART}


def _kustomized(*folders: str) -> Objects:
    """What `kubectl apply --kustomize` sends."""
    command = [programs.script("kubectl"), "kustomize"]
    return _by_name([subprocess.check_output([*command, str(ROOT / folder)], text=True) for folder in folders])


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_both_make_the_same_objects(folder: Path, loaded: helm_python.Chart, place: Place) -> None:
    wanted = _kustomized(f"k8s/overlays/{place.name}", f"k8s/mesh/{place.name}")
    made = _by_name([*loaded.render(values=_values(folder, place)).values()])
    same(made, wanted, "stack/mesh/chart.py:1", "name its folder in FOLDERS", "no overlay has it")
    findings(
        f"k8s/overlays/{place.name}:1: {kind}/{name} is another in the chart: see stack/mesh/chart.py and places.py"
        for (kind, name), each in wanted.items()
        if made[kind, name] != each
    )


def test_helm_finds_nothing_wrong(folder: Path) -> None:
    said = helm_python.lint(str(folder))
    findings((f"stack/mesh/chart.py:1: {each}" for each in said["errors"]), "mend what the chart is made of")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("replicas", "fewest"), 0),
        (("replicas", "fewest"), "2"),
        (("image", "digest"), "sha256:short"),
        (("publicHost",), "https://loanflow.example"),
        (("region",), ""),
        (("publicHosts",), "loanflow.example"),
        (("image", "pullPolicy"), "Always"),
    ],
)
def test_values_that_make_no_sense_are_refused(folder: Path, loaded: helm_python.Chart, path: Any, value: Any) -> None:
    values = copy.deepcopy(_values(folder, PLACES[0]))
    loaded.validate_schema(values)
    at = values
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(helm_python.HelmError):
        loaded.validate_schema(values)
