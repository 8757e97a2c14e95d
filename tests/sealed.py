"""What is personal in stored rows, held against what the stores declare; for every database that a test used."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pymongo.database import Database
from sqlalchemy import Connection, text

from services.catalog import SERVICES
from services.runtime.stores import mongo_mapping, unit_of_work
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.mapping import Mapped
from services.runtime.stores.ports import Store
from services.runtime.stores.sealing import Paths


@cache
def repositories() -> dict[str, type[unit_of_work.Repository[Any]]]:
    """Every repository of every service, as `kyc.Reviews`."""
    for service in SERVICES:
        package = importlib.import_module(f"services.{service.name}")
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.endswith("__main__") and ".migrations" not in each.name:
                importlib.import_module(each.name)
    found: dict[str, type[unit_of_work.Repository[Any]]] = {}
    pending: list[type[unit_of_work.Repository[Any]]] = [*unit_of_work.Repository.__subclasses__()]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if (
            kind.__module__.startswith("services.")
            and kind.__module__.split(".")[1] != "runtime"
            and not inspect.isabstract(kind)
        ):
            found[f"{kind.__module__.split('.')[1]}.{kind.__name__}"] = kind
    return found


def clear_in_postgres(connection: Connection, service: str) -> list[str]:
    """What is personal and in clear in the tables of a service, the audit trail included."""
    wrong: list[str] = []
    for kind in _of(service):
        for table, paths in _places(kind).items():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            wrong += _clear(table, paths, (dict(row) for row in rows))
        wrong += _audited(kind, connection.execute(text("SELECT * FROM audit")).mappings().all())
    return wrong


def clear_in_mongo(database: Database[dict[str, Any]]) -> list[str]:
    """What is personal and in clear in the collections of a database, the audit trail included."""
    wrong: list[str] = []
    present = set(database.list_collection_names())
    for name in repositories():
        kind = repositories()[name]
        if issubclass(kind, mongo_mapping.Mapped):
            for collection, paths in _places(kind).items():
                if collection in present:
                    wrong += _clear(collection, paths, database[collection].find())
            wrong += _audited(kind, list(database["audit"].find()))
    return wrong


def _of(service: str) -> list[type[Mapped[Any]]]:
    kinds = [kind for name, kind in repositories().items() if name.startswith(f"{service}.")]
    return [kind for kind in kinds if issubclass(kind, Mapped)]


def _places(kind: type[Mapped[Any]]) -> dict[str, Paths]:
    own = kind.storage().name
    places = {own: tuple(kind.personal), **{table: tuple(paths) for table, paths in kind.parts.items()}}
    return {table: Paths(table, paths) for table, paths in places.items() if paths}


def _audited(kind: type[Mapped[Any]], rows: Any) -> Iterator[str]:
    paths, model = Paths(kind.storage().name, kind.personal), kind.form.model.__name__
    for row in rows:
        if row["aggregate_type"] != model:
            continue
        for side in ("before", "after"):
            yield from _clear(f"audit.{side} of {model}", paths, [row[side] or {}])
        if kind.subject and row["why"] and row["why"] not in kind.fixed_whys and key_of(row["why"]) is None:
            yield f"audit.why of {model} is in clear: {row['why']!r}"


def _clear(table: str, paths: Paths, rows: Any) -> Iterator[str]:
    for row in rows:
        for path, found in paths.texts(row):
            if found and key_of(found) is None:
                yield f"{table}.{path} is in clear: {found!r}"


def why(store: Store, row: Mapping[str, Any]) -> str:
    """The reason in an audit row, opened."""
    key_id = key_of(row["why"])
    if key_id is None:
        return str(row["why"])
    with store.transaction():
        return store.keys.by_id({key_id})[key_id].open(row["why"], f"audit.why\n{row['aggregate_id']}")
