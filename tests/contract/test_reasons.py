"""Reasons in the code against those that the comments of the RPCs list, with the gRPC code of each."""

from collections import defaultdict
from collections.abc import Mapping

import pytest

from proto.evolution.versions import build, read
from proto.plugins.access import methods
from proto.plugins.errors import listed
from proto.review.places import Places
from services.catalog import SERVICES, Service
from services.runtime import errors
from services.runtime.serving.interceptors.reasons import GENERAL
from tests.contract.conftest import ROOT
from tests.contract.findings import findings
from tests.contract.raising import Cut, Sources

CODES = {name: each.code for name, each in vars(errors).items() if isinstance(each, type) and hasattr(each, "code")}
# Calls that the names suggest and the code does not make, or whose refusal goes no further.
CUTS: Mapping[str, Mapping[Cut, str]] = {
    "activation": {
        ("_obstacle", "check_payout"): "is caught there, and becomes the failure of the payout",
        ("_obstacle", "standing"): "is caught there, and becomes the failure of the payout",
        ("_send", "send"): "the payee was compared with the approved one right before",
    },
    "kyc": {
        ("with_identity", "check"): "is a field of the evidence",
        ("_own_papers", "check"): "is a field of the evidence",
    },
    "agreement": {
        ("made", "contract"): "is a field of the stored agreement",
        ("signers", "contract"): "is a field of the stored agreement",
        ("_made", "contract"): "is a field of the stored agreement",
        ("files", "contract"): "is a field of the stored agreement",
        ("_certified", "signatures"): "is a field of what a copy shows",
        ("_fetch", "_sign"): "is caught there, and has what was signed rejected",
        ("_send", "_envelope"): "is caught there, and ends the signing",
        ("_sign_times", "signed"): "is a field of what a provider says of an envelope",
        ("change", "_made"): "a text that cannot be printed was refused when the agreement was made",
    },
    "auth": {
        ("decide_authorization", "authenticated"): "what is wrong with the credentials is caught there, and shown",
    },
    "customer": {
        ("_made", "register"): "is that of the customer, and looks at nothing",
    },
    "application": {
        ("ListApplicationStatuses", "__post_init__"): "asks by status alone",
        ("list_loans", "__post_init__"): "narrows a filter to a customer, with the dates that it had",
        ("_filtered", "__post_init__"): "is the filter's type, and makes none",
        ("page", "__post_init__"): "is the filter's type, and makes none",
        ("to_own_filter", "__post_init__"): "filters by no date",
    },
    "repayment": {
        ("GetStatement", "statement"): "is the use case, and not the sheet of the same name",
        ("_post", "payoff"): "is the account's, which takes any day",
        ("reverse", "_post"): "takes back what was paid, so more is owed",
        ("waive", "_post"): "takes back a fee that is owed",
        ("_work", "_post"): "charges a fee, so more is owed",
    },
}
LISTED: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
_CONTRACT = read(build(ROOT))
for _path, _place, _ in methods(_CONTRACT):
    for _code, _reasons in listed(_CONTRACT, _place):
        for _reason in _reasons:
            LISTED[_path][_reason].add(_code)
RPCS = [
    (service, path) for service in SERVICES for path, _, _ in methods(_CONTRACT) if path.split(".")[1] == service.name
]
SOURCES = {each.name: Sources(ROOT / "services" / each.name, CUTS.get(each.name, {})) for each in SERVICES}


@pytest.mark.parametrize(("service", "path"), RPCS, ids=[path for _, path in RPCS])
def test_an_rpc_lists_every_reason_that_it_may_raise(service: Service, path: str) -> None:
    known, name = LISTED[path].keys() | GENERAL, path.rpartition(".")[2]
    where = Places(ROOT / "proto").rpc(f"{service.name}.{path.rpartition('/')[2]}")
    findings(
        f"{each.line}: raises {each.reason}, which the comment of {name} does not list: list it there ({where})"
        for each in SOURCES[service.name].raised_by(path.rpartition("/")[2])
        if each.reason not in known
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_reason_comes_with_the_code_that_is_listed(service: Service) -> None:
    codes: dict[str, set[str]] = defaultdict(set)
    for path in (path for each, path in RPCS if each is service):
        for reason, found in LISTED[path].items():
            codes[reason] |= found
    findings(
        f"{each.line}: raises {each.reason} with {CODES[each.error]}, and the contract lists it with "
        f"{', '.join(sorted(codes[each.reason]))}: raise the error of that code"
        for each in SOURCES[service.name].everything()
        if each.error in CODES and each.reason in codes and CODES[each.error] not in codes[each.reason]
    )


def test_every_cut_is_needed() -> None:
    for service, path in RPCS:
        list(SOURCES[service.name].raised_by(path.rpartition("/")[2]))
    unused = [f"{name}: {cut}" for name, cuts in CUTS.items() for cut in cuts if cut not in SOURCES[name].used]
    findings([f"tests/contract/test_reasons.py:1: cuts nothing in {each}" for each in unused], "take it out")
