"""Each service as a Rollout of Argo, blue beside green: a kustomize component that is put onto a place.

A Rollout takes its pods from the Deployment that is there, so that nothing of them is said twice; that has none itself
then. The address of a service, by which everybody calls it, is led to the new version when that was
looked at, and back when it does not serve well. Who may call goes by the pods' labels and accounts, which both
versions share.
"""

import json
from collections.abc import Iterable

from services.catalog import SERVICES, Service
from stack.mesh import analysis
from stack.mesh.analysis import ARGO, SERVES, STANDS
from stack.mesh.environment import NAMESPACE, Json
from stack.mesh.jobs import GROUND, wave
from stack.mesh.workloads import address, labels, selector

# So long the earlier version can take the calls back within seconds, after those were switched.
KEPT_SECONDS = 1800
# Of a version that does not get there: images are pulled, a start may take two minutes, and being looked at is no
# progress.
PROGRESS_SECONDS = 1500


def preview(service: Service) -> str:
    """The name under which a new version is found before it takes calls."""
    return f"{service.name}-preview"


def manifests(service: Service) -> list[Json]:
    """What a service has besides its Deployment."""
    found = address(service)
    found["metadata"] |= {"name": preview(service)}
    return [_rollout(service), found]


def templates() -> list[Json]:
    """By what all of them are judged."""
    about = {"namespace": NAMESPACE, "labels": {"app.kubernetes.io/part-of": NAMESPACE}, "annotations": wave(GROUND)}
    kind = {"apiVersion": ARGO, "kind": "AnalysisTemplate"}
    return [{**kind, "metadata": {"name": name, **about}, "spec": analysis.spec(name)} for name in (STANDS, SERVES)]


def component(files: Iterable[str]) -> Json:
    """The component of those files: Rollouts have the pods, and are what is scaled; the edge stays a Deployment."""
    changed = {"apiVersion": ARGO, "kind": "Rollout"}
    scaled = [{"op": "replace", "path": f"/spec/scaleTargetRef/{key}", "value": each} for key, each in changed.items()]
    names = f"({'|'.join(each.name for each in SERVICES)})"
    autoscaler = {"group": "autoscaling", "version": "v2", "kind": "HorizontalPodAutoscaler", "name": names}
    # Argo's own way, `scaleDown`, does nothing beside an analysis after the switch (argo-rollouts, issue 4681).
    none = [{"op": "add", "path": "/spec/replicas", "value": 0}]
    deployment = {"group": "apps", "version": "v1", "kind": "Deployment", "name": names}
    return {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "resources": sorted(files),
        "patches": [
            {"target": autoscaler, "patch": json.dumps(scaled)},
            {"target": deployment, "patch": json.dumps(none)},
        ],
    }


def _rollout(service: Service) -> Json:
    name = service.name
    spec: Json = {
        # How many there are is the autoscaler's to say, so `replicas` is not here.
        "revisionHistoryLimit": 5,
        "progressDeadlineSeconds": PROGRESS_SECONDS,
        "progressDeadlineAbort": True,
        "selector": {"matchLabels": selector(name)},
        "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "strategy": {
            "blueGreen": {
                "activeService": name,
                "previewService": preview(service),
                "autoPromotionEnabled": True,
                "scaleDownDelaySeconds": KEPT_SECONDS,
                "prePromotionAnalysis": _judged(STANDS, service),
                "postPromotionAnalysis": _judged(SERVES, service),
            }
        },
    }
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels(name)}
    return {"apiVersion": ARGO, "kind": "Rollout", "metadata": metadata, "spec": spec}


def _judged(template: str, service: Service) -> Json:
    return {"templates": [{"templateName": template}], "args": analysis.arguments(template, service)}
