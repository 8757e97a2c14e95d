"""Whatever is listed or worked off by a time has an order within one moment that is not an id's, or needs none."""

import ast
import importlib
from pathlib import Path

import pytest

from services.catalog import SERVICES
from services.runtime.stores import mongo_paging, postgres_paging

ROOT = Path(__file__).parents[2]
# Lists and queues whose rows of one moment may come in any order, and why; an id only keeps pages from overlapping.
ANY_ORDER = {
    "application create_time": "applications are not what happened to one another",
    "auth create_time": "partners' clients are not what happened to one another",
    "auth grant_time": "a customer's consents for different apps",
    "auth request_time": "an account has one grant that waits; grants of different accounts",
    "document upload_time": "uploads of a folder are one after the other, to the microsecond",
    "kyc due_time": "reviews and cases are not what happened to one another",
    "kyc renewal_due_time": "papers of different applications, that are asked for",
    "kyc submit_time": "applications are not what happened to one another",
    "notification create_time": "one event's notices over several channels; events are one after the other",
    "notification update_time": "a customer's devices, each of which gets the same",
    "repayment next_run_date": "loans are worked on apart from one another, several at once",
    "risk answer_due_time": "reviews of different applications",
    "risk due_date": "collateral of different applications, due on the same day",
    "risk latest_time": "reports of different applications",
    "risk notice_due_time": "notices of different applications",
}


def ends_in_an_id(names: list[str]) -> bool:
    return len(names) > 1 and names[-1].endswith("_id") and names[-2].endswith(("_time", "_date"))


def keysets(service: str) -> list[list[str]]:
    """The orders of the service's lists."""
    if not (ROOT / "services" / service / "store.py").exists():
        return []
    found = vars(importlib.import_module(f"services.{service}.store")).values()
    sql = [[column.name for column in each.columns] for each in found if isinstance(each, postgres_paging.Keyset)]
    return sql + [list(each.fields) for each in found if isinstance(each, mongo_paging.Keyset)]


def queries(service: str) -> list[list[str]]:
    """The orders that are written out: tuples and arguments of columns, such as `payments.c.receive_time`."""
    orders = []
    for path in sorted((ROOT / "services" / service).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
            orders.append([part.attr for part in parts if isinstance(part, ast.Attribute)])
    return orders


@pytest.mark.parametrize("service", sorted(each.name for each in SERVICES))
def test_no_time_is_followed_by_an_id_where_the_order_matters(service: str) -> None:
    found = {f"{service} {names[-2]}" for names in keysets(service) + queries(service) if ends_in_an_id(names)}
    assert found == {name for name in ANY_ORDER if name.split()[0] == service}
