"""Keepalive of every connection, in one table: who asks how often, and how often the other side lets itself be asked.

A gRPC server ends the connection of a client that asks too often (gRFC A8); by itself it allows one ping in five
minutes. So both ends of a connection take their numbers from here: the edge, the services' clients and servers,
the WebSocket. Clients outside ping the edge, which answers every ping.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keepalive:
    """Times in seconds.

    `ping` is the time between two pings, `answer` how long the other side has to answer, `least` what a server allows
    between two pings. A server closes connections after `age`, so that clients come back to fresh certificates and new
    replicas; streams that are open then have `stream` seconds to end, which is the longest that any may last.
    """

    ping: float = 30.0
    answer: float = 10.0
    least: float = 10.0
    age: float = 600.0
    stream: float = 900.0

    def server_options(self) -> list[tuple[str, int]]:
        """What a gRPC server is started with."""
        return [
            *self._pings(),
            ("grpc.http2.min_ping_interval_without_data_ms", _ms(self.least)),
            ("grpc.max_connection_age_ms", _ms(self.age)),
            ("grpc.max_connection_age_grace_ms", _ms(self.stream + self.ping)),
        ]

    def client_options(self) -> list[tuple[str, int]]:
        """What a gRPC channel is made with; it asks while there are calls, however long they are silent."""
        return [*self._pings(), ("grpc.http2.max_pings_without_data", 0)]

    def _pings(self) -> list[tuple[str, int]]:
        return [
            ("grpc.keepalive_time_ms", _ms(self.ping)),
            ("grpc.keepalive_timeout_ms", _ms(self.answer)),
            # On a server: a client may ask between its calls, too.
            ("grpc.keepalive_permit_without_calls", 1),
        ]


MESH = Keepalive()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
