"""Handlers keep to the reasons that the contract lists for their RPC, where a test holds them to it."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.runtime import errors
from services.runtime.serving.interceptors.reasons import ReasonsSettings
from tests.harness import ANONYMOUS, Servers

PATH = "/meshtest.v1.ShelfService/GetOpen"
RAISED = {
    "listed": errors.FailedPrecondition("no", reason="SHELF_FULL"),
    "general": errors.Unavailable("away"),
    "unlisted": errors.FailedPrecondition("no", reason="SHELF_LOST"),
}


def _refuse(_servicer: Any, request: Any, _context: Any) -> Any:
    raise RAISED[request.book_id]


@pytest.fixture
def client(shelf: ModuleType, client_for: Servers, tmp_path: Path) -> Any:
    refusing = type("Refusing", (shelf.Shelf,), {"GetOpen": _refuse})
    table = tmp_path / "access.json"
    table.write_text(json.dumps({PATH: {"reasons": ["SHELF_FULL", "SHELF_BURNT"]}}))
    reasons = ReasonsSettings(table, tmp_path / "raised")
    owners = {"book_id": shelf.owner_of}
    return client_for.serve(refusing(), owners=owners, store=shelf.MemoryStore(), reasons=reasons).client(ANONYMOUS)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("listed", errors.FailedPrecondition), ("general", errors.Unavailable), ("unlisted", errors.Internal)],
)
def test_a_reason_that_is_not_listed_breaks_the_call(
    name: str, kind: type[errors.Error], client: Any, shelf: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(kind):
        client.GetOpen(shelf.pb.GetRequest(book_id=name))
    noted = [path.name for path in (tmp_path / "raised").glob("*")]
    assert noted == ([] if name == "general" else [f"meshtest.v1.ShelfService.GetOpen:{RAISED[name].reason}"])
