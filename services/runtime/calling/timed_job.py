"""The command of a timed job: has a service do the work of a business date, call by call, until it says it is complete.

It calls under the identity of the scheduler, and can be ended and started again at any point. Settings:
LOANFLOW_PEERS_<service>, and LOANFLOW_SERVER_PKI_FOLDER or, behind a sidecar of the mesh,
LOANFLOW_SERVER_PEER_FROM=xfcc.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import grpc
from google.protobuf.message import Message

from services.runtime import context
from services.runtime.calling import clients
from services.runtime.calling.sidecar import PeerFrom, identity_of
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.settings import load

_CALLER = "scheduler"
_CALL_SECONDS = 60.0


@dataclass(frozen=True)
class MeshSettings:
    """Where the scheduler's certificate is, or who has it."""

    pki_folder: Path | None = None
    peer_from: PeerFrom = "tls"
    trust_domain: str = "loanflow.local"


class JobSettings(Protocol):
    """What every job's settings have, beside where its service is."""

    @property
    def server(self) -> MeshSettings:
        """The scheduler's own."""


S = TypeVar("S", bound=JobSettings)


@dataclass(frozen=True)
class TimedJob(Generic[S]):
    """The job `name`, such as `daily run`, of a service, which is at `target`.

    `call` is one call for a business date (ISO 8601). Its answer has a field `complete`; of its numbers, `counts` are
    of this call alone and are added up, `standing` are of the run so far. Both by field, with what they are called.
    The job fails when the number `failed` is not 0.
    """

    service: str
    name: str
    settings: type[S]
    target: Callable[[S], str]
    call: Callable[[grpc.Channel, str], Message]
    counts: Mapping[str, str]
    failed: str
    standing: Mapping[str, str] = field(default_factory=dict)

    def main(self, arguments: list[str]) -> int:
        """Runs it for --date, today unless said; the exit status: 0, or 1 with the reason on standard error."""
        parser = argparse.ArgumentParser(prog=f"python -m services.{self.service}.scheduler", description=__doc__)
        today = SystemClock().today()
        parser.add_argument("--date", type=date.fromisoformat, default=today, help="the business date (today)")
        day = parser.parse_args(arguments).date.isoformat()
        try:
            found = self._run(load(self.settings), day)
        except Error as refused:
            print(f"the {self.name} of {day} is not complete: {refused.message}", file=sys.stderr)
            return 1
        named = {**self.counts, **self.standing}
        print(f"{self.name} of {day} complete: {', '.join(f'{text} {found[each]}' for each, text in named.items())}")
        if found[self.failed]:
            print(f"{named[self.failed]}: {found[self.failed]}; the log of the service says why", file=sys.stderr)
        return 1 if found[self.failed] else 0

    def _run(self, settings: S, day: str) -> dict[str, int]:
        """What it did, by field."""
        mesh, done = settings.server, dict.fromkeys(self.counts, 0)
        identity = identity_of(_CALLER, mesh.peer_from, mesh.pki_folder, mesh.trust_domain)
        with (
            clients.channel(self.service, self.target(settings), identity, _CALL_SECONDS) as channel,
            context.background(_CALLER, f"{self.service}.scheduler"),
        ):
            while True:
                answer = self.call(channel, day)
                done = {each: count + getattr(answer, each) for each, count in done.items()}
                if answer.complete:  # type: ignore[attr-defined]  # a field of every such answer
                    return done | {each: getattr(answer, each) for each in self.standing}
