"""What a service keeps about a person is located, exported and held, on both databases, and what it did is audited."""

from pathlib import Path
from typing import Any

import pytest

from loanflow.customer.v1 import customer_events_pb2 as customer_events
from services.document.model import DocumentType
from services.document.store import Documents as Documented
from services.privacy import older_rows, persons
from services.privacy.keepers import Keeper
from services.runtime.errors import InvalidArgument
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import FieldCipher, new_secret
from tests.fakes.multipart import PDF
from tests.integration.conftest import ROOT, FreshPostgres
from tests.integration.document.conftest import Documents, documents, files, scanner

__all__ = ["documents", "files", "scanner"]
CASE = "Az 17/26"


@pytest.fixture
def cipher(tmp_path: Path) -> FieldCipher:
    """A service's own."""
    (tmp_path / "key").write_text("k" * 40)
    return FieldCipher(tmp_path / "key")


@pytest.fixture
def keeper(documents: Documents, cipher: FieldCipher) -> Keeper:
    """The document service's, with two documents of a customer and one of another."""
    for name in ("passport.pdf", "payslip.pdf"):
        documents.upload(documents.draft(), DocumentType.IDENTITY.name, file_name=name)
    return Keeper("document", documents.traffic.store, cipher, documents.files._bucket, documents.files)


def audited(keeper: Keeper, person: str) -> list[Any]:
    """The rows about the person themselves."""
    return list(keeper.store.trail.audit.find({"aggregate_id": person}).sort([("_id", 1)]))


def test_a_person_is_located_with_key_basis_and_files(keeper: Keeper, documents: Documents) -> None:
    person = documents.owner.subject
    answer = persons.locate(keeper, person)
    assert [each["method"] for each in audited(keeper, person)] == ["services.privacy locate"]
    found = {each["place"]: each for each in answer["found"]}
    assert found["documents"]["rows"] == 2 and found[f"bucket {keeper.bucket}"]["files"] == 2
    assert found["documents"]["class"] == "document" and "art. 13" in found["documents"]["basis"]
    (row,) = {each["key_id"] for each in keeper.store.database.data_keys.find({"record_class": "document"})}
    assert found["documents"]["key"] == row and found["audit"]["rows"] >= 2
    assert persons.locate(keeper, "somebody else")["found"] == []


def test_an_export_is_what_the_customer_gave(keeper: Keeper, documents: Documents, tmp_path: Path) -> None:
    person = documents.owner.subject
    answer = persons.export(keeper, person, tmp_path / "out")
    records = [each for each in answer["records"] if each["place"] == "documents"]
    assert {each["data"]["content"]["file_name"] for each in records} == {"passport.pdf", "payslip.pdf"}
    assert [(tmp_path / "out" / each["copy"]).read_bytes() for each in answer["files"]] == [PDF, PDF]
    (row,) = audited(keeper, person)
    assert row["method"] == "services.privacy export" and row["actor"].startswith("operator:")
    assert "passport" not in str(row)


def test_a_hold_outlasts_an_erasure(keeper: Keeper, documents: Documents) -> None:
    person = documents.owner.subject
    assert persons.hold(keeper, person, CASE)["hold"] == {"answers": CASE, "document": CASE}
    documents.hear(customer_events.CustomerErased(customer_id=person))
    states = persons.locate(keeper, person)["found"]
    assert [(each["destroyed"], each["hold"]) for each in states if each["place"] == "documents"] == [(False, CASE)]
    assert persons.release(keeper, person, "closed")["hold"] == {"answers": "", "document": ""}
    with keeper.store.transaction():
        assert keeper.store.keys.destroy_expired(documents.clock.now())["document"] == 1
    assert [(each["why"], each["after"].get("document")) for each in audited(keeper, person)] == [
        (CASE, CASE),
        ("", None),
        ("closed", ""),
    ]


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_a_hold_says_why(keeper: Keeper, why: str) -> None:
    for change in (persons.hold, persons.release):
        with pytest.raises(InvalidArgument):
            change(keeper, "ada", why)


@pytest.mark.parametrize(
    "service",
    ["customer", "application", "kyc", "risk", "discussion", "approval", "activation", "repayment", "auth"],
)
def test_every_service_on_postgres_answers(service: str, fresh_postgres: FreshPostgres, cipher: FieldCipher) -> None:
    # Given by its folder: a person is looked for rarely, and a scan of a whole table is no fault then.
    versions = ROOT / "services" / service / "migrations" / "versions"
    keeper = Keeper(service, fresh_postgres(versions), cipher)
    assert persons.locate(keeper, "ada")["found"] == []
    assert persons.export(keeper, "ada", None) == {"service": service, "records": [], "files": []}
    held = persons.hold(keeper, "ada", CASE)["hold"]
    assert set(held.values()) == {CASE} and "answers" in held
    with keeper.store.transaction():
        assert keeper.store.keys.is_held("ada") and not keeper.store.keys.is_held("bob")
    assert set(persons.release(keeper, "ada", "over")["hold"].values()) == {""}


def test_what_customer_and_auth_sealed_by_keys_of_their_own_is_sealed_by_data_keys(
    fresh_postgres: FreshPostgres, cipher: FieldCipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(older_rows, "_PORTION", 2)
    customer = Keeper("customer", fresh_postgres(ROOT / "services" / "customer" / "migrations" / "versions"), cipher)
    auth = Keeper("auth", fresh_postgres(ROOT / "services" / "auth" / "migrations" / "versions"), cipher)
    names = ["ada", "bob", "cyd", "dan", "eve"]
    for name in names:
        own = new_secret()
        email, full_name = f"{name}@example.org", f"{name} Lovelace"
        sealed = [FieldCipher.of_secret(own).encrypt(text) for text in (email, full_name)]
        with customer.store.transaction() as transaction:
            transaction.connection.exec_driver_sql(_CUSTOMER, (name, *sealed, cipher.encrypt(own)))
        with auth.store.transaction() as transaction:
            transaction.connection.exec_driver_sql(_ACCOUNT, (name, cipher.encrypt(email)))
    for keeper, place in (customer, "customers"), (auth, "accounts"):
        read = {name: persons.export(keeper, name, None)["records"][0]["data"]["email"] for name in names}
        assert read == {name: f"{name}@example.org" for name in names}
        assert older_rows.seal(keeper) == {"service": keeper.service, "sealed": {place: 5}}
        assert older_rows.seal(keeper) == {"service": keeper.service, "sealed": {}}
        with keeper.store.transaction() as transaction:
            rows = transaction.connection.exec_driver_sql(f"SELECT email, full_name, version FROM {place}").all()
        assert all(key_of(each) for email, name, _ in rows for each in (email, name) if each), rows
        assert {version for _, _, version in rows} == {1}
        assert {name: persons.export(keeper, name, None)["records"][0]["data"]["email"] for name in names} == read


def test_what_was_stored_in_clear_is_sealed_in_documents_too(keeper: Keeper, documents: Documents) -> None:
    stored, clear = keeper.store.database.documents, {"file_name": "passport.pdf"}
    [before, _] = stored.find().sort([("_id", 1)])
    stored.update_one({"_id": before["_id"]}, {"$set": clear})
    assert older_rows.seal(keeper) == {"service": "document", "sealed": {"documents": 1}}
    after = stored.find_one({"_id": before["_id"]})
    assert key_of(after["file_name"]) and after["version"] == before["version"]
    assert older_rows.seal(keeper)["sealed"] == {}
    records = persons.export(keeper, documents.owner.subject, None)["records"]
    names = [each["data"]["content"]["file_name"] for each in records if each["place"] == "documents"]
    assert "passport.pdf" in names


def test_a_change_that_comes_between_is_no_end_of_the_sealing(
    keeper: Keeper, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, changes = keeper.store.database.documents, [{"$set": {"file_name": "later.pdf"}}]
    [before, _] = stored.find().sort([("_id", 1)])
    stored.update_one({"_id": before["_id"]}, {"$set": {"file_name": "passport.pdf"}})
    update = Documented._update

    def meanwhile(repository: Documented, key: str, changed: Any, loaded: Any) -> None:
        if changes:
            stored.update_one({"_id": before["_id"]}, changes.pop())
        update(repository, key, changed, loaded)

    monkeypatch.setattr(Documented, "_update", meanwhile)
    assert older_rows.seal(keeper)["sealed"] == {"documents": 1}
    records = persons.export(keeper, documents.owner.subject, None)["records"]
    assert "later.pdf" in [each["data"]["content"]["file_name"] for each in records if each["place"] == "documents"]


_CUSTOMER = """
    INSERT INTO customers
        (customer_id, email, full_name, kyc_status, running, create_time, update_time, version, data_key)
    VALUES (%s, %s, %s, 'MISSING', '{}', now(), now(), 1, %s)
"""
_ACCOUNT = """
    INSERT INTO accounts (account_id, kind, roles, create_time, update_time, password_time, version, email)
    VALUES (%s, 'CUSTOMER', '{}', now(), now(), now(), 1, %s)
"""
