"""What Argo CD is told: one ApplicationSet, an Application for each place, in a project that may do that and no more.

A place is what its folder below k8s/delivery makes of the main branch: a deploy, and a way back, is a commit. In which
order its objects come is said by their own annotations (jobs.py): Jobs, then services, then the edge.
"""

from collections.abc import Iterable
from pathlib import Path

from stack.mesh.analysis import ARGO
from stack.mesh.environment import NAMESPACE, Json
from stack.mesh.places import PLACES, Place
from stack.mesh.policies import EDGE

# Where Argo CD is, and the repository that it reads; an installation of one's own has its own.
ARGOCD = "argocd"
REPOSITORY, BRANCH = f"https://git.{NAMESPACE}.example/{NAMESPACE}.git", "main"
FOLDER = Path("k8s/delivery")
# Kinds that are of no namespace.
CLUSTER_WIDE = frozenset({("", "Namespace"), ("scheduling.k8s.io", "PriorityClass")})
# What others change while the platform runs: the autoscaler, and the Rollouts. Of Deployments, it scales the edge's.
CHANGED_THERE: tuple[Json, ...] = (
    {"group": "argoproj.io", "kind": "Rollout", "jsonPointers": ["/spec/replicas"]},
    {"group": "apps", "kind": "Deployment", "name": EDGE, "jsonPointers": ["/spec/replicas"]},
    {"group": "", "kind": "Service", "jsonPointers": ["/spec/selector/rollouts-pod-template-hash"]},
)
_PLACE = "{{.place}}"


def manifests(objects: Iterable[Json]) -> list[Json]:
    """The project, which may hold kinds such as those objects', and the set."""
    return [_project(objects), _set()]


def kustomization(place: Place) -> Json:
    """What is at a place: pods, mesh, and services that are switched."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [f"../../overlays/{place.name}", f"../../mesh/{place.name}"],
        "components": ["../../rollouts"],
    }


def _project(objects: Iterable[Json]) -> Json:
    kinds = sorted({(each["apiVersion"].rpartition("/")[0], each["kind"]) for each in objects})
    spec = {
        "description": "The places of LoanFlow",
        "sourceRepos": [REPOSITORY],
        "destinations": [{"name": each.name, "namespace": NAMESPACE} for each in PLACES],
        "clusterResourceWhitelist": [_kind(*each) for each in kinds if each in CLUSTER_WIDE],
        "namespaceResourceWhitelist": [_kind(*each) for each in kinds if each not in CLUSTER_WIDE],
    }
    return _object("AppProject", NAMESPACE, spec)


def _kind(group: str, kind: str) -> Json:
    return {"group": group, "kind": kind}


def _set() -> Json:
    policy = {
        "automated": {"prune": True, "selfHeal": True},
        # A part that is away for a moment; what a version is judged by is not asked again by that.
        "retry": {"limit": 3, "backoff": {"duration": "30s", "factor": 2, "maxDuration": "5m"}},
        "syncOptions": ["RespectIgnoreDifferences=true", "PruneLast=true"],
    }
    template = {
        "metadata": {"name": f"{NAMESPACE}-{_PLACE}", "labels": {"app.kubernetes.io/part-of": NAMESPACE}},
        "spec": {
            "project": NAMESPACE,
            "source": {"repoURL": REPOSITORY, "targetRevision": BRANCH, "path": f"{FOLDER}/{_PLACE}"},
            "destination": {"name": _PLACE, "namespace": NAMESPACE},
            "syncPolicy": policy,
            "ignoreDifferences": list(CHANGED_THERE),
            "revisionHistoryLimit": 10,
        },
    }
    spec = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"list": {"elements": [{"place": each.name} for each in PLACES]}}],
        # Who removes this set, or a place of it, does not remove what customers use.
        "syncPolicy": {"preserveResourcesOnDeletion": True},
        "template": template,
    }
    return _object("ApplicationSet", NAMESPACE, spec)


def _object(kind: str, name: str, spec: Json) -> Json:
    metadata = {"name": name, "namespace": ARGOCD, "labels": {"app.kubernetes.io/part-of": NAMESPACE}}
    return {"apiVersion": ARGO, "kind": kind, "metadata": metadata, "spec": spec}
