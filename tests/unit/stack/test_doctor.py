"""The doctor judges by the trials of the alerts themselves: well in health, and what is wrong named in the fault."""

import re
from pathlib import Path

import httpx
import pytest

from stack.layout import Layout
from stack.observability import doctor, rules
from stack.observability.alert import Alert, Course
from stack.observability.standing import Sample, judge

# Of one moment; the others need a history.
JUDGED = {
    "ServiceDown", "ServiceNotReady", "FilesShort", "MemoryNearLimit", "DeadLetters", "DeadLettersMany", "EventsParked",
    "OutboxOld", "OutboxRefused", "ConsumerStalled", "ConsumerBehind", "ConsumerHoldsNothing", "TopicMissing",
    "EdgeDown", "UpstreamUnhealthy", "EdgeStopsAccepting", "StoreDown", "BrokerDown", "RedisDown", "KeyServiceDown",
    "ProviderDown", "CertificateEnds", "DiskNearlyFull", "MachineMemoryShort", "BackupOld", "RefusalNoticesLate",
    "AuditChainStuck", "AuditViolations", "AuditOld", "AuditIndexBehind", "DecisionsLate", "RefusalReviewsOverdue",
    "RefusalReviewsWait", "SigningOverdue", "TelemetryDown", "RiskScoresDrifted", "RiskProbabilityLow",
    "RiskRankingWeak", "RevaluationsOverdue", "RiskCharacteristicDrifted", "MessagesHeldUp",
}  # fmt: skip
# As prometheus_client writes it, and Envoy.
RECORDED = """# HELP loanflow_dead_letters Dead letters that were neither replayed nor discarded.
# TYPE loanflow_dead_letters gauge
loanflow_dead_letters{service="kyc"} 3.0
# HELP loanflow_ready 1 while the process is to be used, as its health says.
# TYPE loanflow_ready gauge
loanflow_ready 1.0
# TYPE process_open_fds gauge
process_open_fds 118.0
process_max_fds 1024.0
# TYPE envoy_cluster_membership_healthy gauge
envoy_cluster_membership_healthy{envoy_cluster_name="kyc"} 0
"""


def series(text: str) -> tuple[str, dict[str, str]]:
    name, _, listed = text.partition("{")
    return name, dict(re.findall(r'(\w+)="([^"]*)"', listed))


def value(course: Course, phases: tuple[int, ...], ended: int) -> float | None:
    """What it stands at when so many phases are over."""
    levels = (course.healthy, course.faulty, course.healthy)
    if not course.grows:
        return levels[ended - 1]
    return sum((level or 0) * minutes for level, minutes in zip(levels[:ended], phases[:ended], strict=True))


def samples(alert: Alert, ended: int) -> tuple[list[Sample], float]:
    found = []
    for text, course in alert.courses.items():
        name, labels = series(text)
        standing = value(course, alert.phases, ended)
        if standing is not None:
            found.append(Sample(name, labels, standing))
    return found, 60.0 * sum(alert.phases[:ended])


def test_it_judges_what_can_be_judged_at_one_look() -> None:
    assert {each.name for each in rules.ALERTS if judge(each.expr, [], 0) is not None} == JUDGED


@pytest.mark.parametrize("alert", [each for each in rules.ALERTS if each.name in JUDGED], ids=lambda each: each.name)
def test_it_says_of_a_trial_what_prometheus_would(alert: Alert) -> None:
    assert judge(alert.expr, *samples(alert, 1)) == []
    [told] = judge(alert.expr, *samples(alert, 2)) or []
    assert alert.labels.items() <= told.items()


def test_it_reads_what_is_exposed() -> None:
    found = doctor.samples_of(RECORDED, job="services", instance="kyc:1", service="kyc")
    wrong, judged = doctor.found(found, 0)
    assert [(alert.name, dict(labels)) for alert, labels in wrong] == [
        ("EdgeDown", {}),
        ("UpstreamUnhealthy", {"envoy_cluster_name": "kyc", "service": "kyc"}),
        ("DeadLetters", {"service": "kyc"}),
    ]
    assert judged == len(JUDGED)


def answers(monkeypatch: pytest.MonkeyPatch, kyc: httpx.Response | None) -> None:
    """Has the kyc service answer so, and every other call fail: a unit test opens no socket."""

    def get(url: str, timeout: float) -> httpx.Response:
        if kyc is None or ":31104/" not in url:
            raise httpx.ConnectError("nobody listens")
        kyc.request = httpx.Request("GET", url)
        return kyc

    monkeypatch.setattr(httpx, "get", get)


def test_what_answers_is_up_and_what_does_not_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://127.0.0.1:31104/metrics"
    answers(monkeypatch, httpx.Response(200, text=RECORDED))
    up, *more = doctor.scrape(url, "services", service="kyc")
    assert (up.name, up.value) == ("up", 1)
    assert Sample("loanflow_dead_letters", {"job": "services", "instance": url, "service": "kyc"}, 3) in more
    answers(monkeypatch, None)
    assert [(each.name, each.value) for each in doctor.scrape(url, "services", service="kyc")] == [("up", 0)]


def test_it_says_what_is_wrong_in_the_services_own_words_and_which_runbook_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unready = [Sample("loanflow_ready", {"job": "services", "service": "kyc"}, 0), Sample("up", {"job": "edge"}, 1)]
    monkeypatch.setattr(doctor, "look", lambda _: unready)
    monkeypatch.setattr(Layout, "of", lambda base: Layout(base, tmp_path))
    answers(monkeypatch, httpx.Response(503, text="Relay died\n"))
    assert doctor.main(["--base", "31000"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "critical  kyc: it runs and says that it is not to be used",
        "          it says: Relay died",
        "          docs/runbooks/service-down.md",
    ]


def test_it_is_content_when_nothing_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    well = [Sample("loanflow_ready", {"job": "services", "service": "kyc"}, 1), Sample("up", {"job": "edge"}, 1)]
    monkeypatch.setattr(doctor, "look", lambda _: well)
    monkeypatch.setattr(Layout, "of", lambda base: Layout(base, tmp_path))
    assert doctor.main(["--base", "31000"]) == 0
    assert capsys.readouterr().out.startswith("nothing is wrong, as far as ")
