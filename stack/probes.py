"""The two cheap questions that readiness starts with; asked often while a part starts, so they load nothing."""

import http.client
import socket

PATIENCE_SECONDS = 2.0


def port_open(port: int) -> None:
    """Returns when something listens on a loopback port, else OSError."""
    socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS).close()


def http_ok(port: int, path: str) -> None:
    """Returns when a GET on loopback answers 200, else OSError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except http.client.HTTPException as error:
        raise ConnectionError(f"port {port} does not speak HTTP yet: {error}") from error
    finally:
        connection.close()
    if status != http.client.OK:
        raise ConnectionError(f"{path} answers {status}")
