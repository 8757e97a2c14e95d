"""Gathers what the checks ask of: topics first, databases after them, so that what is on its way counts for nobody.

An event that is in a topic was committed before; so what the databases say is never older than what the topics do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services import catalog
from stack import pki
from stack.audit import topics
from stack.audit.scratch import Scratch
from stack.audit.stores import aggregates, cents, documents, rows
from stack.layout import Layout
from stack.servers import kafka, mongo, postgres

ANCHORS = "loanflow.audit.anchors"
_AUDITED = """
    SELECT method, aggregate_type, aggregate_id, version, correlation_id,
        (SELECT string_agg(name, ',' ORDER BY name) FROM jsonb_object_keys(after) AS name)
    FROM audit
"""
_MOVES = "SELECT application_id, number, from_status, to_status FROM timeline WHERE to_status <> ''"
_PERSONS = (
    ("kyc", "SELECT application_id, decided_by, 'kyc officer' FROM reviews WHERE decided_by <> ''"),
    ("risk", "SELECT application_id, decided_by, 'risk manager' FROM reports WHERE decided_by <> ''"),
    ("approval", "SELECT application_id, decided_by, level FROM decisions"),
)
# What was paid and not taken back, by the entries of the ledger.
_LEDGER = """
    SELECT loans.loan_id, coalesce(sum(entry.amount), 0)::text, terms->>'currency'
    FROM loans LEFT JOIN transactions AS entry ON entry.loan_id = loans.loan_id AND entry.kind = 'PAYMENT'
        AND NOT EXISTS (SELECT FROM transactions AS back WHERE back.loan_id = entry.loan_id AND back.kind = 'REVERSAL'
            AND back.reverses = entry.id)
    GROUP BY loans.loan_id
"""
# The same by what officers accepted.
_VERIFIED = """
    SELECT loans.loan_id, coalesce(sum((payment->'amount'->>'amount')::numeric), 0)::text, terms->>'currency'
    FROM loans LEFT JOIN payments ON payments.loan_id = loans.loan_id AND payment->>'status' = 'VERIFIED'
    GROUP BY loans.loan_id
"""


def collect(layout: Layout, checkout: Path, scratch: Scratch) -> dict[str, list[bytes]]:
    """Fills the scratch database; returns the anchors by service."""
    client, known = kafka.client(layout, pki.DEPLOY).client(), topics.table(checkout / "gen")
    scratch.add("events", topics.events(client, list(known)))
    anchors: dict[str, list[bytes]] = {name: [] for name in catalog.BY_NAME}
    for _, _, _, key, value, _ in topics.records(client, [ANCHORS]):
        anchors.setdefault(key.decode(errors="replace"), []).append(value)
    letters = {f"loanflow.{name}.dlq": name for name in catalog.BY_NAME}
    for topic, _, _, _, _, headers in topics.records(client, list(letters)):
        scratch.add("set_aside", [(letters[topic], headers.get("ce_id", ""))])
    scratch.add("listeners", _listeners(checkout / "proto" / "review" / "listeners.txt"))
    for name in postgres.SERVICES:
        _of_postgres(layout, name, scratch)
    with mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in mongo.DATABASES:
            _of_mongo(found, name, scratch)
    scratch.index()
    return anchors


def _listeners(reviewed: Path) -> Iterator[tuple[str, str]]:
    """Who handles which type, as a person wrote it down."""
    kind = ""
    for line in reviewed.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] != " ":
            kind = line.strip()
        else:
            yield kind, line.split()[0]


def _of_postgres(layout: Layout, name: str, scratch: Scratch) -> None:
    with postgres.admin(layout, name) as connection:
        connection.autocommit = False
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        scratch.add("aggregates", aggregates(name, connection))
        scratch.add("waiting", _under(name, connection, "SELECT aggregate_id, version FROM outbox"))
        scratch.add("received", _under(name, connection, "SELECT event_id FROM inbox"))
        scratch.add("set_aside", _under(name, connection, "SELECT event_id FROM parked"))
        scratch.add("audited", _under(name, connection, _AUDITED))
        scratch.add(
            "decisions", (each for service, text in _PERSONS if service == name for each in rows(connection, text))
        )
        if name == "application":
            scratch.add("statuses", rows(connection, "SELECT application_id, status FROM applications"))
            scratch.add("moves", rows(connection, _MOVES))
        if name == "repayment":
            found = rows(connection, _LEDGER)
            scratch.add("paid", ((loan, "the ledger", cents({"amount": a, "currency": c})) for loan, a, c in found))
            found = rows(connection, _VERIFIED)
            scratch.add("paid", ((loan, "the payments", cents({"amount": a, "currency": c})) for loan, a, c in found))
        if name == "activation":
            found = rows(connection, "SELECT loan_id, total_paid FROM accounts WHERE status <> 'CANCELLED'")
            scratch.add("paid", ((loan, "the account", cents(paid)) for loan, paid in found))


def _under(name: str, connection: Any, question: str) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, the service's name before each."""
    yield from ((name, *each) for each in rows(connection, question))


def _of_mongo(client: Any, name: str, scratch: Scratch) -> None:
    database, trail = client[name], client[f"{name}_audit"]
    scratch.add("aggregates", documents(name, database))
    scratch.add("waiting", ((name, each["aggregate_id"], each["version"]) for each in database.outbox.find()))
    scratch.add("received", ((name, each["_id"]) for each in database.inbox.find({}, ["_id"])))
    scratch.add("set_aside", ((name, each["_id"]) for each in database.parked.find({}, ["_id"])))
    columns = ("method", "aggregate_type", "aggregate_id", "version", "correlation_id")
    audited = ((*(each[column] for column in columns), ",".join(sorted(each["after"]))) for each in trail.audit.find())
    scratch.add("audited", ((name, *each) for each in audited))
