"""Lives of loans over REST at the gateway, with everything behind it in pods, while those are replaced."""

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.catalog import SERVICES
from stack.demo import endings
from stack.demo.applicants import Applicant, read
from stack.demo.endings import Ending
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff, create_staff
from stack.layout import Layout
from stack.mesh.environment import NAMESPACE
from stack.watchlist import people
from stack.watchlist.__main__ import write
from stack.watchlist.exposed import exposed
from tests.cluster.conftest import Cluster

_APPLICANTS = Path(endings.__file__).with_name("applicants.csv")


@pytest.fixture(scope="module")
def watchlist(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What customers are screened against, given to the service in its pod."""
    file = tmp_path_factory.mktemp("list") / "watchlist.json"
    write(file, [*people.listed(), *exposed()])
    load = ["-m", "services.kyc.lists", "load", "/dev/stdin", "--source", "opensanctions"]
    cluster.inside("kyc", *load, given=file.read_text())


@pytest.fixture(scope="module")
def staff(cluster: Cluster, watchlist: None) -> Staff:
    """The lender's staff, the first two of whom are invited in the pod of auth."""

    def invite(_: Layout, words: Sequence[str]) -> str:
        return cluster.inside("auth", "-m", *words)

    return create_staff(cluster.session(), cluster.layout, invite)


def journey(cluster: Cluster, staff: Staff, kept: Path, applicant: Applicant) -> LoanJourney:
    """The journey of an applicant at the gateway."""
    return LoanJourney(cluster.session(), staff, applicant, kept, cluster.layout.mails)


def test_a_loan_is_applied_for_paid_out_and_repaid(cluster: Cluster, staff: Staff, kept: Path) -> None:
    made = journey(cluster, staff, kept, read(_APPLICANTS)[0])
    endings.live(made, Ending.REPAID)
    assert len(made.events()) > 20


def test_every_service_is_replaced_under_load_and_no_call_fails(cluster: Cluster) -> None:
    ended, answers = threading.Event(), Counter[str]()

    def ask() -> None:
        with cluster.client() as client:
            while not ended.wait(0.05):
                answer = client.get(f"{cluster.url}/api/v1/facilities")
                answers["200" if answer.status_code == 200 else f"{answer.status_code} {answer.text[:200]}"] += 1

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for each in asking:
        each.start()
    try:
        for name in ("application", "auth", "edge"):
            cluster.said("--namespace", NAMESPACE, "rollout", "restart", f"deployment/{name}")
            cluster.said("--namespace", NAMESPACE, "rollout", "status", f"deployment/{name}", "--timeout=110s")
    finally:
        ended.set()
        for each in asking:
            each.join()
    assert set(answers) == {"200"}
    assert answers["200"] > 50


@pytest.mark.parametrize("name", ["anchors", "scheduler", "bus-sweep"])
def test_timed_jobs_come_to_their_end(cluster: Cluster, name: str) -> None:
    job = f"{name}-tried-{int(time.time())}"
    cluster.said("--namespace", NAMESPACE, "create", "job", job, f"--from=cronjob/{name}")
    wait = ["wait", "--for=condition=complete", "--timeout=110s", f"job/{job}"]
    done = cluster.kubectl("--namespace", NAMESPACE, *wait)
    logs = cluster.kubectl("--namespace", NAMESPACE, "logs", f"job/{job}", "--all-containers", "--tail=20").stdout
    assert done.returncode == 0, logs


def test_autoscalers_know_how_much_processor_is_taken(cluster: Cluster) -> None:
    found = cluster.read("horizontalpodautoscalers")["items"]
    known = {each["metadata"]["name"] for each in found if "averageUtilization" in json.dumps(each["status"])}
    assert known >= {each.name for each in SERVICES}


def test_nothing_is_left_to_find_in_the_mesh(cluster: Cluster) -> None:
    found = cluster.analyzed()
    assert found.returncode == 0, found.stdout + found.stderr
