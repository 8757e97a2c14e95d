"""Who made an anchor: a signature over the whole of it, under a key that the service may use and never has.

Any service may write to the topic of anchors, and reads what the others wrote there. The head's own signature says
nothing of the time, and is made with a key that the service has in a file. So each service has an Ed25519 key of the
transit engine for its anchors; it alone may sign with it, and only the job that keeps anchors reads the public halves.
Every version of the key has its number in what it signed: after a rotation earlier anchors verify as before.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.runtime.audit.anchoring import Anchor
from services.runtime.audit.settings import ANCHOR_KEYS, anchor_key

if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao

# By service, then by the version of its key; 32 bytes each.
PublicKeys = Mapping[str, Mapping[int, bytes]]
_ATTESTATION = re.compile(r"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]{86}==)", re.ASCII)


def prover(bao: "OpenBao | None") -> Callable[[Anchor], Anchor]:
    """What puts its attestation into an anchor; errors.Unavailable. Without a key service it has none."""
    return (lambda anchor: anchor) if bao is None else lambda anchor: _proven(bao, anchor)


def public_keys(bao: "OpenBao") -> PublicKeys:
    """The keys of every service that has one, as they are now; errors.Unavailable.

    The deploy makes a key for each service of the table, and no service may make one: a name without is none of them.
    """
    names = bao.ask(lambda client: client.adapter.list("/v1/transit/keys"))["data"]["keys"]
    services = [name.removeprefix(ANCHOR_KEYS) for name in names if name.startswith(ANCHOR_KEYS)]
    return {service: _versions(bao, service) for service in services}


def is_proven(anchor: Anchor, keys: Mapping[int, bytes]) -> bool:
    """Whether one of these versions of a service's key signed exactly this anchor."""
    found = _ATTESTATION.fullmatch(anchor.attestation)
    key = keys.get(int(found[1])) if found else None
    if found is None or key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(found[2]), anchor.claimed())
    except InvalidSignature:
        return False
    return True


def _proven(bao: "OpenBao", anchor: Anchor) -> Anchor:
    claimed = base64.b64encode(anchor.claimed()).decode()
    answer = bao.write(f"transit/sign/{anchor_key(anchor.service)}", input=claimed)
    return replace(anchor, attestation=str(answer["signature"]))


def _versions(bao: "OpenBao", service: str) -> dict[int, bytes]:
    found = bao.read(f"transit/keys/{anchor_key(service)}")["keys"]
    return {int(version): base64.b64decode(key["public_key"]) for version, key in found.items()}
