"""An app that follows live: what it missed it takes from the inbox, each thing once, and counts what comes twice."""

import asyncio
from typing import Any

import httpx

from tests.followers import App, Person, _catch_up


def notification(number: int) -> dict[str, Any]:
    return {"notificationId": f"n{number}", "createTime": f"2030-01-15T12:00:{number:02}Z"}


def inbox(count: int, size: int) -> httpx.AsyncClient:
    """An inbox of so many notifications, the newest first, in pages."""

    def answer(request: httpx.Request) -> httpx.Response:
        first = int(request.url.params["page_token"] or 0)
        numbers = range(count, 0, -1)[first : first + size]
        token = str(first + size) if first + size < count else ""
        return httpx.Response(200, json={"notifications": [*map(notification, numbers)], "nextPageToken": token})

    return httpx.AsyncClient(base_url="http://edge.example", transport=httpx.MockTransport(answer))


def caught_up(app: App, count: int, size: int) -> list[str]:
    async def run() -> None:
        async with inbox(count, size) as client:
            await _catch_up(app, client, "token")

    asyncio.run(run())
    return [*app.seen]


def app_of(*known: str) -> App:
    return App(Person("c", lambda: "token"), known={*known})


def test_what_was_missed_is_taken_from_the_last_id_on_over_any_pages() -> None:
    for size in (1, 2, 3, 10):
        app = app_of("n1", "n2")
        app.takes(notification(3), live=True)
        assert caught_up(app, 7, size) == ["n3", "n4", "n5", "n6", "n7"]
        assert app.last_id == "n7"
        assert caught_up(app, 7, size) == ["n3", "n4", "n5", "n6", "n7"]


def test_an_app_that_has_seen_nothing_yet_takes_all_but_what_it_knew() -> None:
    assert caught_up(app_of(), 3, 2) == ["n1", "n2", "n3"]
    assert caught_up(app_of("n1"), 3, 2) == ["n2", "n3"]


def test_what_is_due_is_what_came_above_the_newest_that_was_known_however_much_there_was_before() -> None:
    whole = {f"n{number}": "a" for number in range(1, 8)}
    assert [*app_of().due(whole)] == [*whole]
    # The first page of an inbox is not all of it.
    assert [*app_of("n4", "n5").due(whole)] == ["n6", "n7"]
    assert [*app_of("gone").due(whole)] == [*whole]


def test_what_comes_both_ways_is_shown_once_and_what_comes_by_sockets_twice_is_counted() -> None:
    app = app_of()
    app.takes(notification(1), live=False)
    for _ in range(2):
        app.takes(notification(1), live=True)
    assert ([*app.seen], app.by_socket["n1"], app.seen["n1"].live) == (["n1"], 2, False)
