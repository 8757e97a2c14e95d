"""The files of every place as the API server, Kubernetes' admission and Istio's webhooks take them."""

import pytest

from services.catalog import SERVICES
from stack import folders
from stack.cluster.deploy import BOOTSTRAP
from stack.mesh.environment import NAMESPACE
from stack.mesh.places import PLACES
from tests.cluster.conftest import Cluster

_K8S = folders.CHECKOUT / "k8s"
_DRY = ("apply", "--dry-run=server")
# What whoever is signed in may ask of any API server: about itself.
_ABOUT_ITSELF = ("selfsubjectreviews.", "selfsubjectaccessreviews.", "selfsubjectrulesreviews.")
# What Istio says of each EnvoyFilter (stack/mesh/gateway.py).
_FILTERS = "Warning: EnvoyFilter exposes internal implementation details"
_PRIVILEGED = """
apiVersion: v1
kind: Pod
metadata: {name: mighty, namespace: loanflow}
spec: {containers: [{name: mighty, image: any, securityContext: {privileged: true}}]}
"""
_NONSENSE = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: nonsense, namespace: loanflow}
spec: {action: ALLOW, rules: [{when: [{key: "request.nonsense[x]", values: ["y"]}]}]}
"""


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> None:
    """The namespace, which must be there before what is in it, without Jobs: those never change."""
    cluster.said("apply", "--filename", str(_K8S / "base" / "namespace.yaml"))
    cluster.said("--namespace", NAMESPACE, "delete", "jobs", "--selector", BOOTSTRAP, "--ignore-not-found")
    # A pod that names no account has this one, which a controller makes.
    cluster.said("--namespace", NAMESPACE, "wait", "--for=create", "serviceaccount/default", "--timeout=60s")


@pytest.mark.usefixtures("namespace")
@pytest.mark.parametrize("place", [each.name for each in PLACES])
@pytest.mark.parametrize("folder", ["mesh", "overlays"])
def test_the_api_server_takes_every_object_of_every_place_without_a_warning(
    cluster: Cluster, place: str, folder: str
) -> None:
    done = cluster.kubectl(*_DRY, "--kustomize", str(_K8S / folder / place))
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith(_FILTERS)] == []
    assert done.stdout.count("(server dry run)") > 30


@pytest.mark.usefixtures("namespace")
def test_the_mesh_is_applied_and_nothing_is_left_to_apply_or_to_find(cluster: Cluster) -> None:
    mesh = str(_K8S / "mesh" / PLACES[0].name)
    cluster.said("apply", "--kustomize", mesh)
    difference = cluster.kubectl("diff", "--kustomize", mesh)
    assert (difference.returncode, difference.stdout) == (0, ""), difference.stdout + difference.stderr


@pytest.mark.usefixtures("namespace")
def test_a_pod_that_may_do_more_is_refused(cluster: Cluster) -> None:
    refused = cluster.kubectl(*_DRY, "--filename", "-", given=_PRIVILEGED)
    assert refused.returncode
    assert "violates PodSecurity" in refused.stderr


@pytest.mark.usefixtures("namespace")
def test_a_rule_of_the_mesh_that_means_nothing_is_refused(cluster: Cluster) -> None:
    refused = cluster.kubectl(*_DRY, "--filename", "-", given=_NONSENSE)
    assert refused.returncode
    assert "request.nonsense" in refused.stderr


@pytest.mark.usefixtures("namespace")
@pytest.mark.parametrize("name", [each.name for each in SERVICES] + ["edge", "operator", "deploy", "scheduler"])
def test_no_account_may_do_anything_at_the_api_server(cluster: Cluster, name: str) -> None:
    account = f"system:serviceaccount:{NAMESPACE}:{name}"
    rights = cluster.said("auth", "can-i", "--list", "--as", account, "--namespace", NAMESPACE).splitlines()[1:]
    # The first column is empty in the lines of what is no object.
    assert [line.split()[0] for line in rights if line[:1].strip() and not line.startswith(_ABOUT_ITSELF)] == []
