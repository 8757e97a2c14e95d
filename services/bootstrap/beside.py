"""What a service needs besides its database: its bucket, the change of its password by OpenBao, its schemas."""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.runtime import errors
from services.runtime.audit.settings import anchor_key
from services.runtime.events.avro import event_classes
from services.runtime.events.registry import Registry, RegistrySettings
from services.runtime.files.objects import ObjectsSettings
from services.runtime.secrets.client import OpenBao

# How often OpenBao changes the password of a service's role at PostgreSQL.
ROTATION_PERIOD = "24h"
_ABSENT = {"404", "NoSuchBucket"}


def static_role(service: str) -> dict[str, object]:
    """How OpenBao keeps the password of a service's role at PostgreSQL."""
    return {"db_name": "postgres", "username": service, "rotation_period": ROTATION_PERIOD}


def rotation(bao: OpenBao, service: str) -> Iterator[str]:
    """Hands the password of the service's role over to OpenBao; a line when it was not. errors.Unavailable."""
    path = f"database/static-roles/{service}"
    try:
        bao.read(path)
    except LookupError:
        bao.write(path, **static_role(service))
        yield f"had OpenBao set the password of {service}, and change it every {ROTATION_PERIOD}"


def not_kept(bao: OpenBao, service: str, fields: tuple[str, ...]) -> Iterator[str]:
    """What of the service's own secrets OpenBao lacks, by their names alone: no value is read here."""
    try:
        present = bao.read(f"kv/subkeys/{service}").get("subkeys") or {}
    except LookupError:
        present = {}
    for each in fields:
        if each not in present:
            yield f"OpenBao has no {each} at kv/{service}: bao kv patch kv/{service} {each}=…"
    made = (
        (f"transit/keys/{service}", "wrapping key"),
        (f"transit/keys/{anchor_key(service)}", "key of anchors"),
        (f"pki/roles/{service}", "role for certificates"),
    )
    for path, what in made:
        try:
            bao.read(path)
        except LookupError:
            yield f"OpenBao has no {what} at {path}: make it as stack/servers/openbao.py and engines.py do"


def bucket(settings: ObjectsSettings) -> Iterator[str]:
    """Makes the bucket; a line when it was missing. errors.Unavailable."""
    client = _client(settings)
    try:
        client.head_bucket(Bucket=settings.bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ABSENT:
            raise errors.Unavailable(f"the store refuses {settings.access_key} to look at {settings.bucket}") from error
        client.create_bucket(Bucket=settings.bucket)
        yield f"made the bucket {settings.bucket}"
    except BotoCoreError as error:
        raise errors.Unavailable(f"the store at {settings.url} does not answer") from error


def schemas(settings: RegistrySettings, service: str) -> Iterator[str]:
    """Registers the schemas of the service's events; a line for each version that is new.

    registry.Incompatible when earlier ones would not be understood with one; errors.Unavailable.
    """
    registry = Registry(settings)
    try:
        for kind in event_classes(service):
            name = kind.DESCRIPTOR.full_name
            if not registry.has(name):
                registry.register(name)
                yield f"registered the schema of {name}"
    finally:
        registry.close()


def _client(settings: ObjectsSettings) -> Any:
    return boto3.client(
        "s3", endpoint_url=settings.url, region_name=settings.region,
        verify=str(settings.tls.authority_file) if settings.tls.authority_file else None,
        aws_access_key_id=settings.access_key, aws_secret_access_key=settings.secret_key_file.read_text().strip(),
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=15, retries={"max_attempts": 2}),
    )  # fmt: skip
