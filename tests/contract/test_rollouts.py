"""Services as Rollouts: what the component makes of a place, and who sees what of both versions."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.catalog import BY_NAME, SERVICES
from stack import programs
from stack.mesh import analysis, check, rollouts
from stack.mesh.environment import host_of
from stack.mesh.places import PLACES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Objects = dict[tuple[str, str], Any]
EVERY_PLACE = pytest.mark.parametrize("place", [place.name for place in PLACES])
PREVIEWS = {rollouts.preview(service) for service in SERVICES}


@cache
def built(folder: str) -> str:
    """What `kubectl apply --kustomize` sends, and Argo CD."""
    return subprocess.check_output([programs.script("kubectl"), "kustomize", str(ROOT / folder)], text=True)


def objects(*folders: str) -> Objects:
    """The objects of folders, by kind and name."""
    found = [each for folder in folders for each in yaml.load_all(built(folder), Loader=LOADER)]
    return {(each["kind"], each["metadata"]["name"]): each for each in found}


def added() -> set[tuple[str, str]]:
    """What the component puts beside what is there."""
    made = {("Rollout", service.name) for service in SERVICES} | {("Service", name) for name in PREVIEWS}
    return made | {("AnalysisTemplate", name) for name in (analysis.STANDS, analysis.SERVES)}


@EVERY_PLACE
def test_all_that_is_sent_is_valid(place: str, tmp_path: Path) -> None:
    sent = tmp_path / f"{place}.yaml"
    sent.write_text(built(f"k8s/delivery/{place}"))
    findings(check.in_file(sent))


@EVERY_PLACE
def test_it_is_the_place_as_it_is_without_but_for_who_has_the_pods(place: str) -> None:
    without, found = objects(f"k8s/overlays/{place}", f"k8s/mesh/{place}"), objects(f"k8s/delivery/{place}")
    where = f"k8s/delivery/{place}/kustomization.yaml:1"
    same(found, {*without, *added()}, where, "make gen", "neither the place nor the component has it")
    for (kind, name), each in without.items():
        if kind == "HorizontalPodAutoscaler" and name in BY_NAME:
            target = {"apiVersion": analysis.ARGO, "kind": "Rollout", "name": name}
            assert each["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
            each = each | {"spec": each["spec"] | {"scaleTargetRef": target}}
        if kind == "Deployment" and name in BY_NAME:
            # Its pods are the Rollout's to start.
            assert "replicas" not in each["spec"]
            each = each | {"spec": each["spec"] | {"replicas": 0}}
        assert found[kind, name] == each, f"{where}: {kind}/{name} is another than at the place"
    # Only Deployments say what a pod is, and which image it has.
    for key in added():
        assert not found[key]["spec"].keys() & {"template", "containers"}, f"{where}: {key}"
        assert "image" not in json.dumps(found[key]), f"{where}: {key}"


def test_a_rollout_takes_the_pods_of_its_deployment_and_leads_its_address() -> None:
    found = objects("k8s/delivery/production")
    for service in SERVICES:
        name, rollout = service.name, found["Rollout", service.name]["spec"]
        deployment = found["Deployment", rollout["workloadRef"]["name"]]["spec"]
        assert rollout["workloadRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        assert rollout["selector"] == deployment["selector"]
        # Their number is the autoscaler's: one that is said here would be put back at each deploy.
        assert "replicas" not in rollout
        strategy = rollout["strategy"]["blueGreen"]
        active, preview = (found["Service", strategy[key]]["spec"] for key in ("activeService", "previewService"))
        assert (strategy["activeService"], strategy["previewService"]) == (name, rollouts.preview(service))
        assert active == preview, f"{name}: both addresses have the same ports and lead to the same pods"
        assert active["selector"].items() <= deployment["template"]["metadata"]["labels"].items()
        assert strategy["autoPromotionEnabled"] is True
        judged = [strategy[key]["templates"] for key in ("prePromotionAnalysis", "postPromotionAnalysis")]
        assert judged == [[{"templateName": analysis.STANDS}], [{"templateName": analysis.SERVES}]]


def test_the_edge_is_no_rollout_and_is_scaled_as_before() -> None:
    found = objects("k8s/delivery/production")
    there = {name for kind, name in found if kind == "Rollout"}
    same(there, BY_NAME, "stack/mesh/rollouts.py:1", "make one of its Deployment", "it is no service")
    scaled = found["HorizontalPodAutoscaler", "edge"]["spec"]["scaleTargetRef"]
    assert (scaled["kind"], scaled["name"]) == ("Deployment", "edge")


def test_the_earlier_version_is_there_until_the_new_one_was_judged() -> None:
    for service in SERVICES:
        rollout = objects("k8s/delivery/production")["Rollout", service.name]["spec"]
        pod = objects("k8s/delivery/production")["Deployment", service.name]["spec"]["template"]["spec"]
        start = pod["containers"][0]["startupProbe"]
        # Without its pods there is nothing to go back to.
        # Without its pods there is nothing to go back to.
        longest = analysis.seconds_of(analysis.SERVES) + 2 * analysis.INTERVAL_SECONDS
        assert rollout["strategy"]["blueGreen"]["scaleDownDelaySeconds"] > 2 * longest
        starting = start["periodSeconds"] * start["failureThreshold"]
        looked = sum(map(analysis.seconds_of, (analysis.STANDS, analysis.SERVES)))
        assert rollout["progressDeadlineSeconds"] > 2 * starting + looked
        assert rollout["progressDeadlineAbort"] is True
        # It has the look left out and then waits for it (Argo Rollouts 1.8).
        assert "rollbackWindow" not in rollout


@EVERY_PLACE
def test_the_mesh_lets_the_same_callers_to_both_versions(place: str) -> None:
    """By pods' labels and accounts, which are the Deployment's; the address alone says which version is called."""
    found = objects(f"k8s/delivery/{place}")
    for service in SERVICES:
        pod = found["Deployment", service.name]["spec"]["template"]
        assert pod["spec"]["serviceAccountName"] == service.name
        selects = found["AuthorizationPolicy", service.name]["spec"]["selector"]["matchLabels"]
        assert selects.items() <= pod["metadata"]["labels"].items()
        selects = found["NetworkPolicy", service.name]["spec"]["podSelector"]["matchLabels"]
        assert selects.items() <= pod["metadata"]["labels"].items()
        assert found["DestinationRule", service.name]["spec"]["host"] == host_of(service.name)
        budget = found["PodDisruptionBudget", service.name]["spec"]["selector"]["matchLabels"]
        assert budget.items() <= pod["metadata"]["labels"].items()
    # A subset of a DestinationRule, or a policy by a version's hash, would hold for one of both alone.
    for (kind, name), each in found.items():
        text = json.dumps(each)
        assert "pod-template-hash" not in text, f"{kind}/{name}"
        named = {preview for preview in PREVIEWS if preview in text}
        own = kind in ("Rollout", "Service")
        assert own or not named, f"{kind}/{name} names {named}: nobody but who looks at it calls a preview"
