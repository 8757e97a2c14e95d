"""Which events partners may get, by the option `scopes` of the contract's events, and what of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.message import Message

from loanflow.options.v1 import scope_pb2
from services.notification.notices import NOTICES, SILENT
from services.notification.webhook_model import Occurrence
from services.runtime.context import EventMeta
from services.runtime.events.avro import event_option

_VERSIONS = 1_000
# Ids of persons who work for the lender are none of a partner's business.
_STAFF = frozenset({"officer_id"})


@dataclass(frozen=True)
class PassOn:
    """An event goes to the webhooks that want it: its objects by the names of its fields, and what it is about."""

    event_type: str
    customer_id: str
    about: str
    object_ids: Mapping[str, str]

    def occurrence(self, meta: EventMeta, now: datetime) -> Occurrence:
        """What is kept of it. Its place in the order is when it came; at the same moment, the version of its object."""
        place = int(now.timestamp() * 1000) * _VERSIONS + min(meta.aggregate_version, _VERSIONS - 1)
        return Occurrence(
            meta.unique_id, self.event_type, meta.time, self.customer_id, self.about, self.object_ids, place, now
        )


def scopes_of(kind: type[Message]) -> frozenset[str]:
    """The names of the scopes by any of which a partner gets events of a kind; empty for none."""
    return frozenset(map(scope_name, event_option(kind.DESCRIPTOR).scopes))


def scope_name(scope: int) -> str:
    """How a scope of the contract is written."""
    values: Any = scope_pb2.Scope.DESCRIPTOR.values_by_number
    return str(values[scope].GetOptions().Extensions[scope_pb2.scope_name])


def scopes_by_type(kinds: Iterable[type[Message]]) -> dict[str, frozenset[str]]:
    """The types of event that partners may get, with the scopes of each, in the order of the alphabet."""
    found = {str(event_option(kind.DESCRIPTOR).type): scopes_of(kind) for kind in kinds}
    return {event_type: scopes for event_type, scopes in sorted(found.items()) if scopes}


def to_pass_on(event: Any) -> PassOn:
    """The command of an event."""
    names = [field.name for field in event.DESCRIPTOR.fields if field.name.endswith("_id")]
    ids = {name: str(getattr(event, name)) for name in names if name not in _STAFF and getattr(event, name)}
    about = getattr(event, "application_id", "") or event.customer_id
    return PassOn(str(event_option(event.DESCRIPTOR).type), event.customer_id, about, ids)


SCOPES: Mapping[str, frozenset[str]] = scopes_by_type([*(notice.event for notice in NOTICES), *SILENT])
