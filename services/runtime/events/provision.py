"""`python -m services.runtime.events.provision`: makes the topics, and gives each workload the rights of gen/acls.json.

A step of every deploy, by an administrator of the brokers: what is missing is added, and a right that the contract does
not list is taken away; with --keep it stays, as long as an earlier version that needs it may still run.

Settings: LOANFLOW_KAFKA_*; LOANFLOW_PROVISION_TRUST_DOMAIN and _NAMESPACE, of which principals are made
(User:spiffe://<trust domain>/ns/<namespace>/sa/<workload>), _PARTITIONS and _REPLICAS of new topics. With
LOANFLOW_REGISTRY_* it also has the schema registry demand compatibility, and with LOANFLOW_OPENBAO_* it is delivered
its certificate and the registry's password.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # names that it exports without saying so
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
)
from confluent_kafka.cimpl import NewTopic

from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.provenance import generated
from services.runtime.events.registry import Registry, RegistrySettings
from services.runtime.secrets.loading import load
from services.runtime.secrets.settings import OpenBaoSettings

_PATIENCE_SECONDS, _PAUSE_SECONDS = 20, 0.1


@dataclass(frozen=True)
class ProvisionSettings:
    """How principals are named, and how new topics are made."""

    trust_domain: str = "loanflow.local"
    namespace: str = "loanflow"
    partitions: int = 12
    replicas: int = 3


@dataclass(frozen=True)
class Settings:
    """Where the brokers are, under an administrator's certificate; and the registry, if it is to be set up, too.

    With `openbao` the certificate is issued there, and the registry's password kept.
    """

    kafka: KafkaSettings
    provision: ProvisionSettings
    registry: RegistrySettings | None = None
    openbao: OpenBaoSettings | None = None


def provision(kafka: KafkaSettings, wanted: ProvisionSettings, *, keep: bool = False) -> str:
    """Brings the brokers to what the contract says; gives one line on what was changed. KafkaException.

    With `keep` nothing is taken away.
    """
    # Kept until the last answer: a client that is collected fails its own questions.
    admin = AdminClient(kafka.client())
    table = generated("acls.json")
    rights = [binding(each, wanted) for each in table]
    known = admin.list_topics(timeout=_PATIENCE_SECONDS).topics
    names = {right["name"] for right in table if right["resource"] == "TOPIC"}
    missing = [NewTopic(name, wanted.partitions, wanted.replicas) for name in sorted(names - known.keys())]
    if missing:
        _await(admin.create_topics(missing, operation_timeout=_PATIENCE_SECONDS).values())
    present = _rights(admin)
    added = [right for right in rights if right not in present]
    if added:
        _await(admin.create_acls(added).values())
        _await_rights(admin, added)
    extra = [] if keep else [right for right in present if right not in rights]
    if extra:
        _await(admin.delete_acls([_only(right) for right in extra]).values())
    return f"{len(missing)} topics made, {len(added)} rights given, {len(extra)} taken away; {len(rights)} in all"


def binding(right: dict[str, str], wanted: ProvisionSettings) -> AclBinding:
    """A right of gen/acls.json as Kafka has it."""
    return AclBinding(
        right["resource"],
        right["name"],
        ResourcePatternType.LITERAL,
        f"User:spiffe://{wanted.trust_domain}/ns/{wanted.namespace}/sa/{right['principal']}",
        "*",
        AclOperation[right["operation"]],
        AclPermissionType.ALLOW,
    )


def _filter(name: Any, principal: Any, host: Any, **kinds: Any) -> AclBindingFilter:
    """A filter; None of a text and ANY of a kind match all, which the stubs of the client do not know."""
    any_ = {"restype": "ANY", "resource_pattern_type": "ANY", "operation": "ANY", "permission_type": "ANY"}
    return AclBindingFilter(name=name, principal=principal, host=host, **(any_ | kinds))


def _only(right: AclBinding) -> AclBindingFilter:
    kinds = ("restype", "resource_pattern_type", "operation", "permission_type")
    return _filter(right.name, right.principal, right.host, **{kind: getattr(right, kind) for kind in kinds})


def _rights(admin: AdminClient) -> list[AclBinding]:
    found: list[AclBinding] = admin.describe_acls(_filter(None, None, None)).result(_PATIENCE_SECONDS)
    return found


def _await_rights(admin: AdminClient, added: Sequence[AclBinding]) -> None:
    """The controller has them at once, the brokers that go by them seconds later: who starts then is refused."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while missing := {*added} - {*_rights(admin)}:
        if time.monotonic() > deadline:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"{len(missing)} rights do not reach the broker"))
        time.sleep(_PAUSE_SECONDS)


def _await(answers: Iterable[Future[Any]]) -> None:
    for answer in answers:
        answer.result(_PATIENCE_SECONDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.events.provision", description="Topics, rights.")
    parser.add_argument("--keep", action="store_true", help="take no right away")
    keep: bool = parser.parse_args(arguments).keep
    environment = load(Settings)
    print(provision(environment.kafka, environment.provision, keep=keep))
    if environment.registry is not None:
        registry = Registry(environment.registry)
        try:
            registry.demand_compatibility()
        finally:
            registry.close()
        print("the schema registry refuses what is not compatible with all earlier schemas")


if __name__ == "__main__":
    main()
