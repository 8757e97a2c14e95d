"""The files of Kubernetes, Istio and Argo against the schemas of their kinds."""

from pathlib import Path

import pytest

from stack.mesh import check
from stack.mesh.generate import read_table, render, write
from tests.contract.findings import findings

FILES = render(read_table())


def test_every_file_is_valid() -> None:
    findings(check.findings())


BROKEN = [
    ("k8s/base/services/kyc.yaml", "revisionHistoryLimit: 5", "revisionHistoryLimit: five", "'five' is not of type"),
    ("k8s/base/services/kyc.yaml", "serviceAccountName: kyc", "serviceAcountName: kyc", "'serviceAcountName' was"),
    ("istio/services/kyc.yaml", "action: ALLOW", "action: PERMIT", "'PERMIT' is not one of"),
    ("istio/services/kyc.yaml", "principals:", "principal:", "'principal' was unexpected"),
    ("istio/services/kyc.yaml", "interval: 5s", "interval: 0s", "must be a valid duration greater than 1ms"),
    ("istio/edge/tokens-requestauthentication.yaml", "jwksUri: https:", "jwksUri: ftp:", "must have scheme http:// or https://"),
    ("istio/services/kyc.yaml", "kind: DestinationRule", "kind: DestinationRules", "there is no kind DestinationRules"),
    ("istio/services/kyc.yaml", "spec:\n  selector", "specs:\n  selector", "'specs' was unexpected"),
    ("istio/services/kustomization.yaml", "- kyc.yaml\n", "", "kyc.yaml is missing"),
    ("k8s/rollouts/kyc.yaml", "scaleDownDelaySeconds:", "scaleDownDelay:", "'scaleDownDelay' was unexpected"),
    ("k8s/rollouts/kyc.yaml", "activeService:", "activService:", "'activeService' is a required property"),
    ("k8s/rollouts/kyc.yaml", "podTemplateHashValue", "podTemplateHash", "'podTemplateHash' was unexpected"),
    ("k8s/rollouts/analysis.yaml", "successCondition:", "success:", "'success' was unexpected"),
    ("k8s/rollouts/kustomization.yaml", "- kyc.yaml\n", "", "kyc.yaml is missing"),
    ("k8s/argocd/applicationset.yaml", "selfHeal: true", "selfHeal: 'yes'", "'yes' is not of type 'boolean'"),
    ("k8s/argocd/applicationset.yaml", "jsonPointers:", "pointers:", "'pointers' was unexpected"),
    ("k8s/argocd/appproject.yaml", "sourceRepos:", "sourceRepo:", "'sourceRepo' was unexpected"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "finding"), BROKEN, ids=[case[3] for case in BROKEN])
def test_what_is_invalid_is_named(file: str, old: str, new: str, finding: str, tmp_path: Path) -> None:
    write(FILES, tmp_path)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1))
    found = list(check.in_file(tmp_path / file))
    assert any(finding in each for each in found), found
