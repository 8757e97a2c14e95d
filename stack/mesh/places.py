"""Where the platform is deployed: what differs from place to place, as patches of the one base and values of the chart.

A place has a public name, under which its parties outside have theirs, a region in which personal data stay, and so
many replicas. Everything else is the same everywhere, or it would not be what was tried before production.
"""

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.runtime.settings import PREFIX
from stack.mesh.environment import Json
from stack.mesh.policies import PUBLIC_HOST
from stack.mesh.workloads import FEWEST, MOST

# Where a release comes first; until one does, an image that was built beside will do.
UNRELEASED = "dev"


@dataclass(frozen=True)
class Place:
    """`kept` are the replicas of each service that stay when nodes are drained.

    What runs there ran before at the place `after`; the first one has none.
    """

    name: str
    host: str
    region: str
    fewest: int | str = FEWEST
    most: int | str = MOST
    kept: int | str = FEWEST - 1
    after: str = ""


BASE = Place("base", PUBLIC_HOST, "eu-central-1")
PLACES = (
    Place(UNRELEASED, f"dev.{PUBLIC_HOST}", "eu-central-1", fewest=1, most=2, kept=0),
    Place("staging", f"staging.{PUBLIC_HOST}", "eu-central-1", most=4, after=UNRELEASED),
    Place("production", PUBLIC_HOST, "us-east-1", after="staging"),
    Place("production-eu", f"eu.{PUBLIC_HOST}", "eu-central-1", after="staging"),
)


def at(place: Place, made: Json) -> Json:
    """An object of the base as it is at a place."""
    changed: Json = _renamed(copy.deepcopy(made), place.host)
    if changed["kind"] == "ConfigMap":
        regional = [name for name in changed["data"] if name.endswith(("_REGION", f"{PREFIX}_SERVER_RESIDENCY"))]
        changed["data"] |= dict.fromkeys(regional, place.region)
    if changed["kind"] == "HorizontalPodAutoscaler":
        changed["spec"] |= {"minReplicas": place.fewest, "maxReplicas": place.most}
    if changed["kind"] == "PodDisruptionBudget":
        changed["spec"]["minAvailable"] = place.kept
    return changed


def kustomization(place: Place, objects: Iterable[Json], **rest: Any) -> Json:
    """What makes the base's objects those of the place: a list of patches, none where nothing differs."""
    patches = [_patch(made, changes) for made in objects if (changes := [*_changes(made, at(place, made))])]
    kind = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"} | rest
    return kind | ({"patches": patches} if patches else {})


def _renamed(value: Any, host: str) -> Any:
    """The same with the place's public name; names of objects stay, as what refers to them is not all here."""
    if isinstance(value, dict):
        return {key: each if key == "metadata" else _renamed(each, host) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, host) for each in value]
    return value.replace(PUBLIC_HOST, host) if isinstance(value, str) else value


def _patch(made: Json, changes: list[Json]) -> Json:
    group, _, version = made["apiVersion"].rpartition("/")
    target = {"version": version, "kind": made["kind"], "name": made["metadata"]["name"]}
    return {"target": ({"group": group} if group else {}) | target, "patch": json.dumps(changes)}


def _changes(before: Any, after: Any, path: str = "") -> Iterator[Json]:
    """The operations of RFC 6902 that make one of the other; keys and lengths are the same."""
    if before == after:
        return
    if isinstance(before, dict | list):
        pairs = before.items() if isinstance(before, dict) else enumerate(before)
        for key, value in pairs:
            yield from _changes(value, after[key], f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
        return
    yield {"op": "replace", "path": path, "value": after}
