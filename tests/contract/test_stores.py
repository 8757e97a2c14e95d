"""Every stored aggregate of every service: declared in the strict form, and whole on its way to a row and back."""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, fields, make_dataclass
from datetime import UTC
from itertools import count
from typing import Any
from unittest.mock import MagicMock

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.catalog import SERVICES
from services.runtime.stores import mongo_mapping, postgres_mapping
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import FieldCipher, new_secret
from services.runtime.stores.mapping import JSON, Form, Mapped, Storage, Stored
from services.runtime.stores.sealing import Paths
from services.runtime.stores.unit_of_work import Tracked
from tests.factories.anything import anything
from tests.fakes.data_keys import fake_keys
from tests.sealed import repositories

# Attributes that no row of the aggregate's own has. `write` puts them elsewhere, and the service's integration tests
# read them back: a new name here needs that shown.
ELSEWHERE = {
    "application.Applications": {"entries"},
    "approval.Approvals": {"decisions"},
    "auth.Sessions": {"token_hash"},
    "discussion.Discussions": {"latest", "unsaved"},
    "repayment.Loans": {"_replayed", "payments", "reminders", "transactions"},
}
# What the models see to themselves: an erased person has no texts any more, and a loan's payments fit its terms.
GIVEN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "auth.Accounts": {"erase_time": st.none()},
    "customer.Customers": {"erase_time": st.none()},
    "repayment.Loans": {
        "_replayed": st.none(),
        "payments": st.just({}),
        "transactions": st.just([]),
        "reminders": st.just([]),
    },
}
BSON: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


REPOSITORIES = repositories()
every_repository = pytest.mark.parametrize("name", sorted(REPOSITORIES))


def mapped_and_personal(kind: type[Any]) -> bool:
    return issubclass(kind, Mapped) and bool(kind.personal)


def mapped(name: str) -> type[Mapped[Any]]:
    kind = REPOSITORIES[name]
    assert issubclass(kind, Mapped), (
        f"{kind.__module__.replace('.', '/')}.py: {kind.__name__} converts by hand: derive it from the Mapped of "
        "services/runtime/stores/postgres_mapping.py or mongo_mapping.py, which sees what has no place"
    )
    return kind


def repository(kind: type[Mapped[Any]], uow: Any) -> Mapped[Any]:
    wanted = inspect.signature(kind.__init__).parameters
    return kind(uow, uow.cipher) if "cipher" in wanted else kind(uow)  # type: ignore[call-arg]


def kept(kind: type[Mapped[Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the database gives it back."""
    if issubclass(kind, mongo_mapping.Mapped):
        return bson.decode(bson.encode(dict(row)), BSON)
    parts = kind.storage().parts
    return {name: json.loads(json.dumps(value)) if parts[name].kind is JSON else value for name, value in row.items()}


def test_every_service_with_a_database_is_walked() -> None:
    services = {name.split(".")[0] for name in REPOSITORIES}
    missing = sorted({service.name for service in SERVICES} - services)
    assert not missing, f"no repository was found in services/{missing[0]}: the walk of {__name__} passes it over"


@every_repository
@settings(
    max_examples=10, database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_an_aggregate_is_whole_on_its_way_to_a_row_and_back(name: str, data: st.DataObject) -> None:
    kind = mapped(name)
    aggregate = data.draw(anything(kind.form.model, **GIVEN.get(name, {})))
    uow = MagicMock(cipher=FieldCipher.of_secret(new_secret()), data_keys=fake_keys())
    written: list[dict[str, Any]] = []
    writer, reader = repository(kind, uow), repository(kind, uow)
    elsewhere = {each: getattr(aggregate, each) for each in ELSEWHERE.get(name, ())}
    writer._insert = written.append  # type: ignore[method-assign,assignment]
    row = writer.sealed(aggregate, writer.to_row(aggregate))
    writer.write(Tracked(writer, aggregate, None), row, row)
    clear = [path for path, found in kind.paths.texts(written[0]) if found and key_of(found) is None]
    assert not clear, f"{name}: {clear} are written in clear"
    if elsewhere:
        # What is sealed apart is in the row all the same.
        sealed = reader.assemble if hasattr(reader, "secrets") else lambda _: {}
        reader.assemble = lambda row: {**sealed(row), **elsewhere}  # type: ignore[method-assign]
    back = reader.from_row(reader.opened(kept(kind, written[0])))
    for each in fields(aggregate):
        if each.compare:
            assert getattr(back, each.name) == getattr(aggregate, each.name), f"{name}.{each.name} is not as it was"


def older(name: str, repository: Mapped[Any], row: dict[str, Any], cipher: FieldCipher) -> dict[str, Any]:
    """The row as it was stored before data keys sealed it: in clear, or by the ciphers of customer and auth."""
    clear = dict(repository.opened(row))
    if name.startswith("auth."):
        return clear | {each: clear[each] and cipher.encrypt(clear[each]) for each in repository.personal}
    if name == "customer.Customers":
        own = new_secret()
        sealed = {each: clear[each] and FieldCipher.of_secret(own).encrypt(clear[each]) for each in repository.personal}
        return clear | sealed | {"data_key": cipher.encrypt(own)}
    return clear


@pytest.mark.parametrize("name", sorted(name for name, kind in REPOSITORIES.items() if mapped_and_personal(kind)))
@settings(
    max_examples=5, database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_what_was_stored_before_it_was_sealed_is_read_and_sealed(name: str, data: st.DataObject) -> None:
    kind = mapped(name)
    aggregate = data.draw(anything(kind.form.model, **GIVEN.get(name, {})))
    uow = MagicMock(cipher=FieldCipher.of_secret(new_secret()), data_keys=fake_keys())
    reader, written = repository(kind, uow), list[dict[str, Any]]()
    reader._insert = written.append  # type: ignore[method-assign,assignment]
    row = reader.sealed(aggregate, reader.to_row(aggregate))
    reader.write(Tracked(reader, aggregate, None), row, row)
    stored = dict.fromkeys(kind.storage().parts) | kept(kind, written[0])
    of_before = older(name, reader, stored, uow.cipher)
    reader._update = lambda key, changed, loaded: written.append({**loaded, **changed})  # type: ignore[method-assign]
    had_something = kind.paths.in_use(of_before)
    written.append(of_before)
    reader._read = lambda key, lock: written[-1]  # type: ignore[method-assign,misc]
    key = str(getattr(aggregate, kind.key))
    assert reader.seal_older(key) is had_something
    if had_something:
        assert kind.paths.all_sealed(written[-1]) and not reader.seal_older(key)
        assert reader.opened(written[-1]) == reader.opened(of_before)


def in_clear(paths: Iterable[str], texts: Iterator[str]) -> dict[str, Any]:
    """A row with a text at each path, as it was stored before they were sealed."""
    row: dict[str, Any] = {}
    for path in paths:
        *outer, last = path.split(".")
        place = row
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = next(texts)
    return row


PARTS = [
    (name, table) for name, kind in sorted(REPOSITORIES.items()) if issubclass(kind, Mapped) for table in kind.parts
]


@pytest.mark.parametrize(("name", "table"), PARTS)
def test_what_another_table_holds_of_an_aggregate_is_sealed_too(name: str, table: str) -> None:
    kind = mapped(name)
    assert issubclass(kind, postgres_mapping.Mapped), f"{name} has parts, which are sealed in PostgreSQL alone"
    uow, paths = MagicMock(data_keys=fake_keys()), Paths(table, kind.parts[table])
    reader, stored = kind(uow), [in_clear(paths.paths, map(str, count(begin))) for begin in (1, 10)]
    own = dict.fromkeys(kind.storage().parts) | {kind.key: "this one", kind.subject: "ada"}
    before = [dict(each) for each in stored]
    reader._read = lambda key, lock: own  # type: ignore[method-assign,misc]
    reader.part_rows = lambda of, key: list(stored) if of == table else []  # type: ignore[method-assign,assignment]
    reader.update_part = lambda of, row, changed: row.update(changed)  # type: ignore[method-assign,attr-defined,assignment]
    assert reader.seal_older("this one")
    assert all(map(paths.all_sealed, stored)), f"{name}: rows of {table} stay in clear"
    assert [reader.opened_part(table, "this one", each) for each in stored] == before
    assert not reader.seal_older("this one")


@every_repository
def test_an_attribute_that_is_in_no_row_is_known(name: str) -> None:
    kind = mapped(name)
    storage, own = kind.storage(), {*kind.derived, *kind.unaudited}
    apart = {each for each in kind.apart if each not in own & storage.parts.keys()}
    assert apart == ELSEWHERE.get(name, set()), (
        f"{kind.__module__.replace('.', '/')}.py: {kind.__name__}.apart: {sorted(apart ^ ELSEWHERE.get(name, set()))}: "
        f"give the column, or name it in ELSEWHERE of {__name__.replace('.', '/')}.py with a test that reads it back"
    )


@every_repository
def test_what_a_model_gains_needs_a_place(name: str) -> None:
    kind = mapped(name)
    model = kind.form.model
    gained = make_dataclass(model.__name__, [("gained", str, field(default="", kw_only=True))], bases=(model,))
    file, storage = kind.__module__.replace(".", "/"), kind.storage()
    with pytest.raises(TypeError) as refused:
        kind.form_of(gained)
    assert str(refused.value) == (
        f"{file}.py: {kind.__name__}: {model.__name__}.gained is no {storage.part} of {storage.name}: "
        f"add the {storage.part}, or name it in apart"
    )


@every_repository
def test_what_a_store_gains_needs_an_attribute(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = mapped(name)
    model, storage = kind.form.model, kind.storage()
    more = Storage(storage.name, storage.part, {**storage.parts, "gained": Stored(str)})
    monkeypatch.setattr(kind, "storage", classmethod(lambda _: more))
    with pytest.raises(TypeError) as refused:
        kind.form_of(model)
    assert str(refused.value) == (
        f"{kind.__module__.replace('.', '/')}.py: {kind.__name__}: {storage.part} gained of {storage.name} is no "
        f"attribute of {model.__name__}: name it in derived or unaudited, or drop it"
    )


def test_what_is_only_added_has_the_strict_form_too() -> None:
    from services.notification import occasion_store

    forms = [each for each in vars(occasion_store).values() if isinstance(each, Form)]
    assert [form.model.__name__ for form in forms] == ["Occasion"]
    gained = make_dataclass(
        "Occasion", [("gained", str, field(default="", kw_only=True))], bases=(forms[0].model,), frozen=True
    )
    with pytest.raises(
        TypeError, match=r"^services/notification/occasion_store\.py: Occasions: Occasion\.gained is no field of"
    ):
        Form(occasion_store.__name__, "Occasions", gained, occasion_store.OCCASIONS.storage, key="occasion_id")
