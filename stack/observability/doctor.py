"""`python -m stack.observability.doctor`: looks at a stack that runs, and says what is wrong and which runbook helps.

It asks what Prometheus would: each service, the edge, the parts, the disk, the archiver. Of the alerts it judges those
that need no history. Its exit status is 1 when something is wrong.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from services import catalog
from stack import folders
from stack.backup.parts import FIGURES, begun
from stack.layout import Layout
from stack.observability import rules
from stack.observability.alert import CRITICAL, EDGE, MACHINE, PARTS, SERVICES, Alert
from stack.observability.standing import Labels, Sample, judge
from stack.part import Part, Stage
from stack.parts import table

# What has not answered by then is taken for one that does not.
PATIENCE_SECONDS = 5.0


def samples_of(text: str, **scraped: str) -> list[Sample]:
    """The figures of a text in Prometheus' format, with the labels that a scrape adds."""
    return [
        Sample(sample.name, {**scraped, **sample.labels}, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def scrape(url: str, job: str, **labels: str) -> list[Sample]:
    """What is exposed at an address, and `up`, which is 0 when nothing is."""
    try:
        answer = httpx.get(url, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
    except httpx.HTTPError:
        return [Sample("up", {"job": job, "instance": url, **labels}, 0)]
    up = Sample("up", {"job": job, "instance": url, **labels}, 1)
    return [up, *samples_of(answer.text, job=job, instance=url, **labels)]


def said(layout: Layout, service: str) -> str:
    """What a service says of itself; empty when it is well, or says nothing."""
    try:
        address = f"http://127.0.0.1:{layout.ports.metrics(service)}/health/{service}"
        answer = httpx.get(address, timeout=PATIENCE_SECONDS)
    except httpx.HTTPError:
        return ""
    return "" if answer.is_success else answer.text.strip()


def look(layout: Layout) -> list[Sample]:
    """Every figure of this moment."""
    asked = [part for part in table(layout.brokers) if part.stage is Stage.PARTS and part.command and part.ready]
    with ThreadPoolExecutor(max_workers=8) as pool:
        services = pool.map(
            lambda name: scrape(f"http://127.0.0.1:{layout.ports.metrics(name)}/metrics", SERVICES, service=name),
            catalog.BY_NAME,
        )
        edge = pool.submit(scrape, f"http://127.0.0.1:{layout.ports.of('edge admin')}/stats/prometheus", EDGE)
        parts = pool.map(lambda part: _asked(layout, part), asked)
        found = [each for samples in services for each in samples]
        return [*found, *edge.result(), *parts, *_machine(layout)]


def _asked(layout: Layout, part: Part) -> Sample:
    answers = 1.0
    try:
        assert part.ready is not None
        part.ready(layout)
    except Exception:
        # Whatever its client raises: it is not ready.
        answers = 0.0
    return Sample("probe_success", {"job": PARTS, "part": part.name, "instance": part.name}, answers)


def _machine(layout: Layout) -> Iterator[Sample]:
    labels = {"job": MACHINE, "instance": "here"}
    disk, memory = psutil.disk_usage(str(layout.state)), psutil.virtual_memory()
    on = {**labels, "mountpoint": str(layout.state)}
    yield Sample("node_filesystem_avail_bytes", on, disk.free)
    yield Sample("node_filesystem_size_bytes", on, disk.total)
    yield Sample("node_memory_MemAvailable_bytes", labels, memory.available)
    yield Sample("node_memory_MemTotal_bytes", labels, memory.total)
    if begun(layout):
        written = layout.figures / FIGURES
        yield from samples_of(written.read_text() if written.exists() else "", **labels)


def found(samples: list[Sample], now: float) -> tuple[list[tuple[Alert, Labels]], int]:
    """What is wrong, the critical first; and how many alerts could be judged."""
    judged = [(alert, judge(alert.expr, samples, now)) for alert in rules.ALERTS]
    wrong = [(alert, labels) for alert, told in judged for labels in told or ()]
    return sorted(wrong, key=lambda each: each[0].severity != CRITICAL), sum(told is not None for _, told in judged)


def lines(layout: Layout) -> tuple[list[str], bool]:
    """What is wrong with a stack, for people, and whether anything is."""
    wrong, judged = found(look(layout), time.time())
    if not wrong:
        return [f"nothing is wrong, as far as {judged} of {len(rules.ALERTS)} alerts can be judged at one look"], False
    told = []
    for alert, labels in wrong:
        told.append(f"{alert.severity:<9} {alert.summary.format(**labels)}")
        if labels.get("service") in catalog.BY_NAME and (text := said(layout, labels["service"])):
            told.append(f"{'':<9} it says: {text}")
        told.append(f"{'':<9} {Path(rules.RUNBOOKS) / alert.runbook}.md")
    return told, True


def main(words: list[str]) -> int:
    """Looks once; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m stack.observability.doctor", description="What is wrong?")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    told, wrong = lines(Layout.of(parser.parse_args(words).base))
    print(*told, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
