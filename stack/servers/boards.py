"""The boards of a stack as pages on its own machine, drawn of what Prometheus answers at that moment.

usage: python -m stack.servers.boards PORT PROMETHEUS
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

from stack import probes, programs
from stack.layout import Layout
from stack.observability.boards import BOARDS, Panel
from stack.observability.drawing import Drawn, Line, page
from stack.servers import prometheus

# How far back a page looks, how many figures a line has at most, and for how long an answer is waited for.
SECONDS, POINTS, PATIENCE = 3600.0, 240, 10.0
_AT_ONCE = 4
_PAGES = {each.name: each for each in BOARDS}


def asked(client: httpx.Client, panel: Panel, start: float, end: float) -> Drawn:
    """A panel with what Prometheus says of its query."""
    step = (end - start) / POINTS
    query: dict[str, str | float] = {"query": panel.query, "start": start, "end": end, "step": step}
    try:
        answer = client.get("/api/v1/query_range", params=query).json()
    except (httpx.HTTPError, ValueError) as error:
        return Drawn(panel, problem=f"Prometheus does not answer: {error!r}")
    if answer["status"] != "success":
        return Drawn(panel, problem=f"Prometheus refuses the query: {answer['error']}")
    lines = [
        Line(each["metric"], [(moment, float(value)) for moment, value in each["values"]])
        for each in answer["data"]["result"]
    ]
    return Drawn(panel, lines)


def drawn(client: httpx.Client, path: str, end: float) -> str:
    """The board that a path names, the first one at `/`, of the hour before `end`; KeyError when there is none."""
    board, start = _PAGES[path.strip("/") or BOARDS[0].name], end - SECONDS
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return page(board, list(pool.map(partial(asked, client, start=start, end=end), board.panels)), start, end)


class Handler(BaseHTTPRequestHandler):
    """Gives the board that a path names."""

    draw: Callable[[str], str]

    def do_GET(self) -> None:
        """A page, or 404."""
        try:
            content = type(self).draw(urlsplit(self.path).path).encode()
        except KeyError:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet."""


def url(layout: Layout) -> str:
    """The first page."""
    return f"http://127.0.0.1:{layout.ports.of('boards')}/"


def command(layout: Layout) -> list[str]:
    """The pages as a program."""
    return [programs.python(), "-m", __name__, str(layout.ports.of("boards")), prometheus.url(layout)]


def ready(layout: Layout) -> None:
    """Returns when the first page is drawn."""
    probes.http_ok(layout.ports.of("boards"), "/")


def main(port: str, source: str) -> None:
    """Serves until it is stopped, on the loopback alone."""
    with httpx.Client(base_url=source, timeout=PATIENCE) as client:
        Handler.draw = staticmethod(lambda path: drawn(client, path, time.time()))
        with ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) as server:
            server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
