"""Apps of customers that follow live: each keeps a socket through whatever ends it, and loses nothing.

When a socket ends, its app opens another and reads the inbox for what it missed, from the last id that it has seen on.
What comes both ways it knows by its id. All run in one thread of their own.
"""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

PATH, INBOX = "/ws/notifications", "/api/v1/notifications/inbox"
_PAGE = 100
# As many open a socket, or read an inbox, at one moment; and how long an app waits before it comes back.
_AT_ONCE, _FIRST_PAUSE, _LONGEST_PAUSE = 32, 0.2, 2.0
_TIMEOUT = 20.0
_PASSING = (WebSocketException, httpx.HTTPError, OSError, TimeoutError)


@dataclass(frozen=True)
class Person:
    """A customer whose apps follow; `token` gives one that is good now."""

    customer_id: str
    token: Callable[[], str]


@dataclass(frozen=True)
class Seen:
    """A notification that an app has seen: when, how many seconds after it was made, and whether by the socket."""

    notification_id: str
    at: float
    seconds: float
    live: bool


@dataclass
class App:
    """One app. `known` is what was on the inbox's first page before it began, `by_socket` how often each id came so.

    `open_time` is when it opened its last socket, by the monotonic clock.
    """

    person: Person
    known: set[str] = field(default_factory=set)
    seen: dict[str, Seen] = field(default_factory=dict)
    by_socket: Counter[str] = field(default_factory=Counter)
    last_id: str = ""
    sockets: int = 0
    is_open: bool = False
    open_time: float = 0.0

    def opens(self) -> None:
        """Takes note of another socket."""
        self.sockets, self.is_open, self.open_time = self.sockets + 1, True, time.monotonic()

    def due(self, inbox: Mapping[str, str]) -> dict[str, str]:
        """What it has to have seen of an inbox, the oldest first: all above the newest that it knew."""
        ids = [*inbox]
        start = max((place for place, key in enumerate(ids, 1) if key in self.known), default=0)
        return {key: inbox[key] for key in ids[start:]}

    def takes(self, notification: Mapping[str, Any], *, live: bool) -> None:
        """Shows a notification, unless it has shown it."""
        key, at = notification["notificationId"], time.time()
        self.by_socket[key] += live
        if key not in self.known and key not in self.seen:
            made = datetime.fromisoformat(notification["createTime"]).timestamp()
            self.seen[key], self.last_id = Seen(key, at, at - made, live), key


@dataclass(frozen=True)
class Outcome:
    """What all apps have lost, or were sent twice by one socket after another.

    `disordered` counts those that saw what concerns one application in another order than it was made in. Between two
    applications there is none: each is told of by whichever replica has its events.
    """

    expected: int
    seen: int
    gaps: int
    doubles: int
    disordered: int
    reconnects: int
    caught_up: int


class Followers:
    """`with Followers(url, people, each=5) as following:` has each of them follow with so many apps at once."""

    def __init__(self, url: str, people: Sequence[Person], each: int) -> None:
        self._url = url
        self.apps = [App(person) for person in people for _ in range(each)]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="followers", daemon=True)
        self._end = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)
        self._loop.close()

    @property
    def open(self) -> int:
        """How many have a socket now."""
        return sum(each.is_open for each in self.apps)

    @property
    def sockets(self) -> list[int]:
        """How many sockets each has had."""
        return [each.sockets for each in self.apps]

    def seen_since(self, moment: float) -> list[Seen]:
        """What was seen since a moment."""
        return [seen for app in self.apps for seen in list(app.seen.values()) if seen.at >= moment]

    def outcome(self) -> Outcome:
        """What became of all that is in the inboxes by now."""
        expected = seen = gaps = doubles = disordered = 0
        inboxes = {person.customer_id: _whole_inbox(self._url, person) for person in self._people()}
        for app in self.apps:
            due = app.due(inboxes[app.person.customer_id])
            expected, seen, gaps = expected + len(due), seen + len(app.seen), gaps + len(due.keys() - app.seen.keys())
            doubles += sum(count - 1 for count in app.by_socket.values() if count > 1)
            had = [(due[key], key) for key in app.seen if key in due]
            made = [(about, key) for key, about in due.items() if key in app.seen]
            # A sort keeps the order of those that are about one application.
            disordered += sorted(had, key=itemgetter(0)) != sorted(made, key=itemgetter(0))
        caught_up = sum(not each.live for app in self.apps for each in app.seen.values())
        reconnects = sum(max(0, app.sockets - 1) for app in self.apps)
        return Outcome(expected, seen, gaps, doubles, disordered, reconnects, caught_up)

    def _people(self) -> Iterable[Person]:
        return {app.person.customer_id: app.person for app in self.apps}.values()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._follow_all())

    async def _follow_all(self) -> None:
        turns = asyncio.Semaphore(_AT_ONCE)
        limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
        async with httpx.AsyncClient(base_url=self._url, timeout=_TIMEOUT, limits=limits) as client:
            tasks = [asyncio.create_task(self._follow(app, client, turns)) for app in self.apps]
            await self._end.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, app: App, client: httpx.AsyncClient, turns: asyncio.Semaphore) -> None:
        pause, address = _FIRST_PAUSE, self._url.replace("http", "ws", 1) + PATH
        while True:
            with suppress(*_PASSING):
                async with turns:
                    token = await asyncio.to_thread(app.person.token)
                    if not app.sockets:
                        app.known |= {each["notificationId"] for each in await _page(client, token)}
                    headers = {"authorization": f"Bearer {token}"}
                    # What the server asks for it answers; it asks nothing itself.
                    socket = await connect(
                        address, additional_headers=headers, compression=None, ping_interval=None,
                        open_timeout=_TIMEOUT, close_timeout=1, max_queue=None,
                    )  # fmt: skip
                async with socket:
                    app.opens()
                    pause = _FIRST_PAUSE
                    async with turns:
                        await _catch_up(app, client, token)
                    async for message in socket:
                        app.takes(json.loads(message)["notification"], live=True)
            app.is_open = False
            await asyncio.sleep(random.uniform(pause / 2, pause))
            pause = min(_LONGEST_PAUSE, pause * 2)


async def _catch_up(app: App, client: httpx.AsyncClient, token: str) -> None:
    """Takes what the inbox has that is newer than the last one seen, the oldest first."""
    newer, page_token = list[Mapping[str, Any]](), ""
    while True:
        page = await _page(client, token, page_token)
        for each in page:
            if each["notificationId"] == app.last_id or each["notificationId"] in app.known:
                page_token = ""
                break
            newer.append(each)
        else:
            page_token = page.next_token
        if not page_token:
            break
    for each in reversed(newer):
        app.takes(each, live=False)


class _Page(list[Mapping[str, Any]]):
    """Notifications, and where the next ones are."""

    next_token: str = ""


async def _page(client: httpx.AsyncClient, token: str, page_token: str = "") -> _Page:
    query: dict[str, str | int] = {"page_size": _PAGE, "page_token": page_token}
    answer = await client.get(INBOX, params=query, headers={"authorization": f"Bearer {token}"})
    return _read(answer)


def _whole_inbox(url: str, person: Person) -> dict[str, str]:
    """The ids of all that a customer has, the one made first at the head, and which application each is about."""
    found, page_token = list[tuple[str, str]](), ""
    while True:
        headers = {"authorization": f"Bearer {person.token()}"}
        page = _read(httpx.get(url + INBOX, params={"page_size": _PAGE, "page_token": page_token}, headers=headers))
        found += [(each["notificationId"], each.get("applicationId", "")) for each in page]
        page_token = page.next_token
        if not page_token:
            return dict(found[::-1])


def _read(answer: httpx.Response) -> _Page:
    said = answer.raise_for_status().json()
    page = _Page(said.get("notifications", []))
    page.next_token = said.get("nextPageToken", "")
    return page
