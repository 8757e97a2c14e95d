"""What alerts and boards ask of the edge is what an Envoy with the generated configuration exposes."""

import httpx
import pytest

from tests.contract.conftest import RunningEdge
from tests.contract.exposed import SCRAPED, Exposed, of_text
from tests.contract.findings import findings
from tests.contract.promql import parsed
from tests.contract.test_edge import OFFERS
from tests.contract.test_observability import queries
from tests.waiting import until


@pytest.fixture(scope="module")
def exposed(edge: RunningEdge) -> Exposed:
    """What it exposes once it has answered a call; histograms come with the next flush of figures."""
    assert httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER")).status_code == 200
    address = f"http://127.0.0.1:{edge.base + 90}/stats/prometheus"
    found = list[Exposed]()

    def whole() -> bool:
        found[:] = [of_text(httpx.get(address).text, SCRAPED)]
        return "envoy_http_downstream_rq_time_bucket" in found[0].labels

    until(whole)
    return found[0]


def test_every_metric_and_label_of_the_edge_is_exposed(exposed: Exposed) -> None:
    wrong = []
    for where, query in queries():
        asked, grouped = parsed(query)
        ours = [exposed.labels.get(series.name, frozenset()) for series in asked if series.name.startswith("envoy_")]
        if ours:
            wrong += [f"{where}: no series has the label {label}" for label in grouped - set().union(*ours)]
        for series in asked:
            if not series.name.startswith("envoy_"):
                continue
            if series.name not in exposed.labels:
                wrong.append(f"{where}: {series.name}")
            for label in {label for label, _, _ in series.matchers} - exposed.labels.get(series.name, frozenset()):
                wrong.append(f"{where}: {series.name} has no label {label}")
    findings(wrong, "name one that Envoy exposes at /stats/prometheus of its admin port")
