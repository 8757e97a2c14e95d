"""docs/platform.md: what a platform provides before anything of ours is deployed to it; made of the manifests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from services.catalog import SERVICES, Service, Storage
from services.runtime.stores import mongo_schema
from stack import pki
from stack.mesh import analysis, jobs
from stack.mesh.environment import DELIVERED, Json
from stack.servers import postgres

BASE = Path(__file__).resolve().parents[2] / "k8s" / "base"
_ARGO = f"""- **Argo CD** 3.2 or later and **Argo Rollouts** 1.8 or later, where deploys go by them
  (`docs/delivery.md`). At Argo CD the clusters have the names of the places. The controller of Rollouts reaches
  Prometheus at `{analysis.PROMETHEUS}`, whose certificate it trusts; each
  series of a service has the label `{analysis.VERSION}`, which is its pod's `rollouts-pod-template-hash`.
"""
_HEAD = (
    """# What the platform provides

Made by `make gen` of the manifests, not by hand. The Jobs of `k8s/base/bootstrap` look whether it is there before they
make anything, and say what is missing: `reach-bootstrap` the parts, `<service>-bootstrap` what is of one service.

- **Kubernetes** 1.29 or later, with a network plugin that enforces NetworkPolicies, and a metrics server. With an
  adapter that serves `loanflow_consumer_lag` of Prometheus as an external metric (prometheus-adapter), listeners also
  scale by what waits for them; without one by the processor alone.
- **Istio** 1.27 or later, with istio-cni (no pod may change its node's routes: the namespace enforces the Pod Security
  Standard `restricted`), native sidecars, and the trust domain `loanflow.local`.
- **The parts** at the hosts of `k8s/base/platform.yaml`, with TLS. PostgreSQL 16 or later; Kafka as *Who may do what on
  the bus* in README.md has it, with `spiffe://loanflow.local/ns/loanflow/sa/deploy` for an administrator.
- **A collector** of metrics in the namespace `observability`, with the rules, the boards and the configuration of
  Alertmanager of `k8s/observability`. Of Alertmanager it mounts the key of PagerDuty's integration at
  `/etc/alertmanager/secrets/pagerduty`; the links of its pages lead to `docs/runbooks` below `https://docs.loanflow.example`.
- **A collector** of logs and spans, of `k8s/observability/collector`: with a Secret `collector-tls` (`tls.crt`,
  `tls.key`, of `collector.observability.svc.cluster.local`) and a ConfigMap `authority` (`ca.crt`) beside it, and with
  VictoriaLogs and Zipkin at the hosts that it names, by TLS. `python -m stack.observability.archive --bucket … keep`
  takes what the first has to an object store every hour, whose bucket removes it after the years of
  `stack/observability/tiers.py`.
"""
    + _ARGO
    + """
## In Kubernetes, in the namespace `loanflow`

| what | keys | |
|---|---|---|
| Secret `edge-public`, of type `kubernetes.io/tls` | `tls.crt`, `tls.key` | certificate of the public name |
| ConfigMap `authority`, optional | `ca.pem` | the authority of that certificate, if it is a private one |
"""
)
_OPENBAO = f"""
## In OpenBao

Its sign-in `jwt` trusts the cluster's tokens of service accounts, with the audience `openbao`. A role of each name
below binds the service account of that name (`stack/servers/engines.py:service_account_role`) to a policy
(`stack/servers/openbao.py`). `database/config/postgres` signs in as the role `rotator`; the engines `pki` and `transit`
have a role and a key for each service; `pki` has roles for `{pki.DEPLOY}` and `{pki.OPERATOR}` besides, `transit` a key
`anchor-<service>`, of type `ed25519`.

A service that seals papers may do so with a key `seal-<service>` there, of type `ecdsa-p256`: have its public half
certified (`transit/keys/seal-<service>/csr`), put the certificates, the leaf first, into the field `seal-chain` of
`kv/<service>`, and set `LOANFLOW_SEAL_CHAIN_FILE` to `/run/loanflow/seal-chain`. Without it `seal-key` seals.

| role | account | policy | fields of `kv/<role>` |
|---|---|---|---|
"""
_LOGINS = """
## At the parts

| for | log-in | what it may |
|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _secrets())
    openbao = "".join(f"| {' | '.join(row)} |\n" for row in _openbao())
    logins = "".join(f"| {' | '.join(row)} |\n" for row in _logins())
    return _HEAD + rows + _OPENBAO + openbao + _LOGINS + logins


def secrets() -> dict[str, list[str]]:
    """The Secrets with the authorities of the parts, as the pods of k8s/base mount them: the keys of each."""
    found: dict[str, list[str]] = {}
    for path in sorted(BASE.rglob("*.yaml")):
        for made in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
            for secret in _mounted(made):
                if "items" in secret:
                    found.setdefault(secret["secretName"], []).extend(each["key"] for each in secret["items"])
    return {name: sorted(set(keys)) for name, keys in sorted(found.items())}


def _mounted(made: Any) -> Iterator[Any]:
    """The Secrets that the pods of an object mount, wherever its kind has their template."""
    if isinstance(made, dict):
        if "secretName" in made:
            yield made
        for each in made.values():
            yield from _mounted(each)
    for each in made if isinstance(made, list) else ():
        yield from _mounted(each)


def _secrets() -> Iterator[tuple[str, str, str]]:
    for name, keys in secrets().items():
        yield f"Secret `{name}`", _coded(keys), "authorities of the parts' certificates"


def _pod(made: Json) -> Json:
    found: Json = made.get("spec", {}).get("template", {}).get("spec", {})
    return found


def _openbao() -> Iterator[tuple[str, str, str, str]]:
    for each in SERVICES:
        yield f"`{each.name}`", f"`{each.name}`", "`policy`", _coded(jobs.kept(each))
        job = jobs.name_of(each)
        yield f"`{job}`", f"`{job}`", "`bootstrap_policy`", _coded(_delivered(each))
    yield f"`{pki.DEPLOY}`", f"`{pki.DEPLOY}`", "`deploy_policy`", "`registry-password`"
    yield f"`{pki.OPERATOR}`", f"`{pki.OPERATOR}`", "`operator_policy`", "`anchors-secret-key`"


def _delivered(service: Service) -> list[str]:
    """What a service's Job is delivered by OpenBao."""
    _, job, *_ = jobs.manifests(service)
    env = _pod(job)["containers"][0]["env"]
    files = (each.get("value", "") for each in env)
    return [file.removeprefix(f"{DELIVERED}/") for file in files if file.startswith(f"{DELIVERED}/")]


def _logins() -> Iterator[tuple[str, str, str]]:
    yield (
        "OpenBao",
        f"`{postgres.ROTATOR}` at PostgreSQL",
        "`CREATEROLE`; no more: each Job lets it change one password",
    )
    for each in SERVICES:
        if each.storage is Storage.POSTGRES:
            yield each.name, f"`{each.name}_bootstrap` at PostgreSQL", "`CREATEROLE CREATEDB`"
        else:
            both = f"`{each.name}` and `{mongo_schema.trail(each.name)}`"
            yield each.name, f"`{each.name}_bootstrap` at MongoDB", f"`userAdmin` and `dbAdmin` on {both}"
        named = {setting.group for setting in jobs.asked(jobs.name_of(each))}
        if "registry" in named:
            yield each.name, f"`{each.name}-bootstrap` at the schema registry", "registers schemas"
        yield each.name, f"`{each.name}` at the schema registry", "reads schemas"
        if "objects" in named:
            bucket = f"the bucket `loanflow-{each.name}`"
            yield each.name, f"access key `loanflow-{each.name}-bootstrap` at S3", f"makes {bucket}"
            yield each.name, f"access key `loanflow-{each.name}` at S3", f"reads and writes objects of {bucket}"
    yield "topics and rights", f"`{pki.DEPLOY}` at the schema registry", "administers it"


def _coded(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
