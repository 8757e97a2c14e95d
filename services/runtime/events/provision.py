"""`python -m services.runtime.events.provision`: makes the topics, and gives each workload the rights of gen/acls.json.

A step of every deploy, by an administrator of the brokers: what is missing is added, and a right that the contract does
not list is taken away. Settings: LOANFLOW_KAFKA_*; LOANFLOW_PROVISION_TRUST_DOMAIN and _NAMESPACE, of which principals
are made (User:spiffe://<trust domain>/ns/<namespace>/sa/<workload>), _PARTITIONS and _REPLICAS of new topics.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import (  # type: ignore[attr-defined]  # names that it exports without saying so
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
)
from confluent_kafka.cimpl import NewTopic

from services.runtime import settings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.provenance import generated

_PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class ProvisionSettings:
    """How principals are named, and how new topics are made."""

    trust_domain: str = "loanflow.local"
    namespace: str = "loanflow"
    partitions: int = 12
    replicas: int = 3


@dataclass(frozen=True)
class _Environment:
    kafka: KafkaSettings
    provision: ProvisionSettings


def provision(kafka: KafkaSettings, wanted: ProvisionSettings) -> str:
    """Brings the brokers to what the contract says; gives one line on what was changed. KafkaException."""
    # Kept until the last answer: a client that is collected fails its own questions.
    admin = AdminClient(kafka.client())
    table = generated("acls.json")
    rights = [binding(each, wanted) for each in table]
    known = admin.list_topics(timeout=_PATIENCE_SECONDS).topics
    names = {right["name"] for right in table if right["resource"] == "TOPIC"}
    missing = [NewTopic(name, wanted.partitions, wanted.replicas) for name in sorted(names - known.keys())]
    if missing:
        _await(admin.create_topics(missing, operation_timeout=_PATIENCE_SECONDS).values())
    present = admin.describe_acls(_filter(None, None, None)).result(_PATIENCE_SECONDS)
    added = [right for right in rights if right not in present]
    if added:
        _await(admin.create_acls(added).values())
    extra = [right for right in present if right not in rights]
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


def _await(answers: Iterable[Future[Any]]) -> None:
    for answer in answers:
        answer.result(_PATIENCE_SECONDS)


def main() -> None:
    """The command."""
    environment = settings.load(_Environment)
    print(provision(environment.kafka, environment.provision))


if __name__ == "__main__":
    main()
