"""S3: files in one bucket, streamed in parts and never whole in memory."""

import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
from botocore import exceptions as driver
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, ReadOnlyCredentials
from botocore.loaders import Loader
from botocore.session import get_session

from services.runtime import errors
from services.runtime.tls import TlsSettings

# The least that S3 takes as a part, except for the last.
PART_BYTES = 5 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
# For so many seconds a chunk may be on its way.
_CHUNK_SECONDS = 15.0
# Only the store's own word says that there is no such object: the 404 of a proxy has no code. An answer to
# HEAD has no body, and its status is all that there is.
_GONE, _GONE_OF_HEAD = {"NoSuchKey"}, {"NoSuchKey", "404"}
# One partition for regions of any name. The driver asks for us-east-1, the usual one of other stores, as aws-global.
_ANY_REGION: Any = {
    "version": 3,
    "partitions": [{
        "partition": "any", "dnsSuffix": "invalid", "regionRegex": ".+", "regions": {},
        "defaults": {"hostname": "{service}.{region}.{dnsSuffix}"},
        "services": {"s3": {"partitionEndpoint": "aws-global", "endpoints": {
            "aws-global": {"credentialScope": {"region": "us-east-1"}},
        }}},
    }],
}  # fmt: skip


@dataclass(frozen=True)
class ObjectsSettings:
    """The bucket, where its API is, and the key pair with which it is used."""

    url: str
    region: str
    bucket: str
    access_key: str
    secret_key_file: Path
    tls: TlsSettings

    def __post_init__(self) -> None:
        """ValueError when files could be read on their way."""
        self.tls.demand(self.url)


@dataclass(frozen=True)
class ObjectHead:
    """What is known of a stored object without reading it."""

    size: int
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


class Objects:
    """One bucket. An unknown key is errors.NotFound; whatever else is no proper answer of the store, refusals of this
    service's own rights among them, is errors.Unavailable: nothing is known of the object then.
    """

    def __init__(self, settings: ObjectsSettings) -> None:
        self._bucket = settings.bucket
        session = get_session()
        session.register_component("data_loader", _Descriptions())
        session.register_component("credential_provider", CredentialResolver([_Provider(settings)]))
        self._client: Any = boto3.Session(botocore_session=session).client(
            "s3",
            endpoint_url=settings.url,
            region_name=settings.region,
            verify=str(settings.tls.authority_file) if settings.tls.authority_file else None,
            config=Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                connect_timeout=2,
                read_timeout=15,
                retries={"max_attempts": 2, "mode": "standard"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def upload(
        self,
        key: str,
        chunks: Iterable[bytes],
        content_type: str = "application/octet-stream",
        metadata: Mapping[str, str] | None = None,
    ) -> int:
        """Stores what `chunks` yields and returns its size; at most one part is in memory.

        Whatever `chunks` raises is raised, and nothing is stored then. `metadata` is ASCII.
        """
        attributes = {"ContentType": content_type, "Metadata": dict(metadata or {})}
        parts = _parts(chunks)
        first = next(parts, b"")
        second = next(parts, None)
        with self._translated(key):
            if second is None:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=first, **attributes)
                return len(first)
            return self._upload_parts(key, first, second, parts, attributes)

    def stream(self, key: str) -> Iterator[bytes]:
        """The object's bytes in chunks; NotFound is raised at once, before the first."""
        with self._translated(key):
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        return self._chunks(key, body)

    def head(self, key: str) -> ObjectHead:
        """What is known of the object; errors.NotFound."""
        with self._translated(key, _GONE_OF_HEAD):
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        return ObjectHead(found["ContentLength"], found.get("ContentType", ""), found.get("Metadata", {}))

    def delete(self, key: str) -> None:
        """Removes the object, if it is there."""
        with self._translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def lock(self, key: str, data: bytes, until: datetime) -> None:
        """Stores an object that no one can change or remove before that time, an administrator of the store neither.

        By S3 Object Lock in mode COMPLIANCE: the bucket has to have been made with it, or it is errors.Unavailable.
        """
        lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        with self._translated(key):
            # The store asks for it with a lock.
            check = {"ChecksumAlgorithm": "SHA256"}
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data, **lock, **check)

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, in their order."""
        with self._translated(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (found["Key"] for found in page.get("Contents", ()))

    def check(self) -> None:
        """Checks that it answers; errors.Unavailable when the bucket cannot be used."""
        with self._translated(self._bucket):
            try:
                self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
            except driver.ClientError as error:
                raise errors.Unavailable(f"the bucket {self._bucket} cannot be used") from error

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _upload_parts(
        self, key: str, first: bytes, second: bytes, rest: Iterator[bytes], attributes: Mapping[str, Any]
    ) -> int:
        place = {"Bucket": self._bucket, "Key": key}
        place["UploadId"] = self._client.create_multipart_upload(**place, **attributes)["UploadId"]
        done: list[dict[str, Any]] = []
        size = 0
        try:
            for part in _joined(first, second, rest):
                number = len(done) + 1
                tag = self._client.upload_part(**place, PartNumber=number, Body=part)["ETag"]
                done.append({"PartNumber": number, "ETag": tag})
                size += len(part)
            self._client.complete_multipart_upload(**place, MultipartUpload={"Parts": done})
        except BaseException:
            self._client.abort_multipart_upload(**place)
            raise
        return size

    def _chunks(self, key: str, body: Any) -> Iterator[bytes]:
        try:
            while True:
                with self._translated(key), _no_longer_than(_CHUNK_SECONDS, body):
                    chunk = body.read(CHUNK_BYTES)
                if not chunk:
                    return
                yield chunk
        finally:
            body.close()

    @contextmanager
    def _translated(self, key: str, gone: set[str] = _GONE) -> Iterator[None]:
        try:
            yield
        except driver.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in gone:
                raise errors.NotFound("no such file", metadata={"key": key}) from error
            raise errors.Unavailable(f"the file store answers {code or 'nothing that makes sense'}") from error
        except (driver.BotoCoreError, KeyError, RecursionError) as error:
            # The driver follows a redirect into another one without an end.
            raise errors.Unavailable("the file store is out of reach") from error


class _FileCredentials(Credentials):
    """The key pair, whose secret is read for each request, so that it rotates."""

    def __init__(self, settings: ObjectsSettings) -> None:
        super().__init__(settings.access_key, settings.secret_key_file.read_text().strip())
        self._file = settings.secret_key_file

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The pair as it is now."""
        return ReadOnlyCredentials(self.access_key, self._file.read_text().strip(), None)


class _Provider(CredentialProvider):
    """Where the driver finds them."""

    METHOD = "file"

    def __init__(self, settings: ObjectsSettings) -> None:
        super().__init__()
        self._settings = settings

    def load(self) -> Credentials:
        """What the driver signs with."""
        return _FileCredentials(self._settings)


class _Descriptions(Loader):
    """What the driver knows of S3, without the addresses of its vendor's regions: the store's is in the settings, and
    that table takes 7 MB of every replica.
    """

    def load_data_with_path(self, name: str) -> Any:
        """The description of that name, and where it is."""
        return (_ANY_REGION, "") if name == "endpoints" else super().load_data_with_path(name)


@contextmanager
def _no_longer_than(seconds: float, body: Any) -> Iterator[None]:
    """Ends the connection of a body that comes too slowly: a socket's timeout begins anew with every byte."""
    connection = getattr(body._raw_stream, "connection", None)
    end = threading.Timer(seconds, _cut, (connection,))
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _cut(connection: Any) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PART_BYTES at least, except for the last."""
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        if len(pending) >= PART_BYTES:
            yield bytes(pending)
            pending.clear()
    if pending:
        yield bytes(pending)


def _joined(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest
