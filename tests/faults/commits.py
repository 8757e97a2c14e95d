"""A way to PostgreSQL on which COMMIT arrives and is done, and the answer to it is lost with the connection.

It ends TLS with the server's own certificate, so that passwords may be bound to it (SCRAM-SHA-256-PLUS), reads the
messages of the protocol, and cuts the connection once the server has said COMMIT.
"""

import asyncio
import random
import ssl
import threading

from stack.layout import Layout
from tests.fakes.postgres_proxy import Reader

HOST = "127.0.0.1"
_TLS = (8).to_bytes(4) + (80877103).to_bytes(4)
_DONE = b"COMMIT\x00"
_CHUNK, _ENDING_SECONDS = 65_536, 0.1


class LostCommits:
    """A port of loopback that leads to PostgreSQL, and loses the answers to so many COMMITs, by chance."""

    def __init__(self, layout: Layout, chance: random.Random, share: float) -> None:
        self._port, self._chance, self._share = layout.ports.of("postgres"), chance, share
        self._server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._server_side.load_cert_chain(layout.pki / "postgres" / "tls.pem", layout.pki / "postgres" / "tls.key")
        self._client_side = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
        self.lost = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lost commits", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._accept, HOST, 0), self._loop
        ).result()
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Takes no more connections, and ends those that are open."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        open_ones = asyncio.all_tasks() - {asyncio.current_task()}
        for each in open_ones:
            each.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        # The connections end in rounds of the loop that follow.
        await asyncio.sleep(_ENDING_SECONDS)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(HOST, self._port)
        try:
            await reader.readexactly(len(_TLS))
            there[1].write(_TLS)
            await there[0].readexactly(1)
            await there[1].start_tls(self._client_side, server_hostname=HOST)
            # At once: what the client sends now belongs to TLS.
            writer.write(b"S")
            await writer.start_tls(self._server_side)
            await self._relay(reader, writer, *there)
        except (OSError, asyncio.IncompleteReadError):
            # One of the two has ended.
            pass
        finally:
            for each in (writer, there[1]):
                each.transport.abort()

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, there: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        sent, armed = Reader(), asyncio.Event()

        async def ask() -> None:
            while piece := await reader.read(_CHUNK):
                commits = any("COMMIT" in trip.statements for trip in sent.read(piece))
                if commits and self._chance.random() < self._share:
                    armed.set()
                to_server.write(piece)
                await to_server.drain()

        async def answer() -> None:
            kept = b""
            while piece := await there.read(_CHUNK):
                if armed.is_set():
                    kept += piece
                    if _DONE in kept:
                        self.lost += 1
                        return
                    continue
                writer.write(piece)
                await writer.drain()

        both = [asyncio.ensure_future(each()) for each in (ask, answer)]
        _, left = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
