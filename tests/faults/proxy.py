"""A network that fails on demand: a relay of TCP connections that slows them down, swallows bytes or cuts them.

It sees no more than bytes, as what goes through it is encrypted.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto

HOST = "127.0.0.1"
_CHUNK = 65_536
_SLOW_SECONDS = 0.2


class Network(Enum):
    """How the network behaves."""

    WELL = auto()
    # Every piece comes a fifth of a second late.
    SLOW = auto()
    # What is sent arrives, and no answer comes back: whether it was done stays open for who asked.
    NO_ANSWERS = auto()
    # Connections stay open, and nothing moves in them: a half-open socket.
    STALLED = auto()


class Proxy:
    """A port of loopback that leads to another one."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.network = Network.WELL
        self._writers = set[asyncio.StreamWriter]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._accept, HOST, 0), self._loop
        ).result()
        self.port = int(server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Ends all connections that are open; new ones are taken."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    def close(self) -> None:
        """Ends all connections and takes no more."""
        self._loop.call_soon_threadsafe(self._server.close)
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @contextmanager
    def behaving(self, network: Network) -> Iterator[None]:
        """The network behaves so for the block; then what hung in it is cut, and all is well."""
        self.network = network
        try:
            yield
        finally:
            self.network = Network.WELL
            self.cut()

    async def _cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            there = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(there[1])
        asking = asyncio.ensure_future(self._pass(reader, there[1], answers=False))
        await asyncio.gather(asking, self._pass(there[0], writer, answers=True))
        self._writers -= {writer, there[1]}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                await self._delay()
                if answers and self.network is Network.NO_ANSWERS:
                    continue
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def _delay(self) -> None:
        if self.network is Network.SLOW:
            await asyncio.sleep(_SLOW_SECONDS)
        while self.network is Network.STALLED:
            await asyncio.sleep(0.02)
