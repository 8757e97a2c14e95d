"""What Argo CD is told: each place once, in the order of a deploy, and nothing that others change there put back."""

import itertools
import re
from typing import Any

import pytest
import yaml

from services.catalog import SERVICES
from stack.mesh import analysis, delivery, jobs
from stack.mesh.places import PLACES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same
from tests.contract.test_rollouts import EVERY_PLACE, Objects, objects

WAVE, HOOK = "argocd.argoproj.io/sync-wave", "argocd.argoproj.io/hook"


def told(kind: str) -> Any:
    """The one object of a kind that Argo CD is given."""
    return yaml.safe_load((ROOT / "k8s" / "argocd" / f"{kind.lower()}.yaml").read_text())


def annotations(each: Any) -> Any:
    return each["metadata"].get("annotations", {})


def wave(each: Any) -> int:
    return int(annotations(each).get(WAVE, "0"))


def kind_of(each: Any) -> tuple[str, str]:
    return each["apiVersion"].rpartition("/")[0], each["kind"]


def test_every_place_is_delivered_from_its_folder() -> None:
    spec = told("ApplicationSet")["spec"]
    [generator] = spec["generators"]
    assert generator == {"list": {"elements": [{"place": place.name} for place in PLACES]}}
    folders = {path.parent.name for path in (ROOT / "k8s" / "delivery").glob("*/kustomization.yaml")}
    same(folders, [place.name for place in PLACES], "k8s/delivery:1", "make gen", "make gen")
    template = spec["template"]["spec"]
    assert template["source"]["path"] == "k8s/delivery/{{.place}}"
    # Go says nothing of a name that no element has, unless it is told to.
    assert spec["goTemplateOptions"] == ["missingkey=error"]
    text = yaml.safe_dump(spec["template"])
    assert set(re.findall(r"\{\{(.*?)\}\}", text)) == {".place"}, "k8s/argocd/applicationset.yaml:1"
    assert spec["syncPolicy"] == {"preserveResourcesOnDeletion": True}


@EVERY_PLACE
def test_the_project_may_hold_what_a_place_has_and_no_more(place: str) -> None:
    spec = told("AppProject")["spec"]
    lists = {True: spec["clusterResourceWhitelist"], False: spec["namespaceResourceWhitelist"]}
    found = {kind_of(each) for each in objects(f"k8s/delivery/{place}").values()}
    for wide, listed in lists.items():
        wanted = [each for each in found if (each in delivery.CLUSTER_WIDE) is wide]
        where = "k8s/argocd/appproject.yaml:1"
        same([(each["group"], each["kind"]) for each in listed], wanted, where, "make gen", "no place has one")
    template = told("ApplicationSet")["spec"]["template"]["spec"]
    assert template["project"] == told("AppProject")["metadata"]["name"]
    assert spec["sourceRepos"] == [template["source"]["repoURL"]]
    assert {"name": place, "namespace": template["destination"]["namespace"]} in spec["destinations"]
    assert len(spec["destinations"]) == len(PLACES)


@EVERY_PLACE
def test_what_the_autoscaler_and_the_switch_change_is_not_put_back(place: str) -> None:
    template = told("ApplicationSet")["spec"]["template"]["spec"]
    assert template["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
    # Without it a difference is not shown, and put back all the same.
    assert "RespectIgnoreDifferences=true" in template["syncPolicy"]["syncOptions"]
    found = objects(f"k8s/delivery/{place}")
    scaled = {
        (each["spec"]["scaleTargetRef"]["kind"], each["spec"]["scaleTargetRef"]["name"])
        for (kind, _), each in found.items()
        if kind == "HorizontalPodAutoscaler"
    }
    ignored = {
        (kind, name, pointer)
        for kind, name in found
        for each in template["ignoreDifferences"]
        if (each["group"], each["kind"]) == kind_of(found[kind, name]) and each.get("name", name) == name
        for pointer in each["jsonPointers"]
    }
    # Neither more: a Deployment from which a Rollout takes its pods is held at none.
    replicas = {(kind, name) for kind, name, pointer in ignored if pointer == "/spec/replicas"}
    same(
        replicas, scaled, "stack/mesh/delivery.py:1", "something scales it: leave its replicas out", "nothing scales it"
    )
    addresses = [each["spec"]["strategy"]["blueGreen"] for (kind, _), each in found.items() if kind == "Rollout"]
    for key in ("activeService", "previewService"):
        for each in addresses:
            assert ("Service", each[key], "/spec/selector/rollouts-pod-template-hash") in ignored


def order(found: Objects) -> dict[str, list[int]]:
    """The waves of a deploy: of the namespace, of what is there before, of Jobs, services and the edge."""
    jobs_own = {jobs.name_of(service) for service in SERVICES}
    services = [(kind, service.name) for service in SERVICES for kind in ("Rollout", "Deployment")]
    judged = [("AnalysisTemplate", name) for name in (analysis.STANDS, analysis.SERVES)]
    classes = [key for key in found if key[0] == "PriorityClass"]
    return {
        "namespace": [wave(found["Namespace", "loanflow"])],
        "before": [wave(found[key]) for key in [("ConfigMap", "platform"), *classes, *judged]],
        "parts": [wave(found["Job", jobs.REACH])],
        "bus": [wave(found["Job", jobs.BUS])],
        "jobs": [wave(found["Job", name]) for name in jobs_own],
        "services": [wave(found[key]) for key in services],
        "edge": [wave(found["Deployment", "edge"])],
    }


@EVERY_PLACE
def test_jobs_come_before_services_and_services_before_the_edge(place: str) -> None:
    found = objects(f"k8s/delivery/{place}")
    waves = list(order(found).values())
    for earlier, later in itertools.pairwise(waves):
        assert max(earlier) < min(later), order(found)
    least = min(wave(each) for key, each in found.items() if key[0] != "Namespace")
    assert wave(found["Namespace", "loanflow"]) < least
    # A Job cannot be changed, so each deploy makes it anew; what waits for nobody is no hook.
    findings(
        f"k8s/base/bootstrap:1: {name} is not made anew by a deploy: make gen"
        for (kind, name), each in found.items()
        if kind == "Job"
        and [annotations(each).get(key) for key in (HOOK, f"{HOOK}-delete-policy")] != ["Sync", "BeforeHookCreation"]
    )


@pytest.mark.parametrize("kind", ["Rollout", "Deployment", "Service", "AnalysisTemplate"])
def test_nothing_that_stays_is_a_hook(kind: str) -> None:
    """Argo CD removes a hook before it makes it anew: pods would end with it."""
    found = objects("k8s/delivery/production")
    assert not [name for (each, name), made in found.items() if each == kind and HOOK in annotations(made)]
