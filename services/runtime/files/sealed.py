"""Files sealed in the object store by the data key of whom they are about, and held against their recorded hash.

A sealed file is `f1.<key id>.`, and then what Tink's streaming AEAD makes of the content: AES-256-GCM in segments of
1 MiB under a key of its own, derived from the data key and a random salt by HKDF-SHA256, and bound to the place of the
file. What was stored before files were sealed has no such head, and goes out by its hash alone.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Protocol

import structlog
import tink
from prometheus_client import Counter
from tink import proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

from services.runtime import retry
from services.runtime.errors import DataLoss, NotFound
from services.runtime.stores.data_keys import ID_LENGTH, DataKey, DataKeys

_log = structlog.get_logger(__name__)
_CHANGED = Counter("loanflow_files_changed", "Stored files that are not what was recorded; none of them went out.")
# Says by which algorithm.
_HEAD = b"f1."
_HEAD_BYTES = len(_HEAD) + ID_LENGTH + 1
_SEGMENT_BYTES = 1024 * 1024
# What a file may take of memory while it is checked; the rest waits, sealed, in a file without a name.
_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_KIND = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"

streaming_aead.register()


class Bucket(Protocol):
    """Where sealed files are stored; services.runtime.files.objects.Objects."""

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = ...) -> int:
        """Stores a file whole, or nothing of it when `chunks` raises; its size in bytes."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """The stored bytes in chunks; errors.NotFound at once."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...


class Keyring(Protocol):
    """Where data keys are; every services.runtime.stores.ports.Store."""

    @property
    def keys(self) -> DataKeys:
        """The data keys; used in a transaction."""
        ...

    def transaction(self) -> AbstractContextManager[object]:
        """Opens a transaction, or joins the one that is open."""
        ...


class SealedFiles:
    """The files of one class of record: unreadable in the bucket, and for everyone once their subject's key is gone."""

    def __init__(self, bucket: Bucket, keyring: Keyring, record_class: str) -> None:
        self._bucket, self._keyring, self._record_class = bucket, keyring, record_class

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores a file under the subject's data key; its size as stored.

        What `chunks` raises is raised, and nothing is stored then. errors.NotFound when the subject is erased.
        """
        sealing = retry.on_conflict(lambda: self._key_of(subject))
        if sealing.secret is None:
            raise NotFound("whom the file is about is erased")
        return self._bucket.upload(key, _sealed(chunks, sealing, key), content_type)

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content, once all of it is there, authentic and of this hash (hex); else errors.DataLoss FILE_CHANGED.

        Nothing goes out before: who has an answer of 200 has the file that was recorded. errors.NotFound when it is
        gone, or its key is destroyed.
        """
        checked = self._checked(key, sha256)
        next(checked)
        return checked

    def hash_now(self, key: str) -> str:
        """The hash of the content as it is stored now; of the bytes that are there, when they are no longer authentic.

        Empty when the file is gone, or its key is destroyed.
        """
        try:
            with self._fetched(key) as held:
                try:
                    return _hashed(self._opened(held, key))
                except _Changed:
                    held.seek(0)
                    return _hashed(iter(lambda: held.read(_CHUNK_BYTES), b""))
        except NotFound:
            return ""

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        self._bucket.delete(key)

    def _checked(self, key: str, sha256: str) -> Iterator[bytes]:
        """Yields once when the hash is right, then the bytes; begun by then, it closes its file however it ends."""
        with self._fetched(key) as held:
            try:
                found = _hashed(self._opened(held, key))
            except _Changed:
                found = ""
            if found != sha256:
                _CHANGED.inc()
                _log.error("file_changed", key=key)
                raise DataLoss("the stored file is not the one that was recorded")
            yield b""
            yield from self._opened(held, key)

    def _fetched(self, key: str) -> IO[bytes]:
        """The bytes as they are stored."""
        held = tempfile.SpooledTemporaryFile(_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
        try:
            for chunk in self._bucket.stream(key):
                held.write(chunk)
        except BaseException:
            held.close()
            raise
        return held

    def _opened(self, held: IO[bytes], key: str) -> Iterator[bytes]:
        """The content; errors.NotFound when its key is destroyed, _Changed as soon as it is not authentic."""
        held.seek(0)
        head = held.read(_HEAD_BYTES)
        if not (head.startswith(_HEAD) and head.endswith(b".")):
            held.seek(0)
            yield from iter(lambda: held.read(_CHUNK_BYTES), b"")
            return
        sealing = self._by_id(head[len(_HEAD) : -1].decode("latin-1"))
        if sealing.secret is None:
            raise NotFound("whom the file was about is erased", metadata={"key": key})
        # A stream closes what it reads from, and the file is read again.
        opened = _primitive(sealing).new_decrypting_stream(_Unclosed(held), _place(sealing, key))
        try:
            while chunk := opened.read(_CHUNK_BYTES):
                yield chunk
        except tink.TinkError as error:
            raise _Changed from error

    def _key_of(self, subject: str) -> DataKey:
        with self._keyring.transaction():
            return self._keyring.keys.of(subject, self._record_class)

    def _by_id(self, key_id: str) -> DataKey:
        with self._keyring.transaction():
            sealing = self._keyring.keys.by_id({key_id})[key_id]
            # The row of a key outlives it: an id without one is no key's.
            if sealing.secret is None and not self._keyring.keys.is_known(key_id):
                raise _Changed
        return sealing


class _Changed(Exception):
    """What is stored is not what was sealed."""


class _Unclosed(io.RawIOBase):
    """A file that stays open when its reader is closed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """What the file has next."""
        return self._file.read(size)


class _Sink(io.RawIOBase):
    """Takes what was sealed, until it is passed on; a segment of it at most."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # of bytes alone
        """Takes all of it."""
        self.taken += data
        return len(data)

    def drained(self) -> bytes:
        """What was taken since the last time."""
        found = bytes(self.taken)
        self.taken.clear()
        return found


def _sealed(chunks: Iterable[bytes], sealing: DataKey, key: str) -> Iterator[bytes]:
    sink = _Sink()
    stream = _primitive(sealing).new_encrypting_stream(sink, _place(sealing, key))
    yield _HEAD + sealing.key_id.encode() + b"."
    for chunk in chunks:
        stream.write(chunk)
        if sink.taken:
            yield sink.drained()
    # Only a stream that was closed has its last segment: what breaks off does not open.
    stream.close()
    yield sink.drained()


def _primitive(sealing: DataKey) -> streaming_aead.StreamingAead:
    return streaming_of(sealing.derived("files"))


def streaming_of(secret: bytes) -> streaming_aead.StreamingAead:
    """Tink's streaming AEAD as files are sealed by, under a secret of 256 bits."""
    params = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=_SEGMENT_BYTES, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
    )
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(params=params, key_value=secret)
    data = tink_pb2.KeyData(type_url=_KIND, value=key.SerializeToString(), key_material_type=tink_pb2.KeyData.SYMMETRIC)
    only = tink_pb2.Keyset.Key(
        key_id=1, status=tink_pb2.ENABLED, output_prefix_type=tink_pb2.RAW, key_data=data
    )  # fmt: skip
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[only]).SerializeToString()
    return proto_keyset_format.parse(keyset, secret_key_access.TOKEN).primitive(streaming_aead.StreamingAead)


def _place(sealing: DataKey, key: str) -> bytes:
    return f"{sealing.key_id}\nfile\n{key}".encode()


def _hashed(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
