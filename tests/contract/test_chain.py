"""What every call passes through, in its order; and whose object an RPC is about is looked up by every service."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from proto.review.places import Places
from services.catalog import SERVICES, Service
from services.runtime.calling.sidecar import identity_of
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.serving.chain import Rules, interceptors
from services.runtime.serving.interceptors.admission import StreamLimits
from services.runtime.serving.settings import ServerSettings
from services.runtime.serving.streams import Watch
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same
from tests.contract.test_descriptors import ACCESS

CHAIN_FILE = "services/runtime/serving/chain.py"
# Outermost first; why each stands where it does.
CHAIN = {
    "BindContext": "gives the call its correlation id, which logs and errors have",
    "Trace": "begins the span that all others write into",
    "Measure": "times all that follows, refusals too, and writes the call's line",
    "MapErrors": "turns what any of the following raises into a status",
    "Decode": "answers for what is no message",
    "CheckAccess": "knows who calls before anything is done for them",
    "AdmitStreams": "counts streams only of those who may open one",
    "NormaliseIds": "gives rules and look-ups one way to write an id",
    "Validate": "holds the request against the rules of the contract",
    "CatchUp": "repeats what look-up or handler refuse while the consumer is behind, and nothing refused before them",
    "CheckOwnership": "looks up whose object a valid request names",
    "RetryConflicts": "tries the whole use case again, its kept answer included",
    "Idempotency": "gives the answer again that a key was given before",
    "CheckReasons": "sees what handlers raise, and nothing else",
    "HideTexts": "stands inside of what keeps answers, so that each reader's is kept as it was given",
}
# What names its owner by itself.
SELF_NAMING = "customer_id"


def test_every_call_passes_all_interceptors_in_their_order() -> None:
    settings = ServerSettings("tested", 0, 0, "https://127.0.0.1:1", peer_from="xfcc")
    identity = identity_of(settings.name, settings.peer_from, None, settings.trust_domain)
    tokens = TokenVerifier.of_issuer(settings.jwks_url, identity.authority_file, settings.issuer, settings.audience)
    streams = StreamLimits(settings.streams)
    chain = [type(each).__name__ for each in interceptors(settings, identity, Rules(), Watch(), tokens, streams)]
    line = (ROOT / CHAIN_FILE).read_text().partition("def interceptors")[0].count("\n") + 1
    where = f"{CHAIN_FILE}:{line}"
    same(chain, CHAIN, where, "every call must pass it", f"say in CHAIN of {__name__} why it stands there")
    findings(
        f"{where}: {found} stands where {wanted} must, which {CHAIN[wanted]}: put them back"
        for found, wanted in zip(chain, CHAIN, strict=True)
        if found != wanted
    )


def lacking_owners(service: Service, root: Path) -> Iterator[str]:
    """The RPCs of a service whose object's owner its `__main__` gives no look-up for."""
    path = f"services/{service.name}/__main__.py"
    tree = ast.parse((root / path).read_text())
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".serves")
    ]
    named = [each.value for call in calls for each in call.keywords if each.arg == "owners"]
    tables = [_table(tree, each) for each in (*named, *(call.args[1] for call in calls if len(call.args) > 1))]
    given = {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    for rpc, entry in ACCESS.items():
        owner = (entry["owner"] or {}).get("field")
        if rpc.split(".")[1] == service.name and owner and owner != SELF_NAMING and owner not in given:
            name = rpc.rpartition("/")[2]
            where = Places(root / "proto").rpc(f"{service.name}.{name}")
            line = calls[0].lineno if calls else 1
            yield f"{path}:{line}: {name} names its owner by {owner} ({where}): give owners= a look-up of it"


def _table(tree: ast.Module, node: ast.expr) -> ast.Dict:
    """A table that is written where it is given, or under a name before."""
    named = [each.value for each in ast.walk(tree) if isinstance(each, ast.Assign | ast.AnnAssign)
             and ast.unparse(each).startswith(f"{ast.unparse(node)}")]  # fmt: skip
    return next((each for each in (node, *named) if isinstance(each, ast.Dict)), ast.Dict([], []))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_owner_is_looked_up(service: Service) -> None:
    findings(lacking_owners(service, ROOT))
