"""Gathers what the checks ask of: the ends of topics first, so that what is on its way counts for none.

An event before its topic's end was committed by then; so what the databases say, which are asked later, is never older
than what the topics do, in whichever order the two are read.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from services import catalog
from stack import pki
from stack.audit import topics
from stack.audit.handled import Handled, event
from stack.audit.scratch import Scratch, events_in
from stack.audit.stores import aggregates, cents, documents, rows
from stack.layout import Layout
from stack.servers import kafka, mongo, postgres

ANCHORS = "loanflow.audit.anchors"
_PORTION = 5000
# What the audit of large trails is sorted and grouped in.
_SETTINGS = "SET LOCAL work_mem = '64MB'"
_LAST = "SELECT aggregate_id, max(version) FROM audit GROUP BY aggregate_id ORDER BY aggregate_id"
# An id that another source had already has its own source before it, on a line of its own.
_NAMED = "source || ' ' || substring(event_id FROM '[^\\n]*$')"
# By their bytes, as they are compared here.
_HANDLED = f'COPY (SELECT ({_NAMED}) COLLATE "C" FROM inbox ORDER BY 1) TO STDOUT'  # noqa: S608 columns of this file
_PARKED = f"SELECT {_NAMED} FROM parked"  # noqa: S608 columns of this file
# What an event changed more than once; of that alone the columns are compared.
_REPEATED = """
    WITH suspect AS (
        SELECT method, aggregate_type, aggregate_id, correlation_id FROM audit WHERE method NOT LIKE '/%'
        GROUP BY method, aggregate_type, aggregate_id, correlation_id HAVING count(*) > 1
    )
    SELECT method, aggregate_type, aggregate_id, correlation_id, count(*) FROM audit
        JOIN suspect USING (method, aggregate_type, aggregate_id, correlation_id)
    GROUP BY method, aggregate_type, aggregate_id, correlation_id,
        ARRAY(SELECT name FROM jsonb_object_keys(after) AS name ORDER BY name)
    HAVING count(*) > 1
"""
_MOVES = "SELECT application_id, number, from_status, to_status FROM timeline WHERE to_status <> '' ORDER BY 1, 2"
_PERSONS = (
    ("kyc", "SELECT application_id, decided_by, 'kyc officer' FROM reviews WHERE decided_by <> '' ORDER BY 1"),
    ("risk", "SELECT application_id, decided_by, 'risk manager' FROM reports WHERE decided_by <> '' ORDER BY 1"),
    ("approval", "SELECT application_id, decided_by, level FROM decisions ORDER BY 1"),
)
# What was paid and not taken back, by the entries of the ledger.
_LEDGER = """
    SELECT loans.loan_id, coalesce(sum(entry.amount), 0)::text, terms->>'currency'
    FROM loans LEFT JOIN transactions AS entry ON entry.loan_id = loans.loan_id AND entry.kind = 'PAYMENT'
        AND NOT EXISTS (SELECT FROM transactions AS back WHERE back.loan_id = entry.loan_id AND back.kind = 'REVERSAL'
            AND back.reverses = entry.id)
    GROUP BY loans.loan_id ORDER BY loans.loan_id
"""
# The same by what officers accepted.
_VERIFIED = """
    SELECT loans.loan_id, coalesce(sum((payment->'amount'->>'amount')::numeric), 0)::text, terms->>'currency'
    FROM loans LEFT JOIN payments ON payments.loan_id = loans.loan_id AND payment->>'status' = 'VERIFIED'
    GROUP BY loans.loan_id ORDER BY loans.loan_id
"""

# Loans that were withdrawn from: the entries that say so, those since that are no payments, and whether one is closed
# with less than was lent.
_WITHDRAWN = """
    SELECT loans.loan_id,
        (SELECT count(*) FROM transactions WHERE transactions.loan_id = loans.loan_id AND kind = 'WITHDRAWAL'),
        (SELECT count(*) FROM transactions AS later JOIN transactions AS entry ON entry.loan_id = later.loan_id
            WHERE later.loan_id = loans.loan_id AND entry.kind = 'WITHDRAWAL' AND later.number > entry.number
            AND later.kind NOT IN ('PAYMENT', 'REVERSAL')),
        status = 'CLOSED' AND (terms->>'principal')::numeric > (
            SELECT coalesce(sum((payment->'amount'->>'amount')::numeric), 0) FROM payments
            WHERE payments.loan_id = loans.loan_id AND payment->>'status' = 'VERIFIED')
    FROM loans WHERE withdrawal IS NOT NULL ORDER BY loans.loan_id
"""


def ends(layout: Layout, checkout: Path) -> topics.Ends:
    """Where the topics of events end now."""
    return topics.ends_of(kafka.client(layout, pki.DEPLOY).client(), list(topics.table(checkout / "gen")))


def published(layout: Layout, known: topics.Ends, file: Path) -> None:
    """Every event that is in a topic before those ends, into a new file."""
    with closing(events_in(file)) as scratch:
        scratch.add("events", topics.events(kafka.client(layout, pki.DEPLOY).client(), known))


def anchored(layout: Layout) -> dict[str, list[bytes]]:
    """The anchors by service."""
    anchors: dict[str, list[bytes]] = {name: [] for name in catalog.BY_NAME}
    client = kafka.client(layout, pki.DEPLOY).client()
    for _, _, _, key, value, _ in topics.records(client, topics.ends_of(client, [ANCHORS])):
        anchors.setdefault(key.decode(errors="replace"), []).append(value)
    return anchors


def collect(layout: Layout, checkout: Path, scratch: Scratch, handled: Handled) -> None:
    """Fills both with what the others than the topics of events hold."""
    client = kafka.client(layout, pki.DEPLOY).client()
    letters = {f"loanflow.{name}.dlq": name for name in catalog.BY_NAME}
    for topic, _, _, _, _, headers in topics.records(client, topics.ends_of(client, list(letters))):
        scratch.add("set_aside", [(letters[topic], event(headers.get("ce_source", ""), headers.get("ce_id", "")))])
    scratch.add("listeners", _listeners(checkout / "proto" / "review" / "listeners.txt"))
    for name in postgres.SERVICES:
        _of_postgres(layout, name, scratch, handled)
    with mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in mongo.DATABASES:
            _of_mongo(found, name, scratch, handled)


def _listeners(reviewed: Path) -> Iterator[tuple[str, str]]:
    """Which service handles which type, as a person wrote it down; partners, who are sent some, are none."""
    kind = ""
    for line in reviewed.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] != " ":
            kind = line.strip()
        elif (listener := line.split()[0]) in catalog.BY_NAME:
            yield kind, listener


def _of_postgres(layout: Layout, name: str, scratch: Scratch, handled: Handled) -> None:
    with postgres.admin(layout, name) as connection:
        connection.autocommit = False
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(_SETTINGS)
        scratch.add("aggregates", aggregates(name, connection))
        scratch.add("waiting", _under(name, connection, "SELECT aggregate_id, version FROM outbox"))
        with connection.cursor() as cursor, cursor.copy(_HANDLED) as lines:
            handled.add_sorted(name, lines)
        scratch.add("set_aside", _under(name, connection, _PARKED))
        scratch.add("audited", _under(name, connection, _LAST))
        scratch.add("repeated", _under(name, connection, _REPEATED))
        scratch.add(
            "decisions", (each for service, text in _PERSONS if service == name for each in rows(connection, text))
        )
        if name == "application":
            scratch.add("statuses", rows(connection, "SELECT application_id, status FROM applications ORDER BY 1"))
            scratch.add("moves", rows(connection, _MOVES))
        if name == "repayment":
            found = rows(connection, _LEDGER)
            scratch.add("paid", ((loan, "the ledger", cents({"amount": a, "currency": c})) for loan, a, c in found))
            found = rows(connection, _VERIFIED)
            scratch.add("paid", ((loan, "the payments", cents({"amount": a, "currency": c})) for loan, a, c in found))
            scratch.add("withdrawn", rows(connection, _WITHDRAWN))
        if name == "activation":
            found = rows(connection, "SELECT loan_id, total_paid FROM accounts WHERE status <> 'CANCELLED' ORDER BY 1")
            scratch.add("paid", ((loan, "the account", cents(paid)) for loan, paid in found))


def _under(name: str, connection: Any, question: str) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, the service's name before each."""
    yield from ((name, *each) for each in rows(connection, question))


def _named(rows: Any) -> Iterator[str]:
    """The events that rows are of."""
    for each in rows.find({}, ["source"]).batch_size(_PORTION):
        yield event(each["source"], each["_id"].rpartition("\n")[2])


def _of_mongo(client: Any, name: str, scratch: Scratch, handled: Handled) -> None:
    database, trail = client[name], client[f"{name}_audit"]
    scratch.add("aggregates", documents(name, database))
    scratch.add("waiting", ((name, each["aggregate_id"], each["version"]) for each in database.outbox.find()))
    handled.add(name, _named(database.inbox))
    scratch.add("set_aside", ((name, each) for each in _named(database.parked)))
    columns = ("method", "aggregate_type", "aggregate_id", "version", "correlation_id")
    found = trail.audit.find({}, [*columns, "after"]).batch_size(_PORTION)
    scratch.add("changes", ((*(each[column] for column in columns), ",".join(sorted(each["after"]))) for each in found))
    scratch.sum_up(name)
