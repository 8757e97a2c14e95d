"""OpenBao, which speaks the API of Vault: it keeps the secrets of the services, and the keys that wrap data keys.

One node with integrated storage, TLS 1.3 on loopback and an audit file. It opens itself after a restart by a key file,
in whose place a KMS or an HSM stands in production. Each service signs in by its certificate, and may do what `policy`
lists under paths of its own name; what is there for it, engines.py makes.
"""

import json
import secrets
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hvac
import psutil
import requests

from services import catalog
from services.runtime.audit.settings import ANCHOR_KEYS, anchor_key
from services.runtime.secrets import private_files
from services.runtime.secrets.delivery import SETTINGS_PATH
from stack import pki, programs, variables
from stack.layout import Layout, write_private

# Patience for one answer: its first start, with the log of its storage to be made, takes long on a busy machine.
_SECONDS = 30
# The sign-in of the deploy step for the time after it: it renews the certificates of others.
RENEWER = "renewer"
# Whose database passwords OpenBao rotates: it has a plugin for PostgreSQL, and none for the API of MongoDB.
ROTATING = tuple(s.name for s in catalog.SERVICES if s.storage is catalog.Storage.POSTGRES)


def command(layout: Layout) -> list[str]:
    """The server with its settings file."""
    return [programs.openbao(), "server", f"-config={layout.folder('openbao') / 'openbao.hcl'}"]


def prepare(layout: Layout) -> None:
    """Writes the settings, and the key by which it opens itself."""
    folder, leaf = layout.folder("openbao"), layout.pki / "openbao"
    (folder / "raft").mkdir(mode=0o700, exist_ok=True)
    seal = folder / "seal.key"
    if not seal.exists():
        seal.touch(0o600)
        seal.write_bytes(secrets.token_bytes(32))
    settings = f"""
ui = false
disable_mlock = true
pid_file = "{_pid_file(layout)}"
api_addr = "{url(layout)}"
cluster_addr = "https://127.0.0.1:{layout.ports.of("openbao cluster")}"
storage "raft" {{
  path = "{folder / "raft"}"
  node_id = "local"
  # It is alone: without this it waits five to ten seconds for a leader before it leads.
  performance_multiplier = 1
}}
listener "tcp" {{
  address = "127.0.0.1:{layout.ports.of("openbao")}"
  cluster_address = "127.0.0.1:{layout.ports.of("openbao cluster")}"
  tls_cert_file = "{leaf / "tls.pem"}"
  tls_key_file = "{leaf / "tls.key"}"
  tls_client_ca_file = "{layout.pki / "ca.pem"}"
  tls_min_version = "tls13"
}}
seal "static" {{
  current_key_id = "local"
  current_key = "file://{seal}"
}}
audit "file" "to-file" {{
  options {{
    file_path = "{folder / "audit.log"}"
  }}
}}
"""
    write_private(folder / "openbao.hcl", settings)


def ready(layout: Layout) -> None:
    """Returns when it answers, opened or not yet initialised."""
    answer = requests.get(f"{url(layout)}/v1/sys/health", verify=str(layout.pki / "ca.pem"), timeout=2)
    if answer.status_code not in (200, 501):
        raise ConnectionError(f"OpenBao answers {answer.status_code}")


def settle(layout: Layout) -> None:
    """Initialises it the first time; then each service's key, policy and sign-in, however often."""
    admin = client(layout)
    token = layout.folder("openbao") / "root-token"
    if not admin.sys.is_initialized():
        made = admin.adapter.put("/v1/sys/init", json={"recovery_shares": 1, "recovery_threshold": 1})
        write_private(token, made["root_token"])
    admin.token = token.read_text()
    _active(admin)
    mounts, methods = admin.sys.list_mounted_secrets_engines(), admin.sys.list_auth_methods()
    if "transit/" not in mounts["data"]:
        admin.sys.enable_secrets_engine("transit")
    if "cert/" not in methods["data"]:
        admin.sys.enable_auth_method("cert")
    for name in catalog.BY_NAME:
        admit(layout, admin, name, policy(name))
    admit(layout, admin, pki.OPERATOR, operator_policy())
    admit(layout, admin, RENEWER, renewer_policy(), pki.DEPLOY)


def admit(layout: Layout, admin: Any, name: str, rules: str, workload: str = "") -> None:
    """Makes a policy and the sign-in by the certificate of a workload, that of this name unless said otherwise.

    For a service its wrapping key, too, the one by which it proves its anchors, and the one that seals its papers.
    """
    if name not in (pki.OPERATOR, RENEWER):
        admin.secrets.transit.create_key(name)
        admin.secrets.transit.create_key(anchor_key(name), key_type="ed25519")
    if seals(name):
        admin.secrets.transit.create_key(_seal_key(name), key_type="ecdsa-p256")
    admin.sys.create_or_update_policy(name, rules)
    signs_in = {
        "certificate": (layout.pki / "ca.pem").read_text(),
        "allowed_uri_sans": [pki.spiffe_id(workload or name)],
        "token_policies": [name],
        "token_ttl": "1h",
    }
    admin.adapter.post(f"/v1/auth/cert/certs/{name}", json=signs_in)


def policy(name: str) -> str:
    """What a service may do there: wrap and unwrap under its key, prove its anchors, read its secrets, be issued its
    certificate; and where it seals papers, sign with that key, and see the public halves of its versions.
    """
    asked = ("transit/encrypt", "transit/decrypt", "transit/rewrap", "pki/sign")
    seen = ("transit/keys", "kv/data", "kv/metadata", *(["database/static-creds"] if name in ROTATING else []))
    rules = {f"{path}/{name}": ["update"] for path in asked} | {f"{path}/{name}": ["read"] for path in seen}
    rules[f"transit/sign/{anchor_key(name)}"] = ["update"]
    rules[SETTINGS_PATH] = ["read"]
    if seals(name):
        rules |= {f"transit/sign/{_seal_key(name)}": ["update"], f"transit/keys/{_seal_key(name)}": ["read"]}
    return _policy(rules)


def seals(name: str) -> bool:
    """Whether a service seals papers, and may do so with a key that is here."""
    return name in catalog.BY_NAME and any(each.path == "seal_chain_file" for each in variables.of_service(name))


def _seal_key(name: str) -> str:
    # It brings a typesetter, 8 MB, and the renewer, which runs all the time, makes no key.
    from services.papers.seal_keys import seal_key

    return seal_key(name)


def bootstrap_policy(name: str) -> str:
    """What the bootstrap of a service may do there: read its own secrets, see that the service's are there, by their
    names alone, and hand the password of the service's database role over.
    """
    seen = ("kv/subkeys/{0}", "transit/keys/{0}", "pki/roles/{0}", "kv/data/{0}-bootstrap", "kv/metadata/{0}-bootstrap")
    rules = {path.format(name): ["read"] for path in (*seen, f"transit/keys/{anchor_key(name)}")}
    if name in ROTATING:
        rules[f"database/static-roles/{name}"] = ["create", "update", "read"]
    return _policy(rules)


def deploy_policy() -> str:
    """What the deploy step may do there: be issued its certificate, and read the password of its log-ins."""
    rules = {f"pki/sign/{pki.DEPLOY}": ["update"]}
    return _policy(rules | {f"kv/{each}/{pki.DEPLOY}": ["read"] for each in ("data", "metadata")})


def operator_policy() -> str:
    """What the operator may do there: read dynamic settings, and write the next version; no version is destroyed.

    The job that keeps anchors runs as the operator, and sees whose they are by the public halves of the keys.
    """
    return _policy(
        {
            SETTINGS_PATH: ["create", "update", "read"],
            SETTINGS_PATH.replace("/data/", "/metadata/"): ["read"],
            "transit/keys": ["list"],
            f"transit/keys/{ANCHOR_KEYS}*": ["read"],
            # In a cluster the job is delivered what it shows to the broker and to the bucket.
            **{f"kv/{each}/{pki.OPERATOR}": ["read"] for each in ("data", "metadata")},
            f"pki/sign/{pki.OPERATOR}": ["update"],
        }
    )


def renewer_policy() -> str:
    """What the renewer may do there: be issued certificates for others, and read the edge's dynamic settings."""
    return _policy({SETTINGS_PATH: ["read"], **{f"pki/sign/{name}": ["update"] for name in pki.RENEWED}})


def take_certificate(layout: Layout) -> None:
    """Has the running server read its certificate anew; PermissionError when its word on who it is, is another's."""
    file = _pid_file(layout)
    process, owner = psutil.Process(int(private_files.read(file))), file.parent.stat().st_uid
    # The server's account wrote the number: it may have nobody signalled but itself.
    if process.uids().real != owner:
        raise PermissionError(f"{file} names a process of another account")
    process.send_signal(signal.SIGHUP)


def _pid_file(layout: Layout) -> Path:
    return layout.folder("openbao") / "openbao.pid"


def _policy(rules: Mapping[str, list[str]]) -> str:
    return json.dumps({"path": {path: {"capabilities": may} for path, may in rules.items()}}, indent=1)


def rotate(layout: Layout, name: str) -> None:
    """Makes a new version of a service's wrapping key; what the ones before have wrapped stays readable."""
    client(layout, signed_in=True).secrets.transit.rotate_key(name)


def client(layout: Layout, *, signed_in: bool = False) -> Any:
    """A client, with all rights once it is `signed_in`."""
    made = hvac.Client(url=url(layout), verify=str(layout.pki / "ca.pem"), timeout=_SECONDS)
    if signed_in:
        made.token = (layout.folder("openbao") / "root-token").read_text()
    return made


def url(layout: Layout) -> str:
    """Where it listens."""
    return f"https://127.0.0.1:{layout.ports.of('openbao')}"


def _active(admin: Any) -> None:
    """Waits until the one node leads; a few seconds after its first start."""
    until = time.monotonic() + 3 * _SECONDS
    while time.monotonic() < until:
        answer = requests.get(f"{admin.url}/v1/sys/health", verify=admin._adapter._kwargs["verify"], timeout=2)
        if answer.status_code == 200:
            return
        time.sleep(0.1)
    raise ConnectionError("OpenBao does not become active")
