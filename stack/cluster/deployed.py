"""What is deployed to a cluster on one machine: the overlay of its place, with what differs here, as files beside it.

Nothing of the product is changed: replicas and requests are small, the registry's path is Apicurio's, there is one
broker, and the authority of the public name is the cluster's own.
"""

import base64
import os
from pathlib import Path
from typing import Any

import yaml

from services.catalog import SERVICES
from stack import folders
from stack.cluster import authority, doors, names, place
from stack.layout import Layout
from stack.mesh import jobs, provided
from stack.mesh.environment import NAMESPACE

# Twice what an idle service takes here, so that autoscalers rest until there is work.
_PROCESSOR = "40m"
_APICURIO = "/apis/ccompat/v7"


def write(layout: Layout) -> Path:
    """Writes the kustomization; its folder."""
    folder = place.folder(layout) / "deployed"
    folder.mkdir(exist_ok=True)
    base = folders.CHECKOUT / "k8s" / "overlays" / doors.HERE.name
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
        "resources": [os.path.relpath(base, folder), "given.yaml"], "patches": patches(),
    }  # fmt: skip
    _write(folder / "given.yaml", yaml.safe_dump_all(_given(layout)))
    _write(folder / "kustomization.yaml", yaml.safe_dump(kustomization))
    return folder


def _given(layout: Layout) -> list[dict[str, Any]]:
    """What the platform provides in the namespace: authorities of the parts, certificate of the public name."""
    ours = (layout.pki / "ca.pem").read_bytes()
    made = [_secret(name, dict.fromkeys(keys, ours)) for name, keys in provided.secrets().items()]
    folder = place.folder(layout) / "pki"
    certificate, key = authority.public(layout, doors.HERE.host)
    made.append(_secret("edge-public", {"tls.crt": certificate, "tls.key": key}, "kubernetes.io/tls"))
    metadata = {"name": "authority", "namespace": NAMESPACE}
    data = {"ca.pem": (folder / "ca.crt").read_text()}
    return [*made, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}]


def _secret(name: str, data: dict[str, bytes], kind: str = "Opaque") -> dict[str, Any]:
    texts = {key: base64.b64encode(value).decode() for key, value in data.items()}
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": metadata, "data": texts}


def patches() -> list[dict[str, Any]]:
    """What is changed of the place's objects, as kustomize's patches."""
    data = doors.platform()
    changed = dict.fromkeys(doors.WITHOUT, "") | {"LOANFLOW_REGISTRY_URL": data["LOANFLOW_REGISTRY_URL"] + _APICURIO}
    small = "/spec/template/spec/containers/0/resources/requests/cpu"
    public = {"metadata": {"name": "edge", "annotations": {names.PUBLIC: doors.HERE.host}}}
    one = {"name": "LOANFLOW_PROVISION_REPLICAS", "value": "1"}
    return [
        _patch("ConfigMap", "platform", [_operation("replace", f"/data/{k}", v) for k, v in changed.items()]),
        *(_patch("Deployment", each.name, [_operation("replace", small, _PROCESSOR)]) for each in SERVICES),
        _patch("Deployment", "edge", [_operation("replace", small, _PROCESSOR)]),
        _patch("Job", jobs.BUS, [_operation("add", "/spec/template/spec/containers/0/env/-", one)]),
        _patch("CronJob", jobs.SWEEP, [
            _operation("add", "/spec/jobTemplate/spec/template/spec/containers/0/env/-", one)
        ]),
        {"target": {"kind": "Service", "name": "edge"}, "patch": yaml.safe_dump(
            {"apiVersion": "v1", "kind": "Service"} | public
        )},
    ]  # fmt: skip


def _patch(kind: str, name: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"target": {"kind": kind, "name": name}, "patch": yaml.safe_dump(operations)}


def _operation(kind: str, path: str, value: object) -> dict[str, Any]:
    return {"op": kind, "path": path, "value": value}


def _write(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text)
