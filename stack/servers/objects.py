"""S3: SeaweedFS, one process; a bucket and a key pair for each service that keeps files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from services.runtime.files.objects import ObjectsSettings
from services.runtime.tls import TlsSettings
from stack import pki, probes, programs, variables
from stack.layout import Layout, write_private
from stack.observability import tiers

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

REGION = "us-east-1"
ADMIN = "admin"
# What a service may do, and only in its own bucket.
ACTIONS = ("Read", "Write", "List", "Tagging")
# Who keeps the heads of audit chains, in a bucket with Object Lock.
ANCHORS = "audit-anchors"
# Who keeps the log lines of years, in a bucket that removes what is older.
LOGS = "logs"


def bucket(service: str) -> str:
    """The bucket of a service."""
    return f"loanflow-{service}"


def access_key(owner: str) -> str:
    """The public half of a key pair; the other is the secret `s3-<owner>`."""
    return f"loanflow-{owner}"


def url(layout: Layout) -> str:
    """The address of the S3 API."""
    return f"https://127.0.0.1:{layout.ports.of('s3')}"


def settings(layout: Layout, owner: str) -> ObjectsSettings:
    """How a service reaches its bucket."""
    key, tls = layout.secret_file(f"s3-{owner}"), TlsSettings(layout.pki / "ca.pem")
    return ObjectsSettings(url(layout), REGION, bucket(owner), access_key(owner), key, tls)


def anchors_key(layout: Layout) -> Path:
    """The copy of the anchors' key for the job that keeps them."""
    return layout.lend(f"s3-{ANCHORS}", "anchors")


def command(layout: Layout) -> list[str]:
    """Master, volume, filer and S3 API in one process; every port is named, else it would take its own."""
    port, folder = layout.ports.of, layout.folder("s3")
    return [
        programs.script("weed"), "-logtostderr=true", f"-config_dir={folder}", "server",
        f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        # It would report how it is used to its makers.
        "-master.telemetry=false",
        f"-master.port={port('s3 master')}", f"-master.port.grpc={port('s3 master rpc')}",
        "-master.volumeSizeLimitMB=1024", "-master.electionTimeout=1s", "-volume.max=64",
        f"-volume.port={port('s3 volume')}", f"-volume.port.grpc={port('s3 volume rpc')}",
        "-filer", f"-filer.port={port('s3 filer')}", f"-filer.port.grpc={port('s3 filer rpc')}",
        f"-filer.localSocket={folder / 'filer.sock'}",
        # Its own pages and the files behind them; what S3 asks goes by gRPC.
        "-disableHttp=true", "-filer.disableHttp=true",
        "-s3", "-s3.port=0", f"-s3.port.https={port('s3')}",
        f"-s3.cert.file={layout.pki / 's3' / 'tls.pem'}", f"-s3.key.file={layout.pki / 's3' / 'tls.key'}",
        f"-s3.port.grpc={port('s3 rpc')}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-s3.iam=false", f"-s3.config={folder / 's3.json'}", f"-s3.localSocket={folder / 's3.sock'}",
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes who may do what: each owner in its own bucket, the administrator everything."""
    identities = [_identity(layout, ADMIN, ["Admin", *ACTIONS])]
    for owner in variables.users_of("objects"):
        identities.append(_identity(layout, owner, [f"{action}:{bucket(owner)}" for action in ACTIONS]))
        # Its bootstrap makes the bucket.
        identities.append(_identity(layout, f"{owner}-bootstrap", [f"Admin:{bucket(owner)}"]))
    rights = [f"{action}:{bucket(ANCHORS)}" for action in (*ACTIONS, "PutObjectRetention")]
    identities.append(_identity(layout, ANCHORS, rights))
    identities.append(_identity(layout, LOGS, [f"{action}:{bucket(LOGS)}" for action in ("Read", "Write", "List")]))
    # It makes them, whatever its settings, and leaves them behind; those of another account would be in its way.
    for name in ("s3 rpc", "s3 filer rpc", "s3 master rpc", "s3 volume rpc"):
        for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{layout.ports.of(name)}.sock"):  # noqa: S108
            left.unlink()
    folder = layout.folder("s3")
    write_private(folder / "s3.json", json.dumps({"identities": identities}, indent=1))
    write_private(folder / "security.toml", _security(layout, folder / "pki"))


def _security(layout: Layout, inner: Path) -> str:
    """What closes the ports between its own parts: certificates of an authority of its own, and tokens."""
    pki.issue(inner, pki.load_authority(inner), "s3")
    parts = ("volume", "master", "filer", "s3", "client")
    leaf = f'cert = "{inner / "s3" / "tls.pem"}"\nkey = "{inner / "s3" / "tls.key"}"\n'
    keys = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
    lines = [f'[{name}]\nkey = "{layout.secret(name.replace(".", "-"))}"\n' for name in keys]
    lines += [f'[grpc]\nca = "{inner / "ca.pem"}"\n', *(f"[grpc.{part}]\n{leaf}" for part in parts)]
    return "\n".join(lines)


def ready(layout: Layout) -> None:
    """Returns when the buckets can be listed."""
    probes.port_open(layout.ports.of("s3"))
    client(layout, ADMIN).list_buckets()


def settle(layout: Layout, owners: Iterable[str] | None = None) -> None:
    """Makes the buckets that are missing: that of the anchors, and those of these owners, all unless said otherwise."""
    s3 = client(layout, ADMIN)
    known = {found["Name"] for found in s3.list_buckets()["Buckets"]}
    for owner in variables.users_of("objects") if owners is None else owners:
        if bucket(owner) not in known:
            s3.create_bucket(Bucket=bucket(owner))
    if bucket(ANCHORS) not in known:
        s3.create_bucket(Bucket=bucket(ANCHORS), ObjectLockEnabledForBucket=True)
    if bucket(LOGS) not in known:
        s3.create_bucket(Bucket=bucket(LOGS))
    rules: Any = tiers.lifecycle()
    s3.put_bucket_lifecycle_configuration(Bucket=bucket(LOGS), LifecycleConfiguration=rules)


def anchors_ready(layout: Layout) -> None:
    """Returns when the bucket of anchors is there for whom it is made."""
    client(layout, ANCHORS).head_bucket(Bucket=bucket(ANCHORS))


def client(layout: Layout, owner: str) -> "S3Client":
    """An S3 client with the key pair of an owner, or of the administrator."""
    return boto3.client(
        "s3", endpoint_url=url(layout), region_name=REGION,
        verify=str(layout.pki / "ca.pem"),
        aws_access_key_id=access_key(owner), aws_secret_access_key=layout.secret(f"s3-{owner}"),
        config=Config(s3={"addressing_style": "path"}, connect_timeout=2, read_timeout=10, retries={"max_attempts": 0}),
    )  # fmt: skip


def _identity(layout: Layout, owner: str, actions: list[str]) -> dict[str, object]:
    key = {"accessKey": access_key(owner), "secretKey": layout.secret(f"s3-{owner}")}
    return {"name": owner, "credentials": [key], "actions": actions}
