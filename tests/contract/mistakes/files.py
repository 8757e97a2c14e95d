"""Mistakes in what is generated, in the cluster's files and in the settings: edited by hand, or not made anew."""

from tests.contract.mistakes.checks import GENERATED, MESH, tests
from tests.contract.mistakes.mistake import Mistake, mistake
from tests.contract.mistakes.tree import Edit

MESH_TESTS, STALE = tests("tests/contract/test_mesh.py"), "is not what the contract and the services make: make gen"
POLICY, WORKLOAD = "istio/services/kyc.yaml", "k8s/base/services/kyc.yaml"

MISTAKES = [
    mistake("STRICT turned to PERMISSIVE by hand", "istio/mesh.yaml", "mode: STRICT", "mode: PERMISSIVE", MESH_TESTS,
            "istio/mesh.yaml:1: PeerAuthentication strict is {'mtls': {'mode': 'PERMISSIVE'}}, and must be"),
    mistake("the policy that lets in no one deleted by hand", "istio/mesh.yaml", "  name: allow-nothing\n", "  name: none\n",
            MESH_TESTS, "has none: no service has this name: take it out"),
    mistake("an Istio policy deleted by hand", POLICY, "", "", MESH, f"{POLICY}:1: {STALE}"),
    mistake("an Istio policy widened by hand", POLICY, "      - MANAGER\n", "      - MANAGER\n      - ADMIN\n",
            MESH, f"{POLICY}:1: {STALE}"),
    mistake("the number of replicas edited by hand", WORKLOAD, "minReplicas: 2", "minReplicas: 1", MESH, f"{WORKLOAD}:1: {STALE}"),
    mistake("a port edited by hand", WORKLOAD, "port: 8004", "port: 8005", MESH, f"{WORKLOAD}:1: {STALE}"),
    mistake("a file of the mesh that nothing makes", "istio/services/billing.yaml", "", "{}\n", MESH,
            f"istio/services/billing.yaml:1: {STALE}"),
    mistake("a port given twice", "services/catalog.py", 'Service("risk", 5,', 'Service("risk", 4,',
            tests("tests/contract/test_ports.py"), "kyc and risk both have port 8004: give one of them another"),
    mistake("a part on the port of another", "stack/ports.py", '"mail": 40', '"mail": 30',
            tests("tests/contract/test_ports.py"), "s3 and mail both have port 8030: give one of them another"),
    mistake("a role edited in what is generated", "gen/access.json", '"OFFICER"', '"ADMIN"', GENERATED, "gen/access.json"),
    mistake("a schema edited in what is generated", "gen/avro/loanflow.kyc.v1.KycApproved.avsc", '"default": ""',
            '"default": "x"', GENERATED, "gen/avro/loanflow.kyc.v1.KycApproved.avsc"),
    mistake("the text of a reason edited in what is generated", "gen/docs/reasons.md", "One person may not take",
            "A person may take", GENERATED, "gen/docs/reasons.md"),
    mistake("the default of a setting changed", "services/notification/settings.py", "timeout: float = 4.0",
            "timeout: float = 40.0", GENERATED, "gen/docs/services/notification.md"),
    mistake("a setting renamed", "services/notification/settings.py", "    sender: str =", "    from_address: str =", MESH,
            "k8s/base/services/notification.yaml:1"),
    mistake("a reason of the edge that the contract lacks", "envoy/replies.py", '"PATH_UNKNOWN"', '"PATH_STRANGE"',
            tests("tests/contract/test_edge_config.py"), "PATH_STRANGE is no reason: add REASON_PATH_STRANGE"),
    mistake("a plain name without its reason", "proto/review/plain.txt", "*_id                                            a random id",
            "*_id", GENERATED, "proto/review/plain.txt:6: wants: the name of a field, and why it is not personal"),
    mistake("a line of the ledger edited alone", "proto/review/access.txt", "kyc.GetQueue  ", "kyc.GetQueues ",
            tests("tests/contract/test_review.py"), "kyc.GetQueue is new: a reviewer adds its line"),
    mistake("an ending without its reason", "proto/review/endings.txt", "  CLOSED      -> : the application ended, and no repaid loan comes back to its review",
            "  CLOSED      -> :", tests("tests/contract/test_endings.py"), "say where it leads, or why it leads nowhere"),
    mistake("a document that points at nothing", "README.md", "`services/catalog.py`", "`services/catalogue.py`",
            tests("tests/contract/test_documents.py"), "there is no services/catalogue.py: name what took its place"),
    mistake("an example that no one could send", "gen/openapi.yaml",
            "facilityType: PERSONAL\n              amount:", "facilityType: TEXT\n              amount:",
            tests("tests/contract/test_examples.py"), "facilityType TEXT is none of PERSONAL"),
    Mistake("a check that shows nothing where it fails", (Edit("tests/contract/test_other.py", "", "def test_a():\n    assert [] == [1]\n"),),
            tests("tests/contract/test_findings.py"), "tests/contract/test_other.py:2: a comparison with nothing says not where"),
]  # fmt: skip
