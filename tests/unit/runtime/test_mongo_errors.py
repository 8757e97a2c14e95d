"""What the driver of MongoDB raises, and what of it says that the same will succeed later."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import InvalidOperation

from services.runtime import errors
from services.runtime.stores.mongo_errors import translated

Client = MongoClient[dict[str, Any]]


@pytest.mark.parametrize(
    "use",
    [
        lambda client: client.one.things.find_one(),
        lambda client: client.one.things.insert_one({}),
        lambda client: client.admin.command("ping"),
    ],
)
def test_a_closed_client_is_no_fault_of_the_event(use: Callable[[Client], object]) -> None:
    """A batch that outlasts the end of its service is handled after the next start, and no event of it is set aside."""
    client = Client("127.0.0.1", 1, connect=False)
    client.close()
    with pytest.raises(errors.Unavailable), translated():
        use(client)


def test_another_wrong_use_of_the_driver_stays_what_it_is() -> None:
    with pytest.raises(InvalidOperation), translated():
        Client("127.0.0.1", 1, connect=False).start_session().commit_transaction()
