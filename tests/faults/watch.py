"""Who is told of a fault, how soon, and until when: Prometheus and Alertmanager look at the stack, in a hurry.

The rules are those of the platform, ten times as fast (tests/hurried.py). A fault has its alerts: none of them is told
before it, each of them during it, and none when it is over; of each PagerDuty's stand-in has a page of its severity
with its runbook, and then that it is over. Of the other faults nobody is woken: whatever is wrong in them is so for
less time than the real alert waits.
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from services import catalog
from stack import folders
from stack.install import DONE
from stack.layout import Layout, write_private
from stack.observability.alert import ALERTMANAGER, CRITICAL, SERVICES
from stack.servers import alertmanager, exporters, prometheus, providers
from tests import hurried
from tests.faults.spans import FIRING, Span, spans
from tests.faults.watched import AFTER_SECONDS, ALERTS, Watched, within
from tests.started import started
from tests.waiting import until

# What looks further back is still told of a fault when the next one begins.
_LINGERS_SECONDS = 120.0
LINGERING = frozenset(name for name, each in ALERTS.items() if hurried.reach_seconds(each) > _LINGERS_SECONDS)
# As long as what waits for three minutes takes to be told, of what was wrong before.
_FIRST_SECONDS = 60 * 3 / hurried.FACTOR


@dataclass
class Watch:
    """Looks at a stack. `standing` was told when it began; `pages` are looked for where Alertmanager is there."""

    layout: Layout
    pages: bool
    standing: frozenset[str] = frozenset()

    def begin(self, alerts: Sequence[str]) -> Watched:
        """Before a fault that has these alerts: waits until none of them is told, and none that wakes somebody.

        A warning of another kind may be: a machine on which others work is slow, and says so.
        """
        patience = max([_LINGERS_SECONDS, *(hurried.reach_seconds(ALERTS[each]) for each in alerts)]) + AFTER_SECONDS
        within(patience, lambda: not self._early(alerts))
        early = self._early(alerts)
        found = Watched(self, alerts)
        if early:
            found.problems.append(f"told before the fault: {', '.join(sorted(early))}")
        return found

    def _early(self, alerts: Sequence[str]) -> set[str]:
        return {
            name
            for name in self.firing()
            if name in alerts or (ALERTS[name].severity == CRITICAL and name not in self.standing | LINGERING)
        }

    def firing(self) -> set[str]:
        """The alerts that are told now, by name."""
        told = self.asked("query", query=f'ALERTS{{alertstate="{FIRING}"}}')
        return {each["metric"]["alertname"] for each in told}

    def spans(self, since: float) -> list[Span]:
        """The times since then in which alerts were told, or about to be, of each of whom they are told."""
        step = hurried.interval_seconds()
        return spans(self.asked("query_range", query="ALERTS", start=since, end=time.time(), step=step), step)

    def kept(self) -> list[Path]:
        """The pages that PagerDuty's stand-in has taken."""
        return list(providers.kept(self.layout).glob("*-page.json"))

    def asked(self, how: str, **words: str | float) -> list[dict[str, Any]]:
        """What Prometheus answers."""
        answer = httpx.get(f"{prometheus.url(self.layout)}/api/v1/{how}", params=words).raise_for_status().json()
        return list(answer["data"]["result"])

    def sees(self) -> bool:
        """Whether every service was looked at, and whatever else there is, and answers."""
        up = {(each["metric"]["job"], each["metric"].get("service")): each["value"][1] for each in self.asked(
            "query", query="max by (job, service) (up)"
        )}  # fmt: skip
        wanted = {(SERVICES, name) for name in catalog.BY_NAME}
        return up.keys() > wanted and set(up.values()) == {"1"}


@contextmanager
def watching(layout: Layout) -> Iterator[Watch]:
    """A look at the stack as long as the block lasts; pages where Alertmanager was built (`make alerts` builds it)."""
    exporters.look_for()
    found = Watch(layout, pages=(folders.alertmanager() / DONE).exists())
    exporters.blackbox_prepare(layout)
    _prepare(layout, pages=found.pages)
    programs = {
        "blackbox": (exporters.blackbox_command(layout), exporters.blackbox_ready),
        "node": (exporters.node_command(layout), exporters.node_ready),
        "prometheus": (prometheus.command(layout), prometheus.ready),
    }
    with ExitStack() as running:
        if found.pages:
            alertmanager.prepare(layout)
            file = layout.folder(alertmanager.FOLDER) / "alertmanager.yml"
            write_private(file, yaml.safe_dump(hurried.pages(layout), sort_keys=False))
            running.enter_context(started(layout, "pager", alertmanager.command(layout), alertmanager.ready))
        for name, (command, ready) in programs.items():
            running.enter_context(started(layout, name, command, ready))
        until(found.sees, "a look at everything")
        time.sleep(_FIRST_SECONDS)
        found.standing = frozenset(found.firing())
        yield found


def _prepare(layout: Layout, *, pages: bool) -> None:
    """Rules and looks, brief; a stand-in counts for its service, as faults put it in its place."""
    prometheus.prepare(layout)
    folder = layout.folder(prometheus.FOLDER)
    shutil.rmtree(folder / "data", ignore_errors=True)
    for name, content in hurried.rules().items():
        write_private(folder / "rules" / name, yaml.safe_dump(content, sort_keys=False))
    looking = hurried.looking(layout)
    looks = {each["job_name"]: each for each in looking["scrape_configs"]}
    looks[SERVICES]["static_configs"] += [
        {"targets": [f"127.0.0.1:{layout.ports.metrics(name, standby=True)}"], "labels": {"service": name}}
        for name in catalog.BY_NAME
    ]
    if not pages:
        del looking["alerting"], looks[ALERTMANAGER]
    looking["scrape_configs"] = list(looks.values())
    write_private(folder / "prometheus.yml", yaml.safe_dump(looking, sort_keys=False))
