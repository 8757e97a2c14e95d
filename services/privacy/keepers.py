"""The repositories of a service that keep something about a person, opened over the service's own settings.

A service is known by the names that all have in common: `settings.py:Settings` and `store.py:UnitOfWork`. A repository
names whose its rows are by `subject`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from services.runtime.files.sealed import SealedFiles
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores import unit_of_work
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.mapping import Mapped
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.wrapping import wrapping_of

# Whose rows cannot be read without their own key.
_CIPHERED = ("auth", "customer")


@dataclass(frozen=True)
class Place:
    """A table or collection with rows about persons."""

    repository: Mapped[Any]
    subject: str
    record_class: str

    @property
    def name(self) -> str:
        """Of the table or collection."""
        return self.repository.storage().name


@dataclass(frozen=True)
class Keeper:
    """One service's store; `files` by class of record are those of its bucket, if it has one."""

    service: str
    store: Any
    cipher: FieldCipher
    bucket: str = ""
    objects: Any = None

    @contextmanager
    def opened(self) -> Iterator[tuple[unit_of_work.UnitOfWork, list[Place]]]:
        """A unit of work, which the block may commit, and the places that it reads."""
        with _unit(self.service, self.store, self.cipher) as unit:
            yield unit, list(_places(self.service, unit))

    def files(self, record_class: str) -> SealedFiles:
        """The files of a class of record."""
        return SealedFiles(self.objects, self.store, record_class)


@contextmanager
def keeper_of(service: str) -> Iterator[Keeper]:
    """The keeper of a service, whose settings are the environment's; closed at the end."""
    settings: Any = load(import_module(f"services.{service}.settings").Settings)
    wrapping = wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao))
    store: Any
    # One driver is loaded, the service's own.
    if hasattr(settings, "postgres"):
        store = import_module("services.runtime.stores.postgres").Postgres(settings.postgres, wrapping)
    else:
        store = import_module("services.runtime.stores.mongo").Mongo(settings.mongo, wrapping)
    kept = getattr(settings, "objects", None)
    objects = import_module("services.runtime.files.objects").Objects(kept) if kept else None
    cipher = OwnCipher(store, settings.sealing_key_file)
    try:
        if service in _CIPHERED:
            cipher.load()
        yield Keeper(service, store, cipher, kept.bucket if kept else "", objects)
    finally:
        store.close()
        if objects is not None:
            objects.close()


def _unit(service: str, store: Any, cipher: FieldCipher) -> Any:
    kind: Any = import_module(f"services.{service}.store").UnitOfWork
    match service:
        case "customer":
            return kind(store, None, cipher)
        case "auth":
            return kind(store, cipher)
        case "notification":
            return kind(store)
        case _:
            return kind(store, None)


def _places(service: str, unit: unit_of_work.UnitOfWork) -> Iterator[Place]:
    for each in vars(unit).values():
        if isinstance(each, Mapped) and each.subject:
            yield Place(each, each.subject, each.record_class)
