"""The product deployed to the cluster, by the steps that README.md has under *In a cluster*."""

import time
from collections.abc import Callable

from services.catalog import SERVICES
from stack import folders
from stack.cluster import deployed, doors, place
from stack.layout import Layout
from stack.mesh.environment import NAMESPACE

BOOTSTRAP = "app.kubernetes.io/component=bootstrap"
_MINUTES = "15m"


def deploy(layout: Layout, tell: Callable[[str, float], None]) -> None:
    """Applies it, waits until every Job is done and every Deployment ready; tells of each step."""
    began = time.monotonic()

    def kubectl(*words: str) -> None:
        place.kubectl(layout, *words)
        tell(
            " ".join(word for word in words[:6] if not word.startswith(("-", "/")) and word != NAMESPACE),
            time.monotonic() - began,
        )

    kubectl("apply", "--filename", str(folders.CHECKOUT / "k8s" / "base" / "namespace.yaml"))
    kubectl("apply", "--kustomize", str(folders.CHECKOUT / "k8s" / "mesh" / doors.HERE.name))
    jobs = ["--selector", BOOTSTRAP]
    kubectl("--namespace", NAMESPACE, "delete", "jobs", *jobs, "--ignore-not-found")
    kubectl("apply", "--kustomize", str(deployed.write(layout)))
    kubectl("--namespace", NAMESPACE, "wait", "--for=condition=complete", f"--timeout={_MINUTES}", "jobs", *jobs)
    for name in (*(each.name for each in SERVICES), "edge"):
        kubectl("--namespace", NAMESPACE, "rollout", "status", f"deployment/{name}", f"--timeout={_MINUTES}")
