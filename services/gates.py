"""The form in which a service lists its gates: the steps of a loan that it lets through, and on which facts.

Each service has its own in `gates.py`; `make gen` joins them in gen/docs/gates.md. A gate asks the owner of a fact, or
keeps of which version the fact was: a copy that an event brings lags behind, so nothing that counts is decided by it.
"""

from dataclasses import dataclass
from enum import Enum


class Source(Enum):
    """How a gate knows a fact; the value says how fresh it is."""

    ROW = "the service's own row, locked or compared when the step is committed"
    CALL = "the owner is asked over the mesh, in the same call"
    PIN = "a version that was kept when the fact was established, held against the owner's present one"
    EVENT = "the owner's event, which nothing the owner does later takes back"
    COPY = "a copy that the owner's events keep, and that lags: what it lets through too late counts nowhere else"
    REQUEST = "the request itself"
    SETTING = "the service's own settings, which stay as they are while it runs"


@dataclass(frozen=True)
class Fact:
    """What has to be true: whose fact it is, how it is known, and the reason of the refusal when it is not true.

    `ask` names the RPC by which the owner is asked, such as `DocumentService.GetChecklist`; empty for other sources.
    """

    name: str
    owner: str
    source: Source
    refusal: str
    ask: str = ""


@dataclass(frozen=True)
class Gate:
    """One step. `passes` are the RPCs that take it, or the events on which the service takes it by itself.

    `actions` are the moves of the application's status machine that follow from it.
    """

    step: str
    passes: tuple[str, ...]
    facts: tuple[Fact, ...]
    actions: tuple[str, ...] = ()
