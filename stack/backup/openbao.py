"""OpenBao's part of a backup: a snapshot of its storage, sealed as it is by the key that opens it.

It goes back whole into a server that is made anew for it and has the same seal key. That key, and the token of the
administrator, are in no backup: docs/runbooks/restore.md says who keeps them. The newest snapshot is always the one
that is restored, for it has every key that any store's rows were sealed under.
"""

import time
from typing import Any

import hvac
import requests

from stack.backup.vault import Damaged, Kept, Vault
from stack.layout import Layout
from stack.servers import openbao

_CHUNK = 1024 * 1024
_SECONDS, _POLL_SECONDS = 90.0, 0.2


def version(layout: Layout) -> str:
    """The server's version."""
    return str(openbao.client(layout).sys.read_health_status(method="GET")["version"])


def copy(layout: Layout, vault: Vault, name: str) -> Kept:
    """Seals a snapshot."""
    answer: requests.Response = openbao.client(layout, signed_in=True).sys.take_raft_snapshot()
    answer.raise_for_status()
    return vault.put(name, answer.iter_content(_CHUNK))


def put_back(layout: Layout, vault: Vault, name: str) -> None:
    """Restores a snapshot into a server that runs and is empty; Damaged when it does not open it."""
    admin = openbao.client(layout)
    if admin.sys.is_initialized():
        raise Damaged("OpenBao is not empty: its storage is put aside before a restore")
    made = admin.adapter.put("/v1/sys/init", json={"recovery_shares": 1, "recovery_threshold": 1})
    admin.token = made["root_token"]
    _wait(layout, admin)
    snapshot = vault.read(name)
    answer = requests.post(
        f"{openbao.url(layout)}/v1/sys/storage/raft/snapshot-force", data=snapshot, timeout=_SECONDS,
        headers={"X-Vault-Token": admin.token}, verify=str(layout.pki / "ca.pem"),
    )  # fmt: skip
    if not answer.ok:
        raise Damaged(f"OpenBao takes no snapshot {name}: {answer.text.strip()[:300]}")
    # The administrator's token is that of the snapshot again.
    _wait(layout, openbao.client(layout, signed_in=True))


def _wait(layout: Layout, client: Any) -> None:
    """Returns when the server leads and knows the token."""
    deadline, last = time.monotonic() + _SECONDS, ""
    while time.monotonic() < deadline:
        try:
            client.auth.token.lookup_self()
        except (hvac.exceptions.VaultError, requests.RequestException) as error:
            last = str(error)
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise Damaged(f"OpenBao does not open, or does not know the administrator's token: {last}")
