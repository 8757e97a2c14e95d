"""Every port of a stack, derived from its one base, so that stacks with other bases run side by side."""

from dataclasses import dataclass

from services import catalog

# A base is a multiple of this, and no offset reaches it: two stacks never share a port.
SPAN = 1000


@dataclass(frozen=True)
class Ports:
    """The ports of the stack with base `base`, a multiple of 1000 from 2000 to 31000, else ValueError.

    From 32768 on the system lends ports to outgoing connections, and one of them may be taken when a service wants it.
    """

    base: int

    def __post_init__(self) -> None:
        if self.base % SPAN or not 2000 <= self.base <= 31000:
            raise ValueError(f"a base port is a multiple of {SPAN} from 2000 to 31000, not {self.base}")

    def service(self, name: str, *, standby: bool = False) -> int:
        """The gRPC port of a service, or of its stand-in."""
        return self.base + catalog.BY_NAME[name].offset + (catalog.STANDBY_OFFSET if standby else 0)

    def metrics(self, name: str, *, standby: bool = False) -> int:
        """The port of a service's metrics and liveness."""
        return self.service(name, standby=standby) + catalog.METRICS_OFFSET

    def of(self, part: str) -> int:
        """The port of a part by its name in `OFFSETS`, such as "postgres" or "edge"."""
        return self.base + OFFSETS[part]

    def all(self) -> dict[str, int]:
        """Every port with its name; a service's are `kyc` and `kyc metrics`, and those of its stand-in."""
        found = {part: self.of(part) for part in OFFSETS}
        for name in catalog.BY_NAME:
            found |= {name: self.service(name), f"{name} metrics": self.metrics(name)}
            stand_in = self.service(name, standby=True), self.metrics(name, standby=True)
            found |= dict(zip((f"{name} standby", f"{name} standby metrics"), stand_in, strict=True))
        return found


OFFSETS = {
    "postgres": 20,
    "redis": 21,
    "kafka": 22,
    "kafka controller": 23,
    "registry": 24,
    "registry management": 25,
    "mongo": 26,
    "openbao": 27,
    "openbao cluster": 28,
    "s3": 30,
    "s3 rpc": 31,
    "s3 filer": 32,
    "s3 filer rpc": 33,
    "s3 master": 34,
    "s3 master rpc": 35,
    "s3 volume": 36,
    "s3 volume rpc": 37,
    "kafka-2": 42,
    "kafka-2 controller": 43,
    "kafka-3": 44,
    "kafka-3 controller": 45,
    "mail": 40,
    "bank": 41,
    "providers": 46,
    "search": 47,
    "search transport": 48,
    "collector": 49,
    "live": 50,
    "live standby": 51,
    "prometheus": 52,
    "alertmanager": 53,
    "blackbox": 54,
    "node": 55,
    "boards": 56,
    "timestamps": 57,
    "collector health": 58,
    "collector figures": 59,
    "logstore": 60,
    "tracestore": 61,
    "edge": 80,
    "edge admin": 90,
    "edge tls": 443,
}
