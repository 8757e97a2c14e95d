"""What every call passes through, in its order."""

from dataclasses import dataclass, field

import grpc

from services.runtime.calling.identity import Identity
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.events.catching_up import CatchingUp
from services.runtime.serving.interceptors.access import CheckAccess
from services.runtime.serving.interceptors.admission import AdmitStreams, StreamLimits
from services.runtime.serving.interceptors.audience import HideTexts
from services.runtime.serving.interceptors.catch_up import CatchUp
from services.runtime.serving.interceptors.conflicts import RetryConflicts
from services.runtime.serving.interceptors.context import BindContext
from services.runtime.serving.interceptors.decoding import Decode
from services.runtime.serving.interceptors.errors import MapErrors
from services.runtime.serving.interceptors.idempotency import Idempotency
from services.runtime.serving.interceptors.ids import NormaliseIds
from services.runtime.serving.interceptors.measure import Measure
from services.runtime.serving.interceptors.ownership import CheckOwnership, OwnerOf
from services.runtime.serving.interceptors.reasons import CheckReasons
from services.runtime.serving.interceptors.telemetry import Trace
from services.runtime.serving.interceptors.validation import Validate
from services.runtime.serving.rpcs import Rpc
from services.runtime.serving.settings import ServerSettings
from services.runtime.serving.streams import Watch
from services.runtime.stores.ports import Store


@dataclass
class Rules:
    """The RPCs that are served, by path, with the look-up of the owner and the store of answers that each needs.

    `consumer` is that of the process, where it has one.
    """

    rpcs: dict[str, Rpc] = field(default_factory=dict)
    owners: dict[str, OwnerOf] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    consumer: CatchingUp | None = None


def interceptors(
    settings: ServerSettings,
    identity: Identity,
    rules: Rules,
    watch: Watch,
    tokens: TokenVerifier,
    streams: StreamLimits,
) -> list[grpc.ServerInterceptor]:
    """The interceptors of a server, outermost first."""
    ownership = CheckOwnership(rules.rpcs, rules.owners)
    return [
        BindContext(),
        Trace(),
        Measure(),
        MapErrors(),
        Decode(),
        CheckAccess(rules.rpcs, identity, tokens),
        AdmitStreams(streams, watch),
        NormaliseIds(),
        Validate(ownership.before_refusal),
        CatchUp(rules.consumer),
        ownership,
        RetryConflicts(),
        Idempotency(rules.rpcs, rules.stores),
        CheckReasons(settings.reasons),
        HideTexts(),
    ]
