"""Makes the peer's tables and serves it: `python -m tests.bench.peer PORT WORKERS`, in the peer's own environment."""

import asyncio
import sys

import uvicorn

from tests.bench.peer.service import Base, engine


async def _make_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(_make_tables())
    uvicorn.run(
        "tests.bench.peer.service:app",
        host="127.0.0.1",
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
