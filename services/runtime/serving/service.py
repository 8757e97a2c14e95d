"""One service of the mesh, declared in its `__main__` as a table of contents: store, peers, events, servicer, work."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import grpc
from google.protobuf.message import Message

from services.runtime.audit.anchoring import Anchoring
from services.runtime.audit.chain import Signer
from services.runtime.audit.indexing import audit_index
from services.runtime.audit.proving import prover
from services.runtime.audit.sealing import Chaining
from services.runtime.audit.servicer import AuditServicer
from services.runtime.audit.settings import AuditSettings
from services.runtime.dynamic.following import DynamicSettings
from services.runtime.dynamic.setting import Table
from services.runtime.errors import Unavailable
from services.runtime.events.inbox import Subscriptions
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.outbox import Outbox
from services.runtime.events.read_ahead import ReadAhead
from services.runtime.events.registry import RegistrySettings
from services.runtime.observing import logging, tracing
from services.runtime.periodic import Periodic
from services.runtime.secrets import loading
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.events import Events
from services.runtime.serving.interceptors.ownership import OwnerOf
from services.runtime.serving.rpcs import StartError
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.key_care import KeyCare
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.ports import Store
from services.runtime.stores.search_index import SearchSettings
from services.runtime.stores.wrapping import KeyWrapping, wrapping_of

if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao


class ServiceSettings(Protocol):
    """What every service's settings have; `peers` besides, where it calls others."""

    @property
    def server(self) -> ServerSettings:
        """The process."""
        ...

    @property
    def kafka(self) -> KafkaSettings:
        """The broker."""
        ...

    @property
    def registry(self) -> RegistrySettings:
        """The schema registry."""
        ...

    @property
    def audit(self) -> AuditSettings:
        """What the audit trail is signed with."""
        ...

    @property
    def openbao(self) -> OpenBaoSettings | None:
        """The key service, where there is one."""
        ...

    @property
    def sealing_key_file(self) -> Path:
        """What wraps data keys where there is none."""
        ...

    @property
    def search(self) -> SearchSettings | None:
        """The search engine, where there is one."""
        ...


class Resource(Protocol):
    """What is connected to something outside of the process; a method `check` raises when that cannot be used."""

    def close(self) -> None:
        """Closes the connections."""
        ...


class StoreResource(ArchivingStore, Resource, Protocol):
    """A database with what the runtime keeps in it."""


# What is to expire expires on a day; each replica looks, and one finds it.
_ERASURE_SECONDS = 3_600.0
_REWRAP_SECONDS = 86_400.0
R = TypeVar("R", bound=Resource)
S = TypeVar("S", bound=StoreResource)


class Service(ServerBuilder):
    """A process with a store and events. In `__main__`: store, publishes, peers, serves, listens, background, run.

    Whatever is named is checked before calls are taken, and closed at the very end, the last first.
    `refresh_secrets` fetches what is new of the secrets that the process is delivered. `dynamic` are its dynamic
    settings out of `table`; every one that is declared to be read here is followed before the start.
    """

    def __init__(self, settings: ServiceSettings, table: Table) -> None:
        super().__init__(settings.server)
        self._all = settings
        self._store: Store | None = None
        self._events: Events | None = None
        self._trail: AuditServicer | None = None
        bao, name = loading.openbao_of(settings.openbao), self.settings.name
        self.dynamic = DynamicSettings(table, name)
        self._follow_own()
        self._bao, self._delivery = bao, loading.delivery_of(bao, self.dynamic.take)
        self.requires(self.dynamic.check)
        self.requires(self._first_settings)
        if bao is not None and self._delivery is not None:
            asked = bao.settings.refresh_seconds, bao.settings.refresh_jitter
            self.background(Periodic(name, f"{name}.delivery", self._deliver, *asked))

    def refresh_secrets(self) -> None:
        """Fetches what is new of all that the process is delivered, at once; errors.Unavailable without OpenBao."""
        loading.refresh(self._delivery)

    @property
    def key_service(self) -> "OpenBao | None":
        """The client of the key service, signed in as this service; None where there is none."""
        return self._bao

    @cached_property
    def wrapping(self) -> KeyWrapping:
        """What wraps the data keys of its store."""
        return wrapping_of(self._all.sealing_key_file, self._bao)

    def store(self, database: S) -> S:
        """Keeps state, outbox, inbox and the answers to idempotent calls in `database`; named before its events.

        What is audited there is chained from then on, the chain anchored and indexed where there is a search engine,
        and all of it read by the service for it that each has beside its own.
        """
        self._store = database
        self.closes(database.close)
        self._events = Events(self, database, self._all.kafka, self._all.registry)
        signer = Signer(self.settings.name, self._all.audit.key_file)
        index = audit_index(self._all.search, signer.service, database)
        if index is not None:
            self.closes(index.close)
            self.background(index.periodic())
        self._trail = AuditServicer(signer.service, database, index)
        self.add(self._trail, store=database)
        anchoring = Anchoring(signer.service, database, self._events.producer, prover(self._bao))
        self.requires(anchoring.check)
        self.background(Chaining(database, signer).periodic())
        self.background(anchoring.periodic())
        care = KeyCare(database, self.settings.name)
        self.background(Periodic(self.settings.name, f"{self.settings.name}.erasure", care.erase, _ERASURE_SECONDS))
        self.background(Periodic(self.settings.name, f"{self.settings.name}.rewrap", care.rewrap, _REWRAP_SECONDS))
        return database

    @property
    def trail(self) -> AuditServicer:
        """What answers for its audit trail; StartError before its store is named."""
        if self._trail is None:
            raise StartError(f"{self.settings.name} reads its trail before it names its store")
        return self._trail

    def own_cipher(self, database: Store) -> OwnCipher:
        """The cipher under the service's own key, which is there before the first call; named after its store."""
        made = OwnCipher(database, self._all.sealing_key_file)
        self.requires(made.load)
        return made

    def uses(self, resource: R) -> R:
        """Works with something outside, such as files or a cache: checks it if it can be, and closes it."""
        self.closes(resource.close)
        if (check := getattr(resource, "check", None)) is not None:
            self.requires(check)
        return resource

    def publishes(self, event_message: Callable[[object], Message]) -> Outbox:
        """The outbox of the service's units of work; `event_message` turns an event of the model into its message."""
        return self._traffic().publish(event_message)

    def listens(self, subscriptions: Subscriptions, read_ahead: ReadAhead | None = None) -> None:
        """Has every event of a subscribed kind handled, once and in order; `read_ahead` is shown batches before."""
        self._traffic().listen(subscriptions, read_ahead)

    def peer(self, name: str) -> grpc.Channel:
        """A channel to the service `name` at the address that `settings.peers` has; StartError when it has none."""
        target = getattr(getattr(self._all, "peers", None), name, None)
        if target is None:
            raise StartError(f"{self.settings.name} calls {name}, of which its settings have no address")
        return self.channel(name, target)

    def serves(self, servicer: Any, owners: Mapping[str, OwnerOf] | None = None) -> None:
        """Takes calls by the rules of the servicer's contract; see ServerBuilder.add for `owners`."""
        self.add(servicer, owners=owners or {}, store=self._store)

    def _deliver(self) -> None:
        loading.refresh(self._delivery, all_of_it=False)

    def _first_settings(self) -> None:
        # Before the first call, and without OpenBao too: then those that were in force last.
        try:
            self.refresh_secrets()
        except Unavailable:
            if self._delivery is not None:
                self._delivery.restore()

    def _follow_own(self) -> None:
        """What a process of any service follows."""
        begun, follow = self.settings, self.dynamic.follow
        follow("log_level", logging.set_level, begun.log_level.upper())
        follow("trace_ratio", tracing.set_ratio, begun.trace_ratio)
        follow("streams_each", self.streams.share, begun.streams.each)
        follow("streams_percent", self.streams.admit, 100)

    def _traffic(self) -> Events:
        if self._events is None:
            raise StartError(f"{self.settings.name} names events before its store")
        return self._events
