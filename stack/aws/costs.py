"""What a place costs in a month, for docs/aws.md: sizes of docs/capacity.md's figures, at list prices.

The sizes are those of `terraform/places`, which a test holds. Prices are on demand, of us-east-1, in US dollars without
tax, as the vendor's pages listed them in January 2025; nobody is asked for them when the page is made.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.catalog import SERVICES, Storage
from stack import folders
from stack.aws import catalogue

PAGE, CAPACITY = folders.CHECKOUT / "docs" / "aws.md", folders.CHECKOUT / "docs" / "capacity.md"
VOLUMES = ("10,000", "1,000,000")
PLACES = {"10,000": "production-eu", "1,000,000": "production"}
PRICED = "January 2025"
HOURS, DAYS = 730, 365
# As docs/capacity.md has it: above that, lines grow faster than load.
BUSY = 0.6
# A tenth of a node is its system's and the mesh's.
_OF_A_NODE = 0.9
# What PostgreSQL grows by for each application, where the run has no figure that can be: 45 events of 1.1 KB, which are
# kept for a week, as much of audit trail and rows, twice with the indexes of them.
_ROWS_BYTES = 100_000
_SUFFIXES = {2: "large", 4: "xlarge", 8: "2xlarge", 16: "4xlarge", 32: "8xlarge", 48: "12xlarge", 64: "16xlarge"}
# One class for two processors; larger ones cost as many times as much. PostgreSQL's is in two zones.
_TWO_CORES = {"db.m6g": 0.318, "db.r6g": 0.2628, "kafka.m7g": 0.204, "m6i": 0.096}
_CLASSES = {
    "db.m6g": (2, 4, 8, 16, 32, 48, 64), "db.r6g": (2, 4, 8, 16, 32, 48, 64), "kafka.m7g": (2, 4, 8, 16, 32, 48, 64),
    "m6i": (4, 16),
}  # fmt: skip
_HOURLY = {"eks": 0.10, "nat": 0.045, "endpoint": 0.01, "balancer": 0.0225, "cache.t4g.small": 0.0256,
           "cache.m7g.large": 0.1264, "m6g.large.search": 0.128, "r6g.xlarge.search": 0.335}  # fmt: skip
_GIGABYTE = {"postgres": 0.23, "documents": 0.10, "bus": 0.10, "search": 0.122, "files": 0.023, "nodes": 0.08}
_MONTHLY = {"key": 1.0, "entry": 0.40, "authority": 400.0}
_UNITS = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}
_BEGIN, _END = "<!-- Made by `python -m stack.aws costs`. -->", "<!-- End of what is made. -->"


@dataclass(frozen=True)
class Load:
    """What docs/capacity.md says that a number of applications a day needs. Cores are busy ones, but for `all`."""

    applications: int
    all: float
    postgres: float
    mongo: float
    kafka: float
    rows_bytes: float
    mongo_bytes: float
    kafka_bytes: float
    file_bytes: float

    @property
    def of_services(self) -> float:
        """Cores of the cluster's own, by so many as they may be busy."""
        return self.all - (self.postgres + self.mongo + self.kafka) / BUSY


@dataclass(frozen=True)
class Sizes:
    """How many machines of which class; disks in gigabytes, each, after a year."""

    nodes: tuple[str, int]
    postgres: tuple[str, int]
    documents: tuple[str, int]
    brokers: tuple[str, int]
    cache: str
    search: tuple[str, int]
    postgres_gigabytes: float
    documents_gigabytes: float
    broker_gigabytes: float


def load(volume: str, page: str) -> Load:
    """The column of a volume; KeyError when the page has no such figure."""
    rows = {cells[0]: cells[1:] for line in page.splitlines() if len(cells := _cells(line)) == len(VOLUMES) + 2}
    at = rows["applications a day"].index(volume)

    def number(name: str) -> float:
        return float(rows[name][at].replace(",", ""))

    def size(name: str) -> float:
        return _bytes(rows[name][at])

    applications = int(number("applications a day"))
    return Load(
        applications, number("cores, all programs"), number("cores of PostgreSQL"), number("cores of the MongoDB API"),
        number("cores of Kafka"), max(size("PostgreSQL a day"), 0.0) or applications * _ROWS_BYTES,
        size("MongoDB a day"), size("Kafka a day"), size("files (S3) a day"),
    )  # fmt: skip


def sizes(need: Load, *, apart: bool) -> Sizes:
    """The machines for it; `apart` when each service has a server of its own."""
    own = {kind: [each for each in SERVICES if each.storage is kind] for kind in Storage}
    servers, clusters = (len(own[kind]) if apart else 1 for kind in Storage)
    nodes = _machines("m6i", need.of_services / _OF_A_NODE, least=3)
    # Each of three brokers takes what one took, since each record is written three times.
    brokers = _machines("kafka.m7g", 3 * need.kafka / BUSY, least=3, most=9)
    return Sizes(
        nodes, (_class("db.m6g", need.postgres / BUSY / servers), servers),
        (_class("db.r6g", need.mongo / BUSY / clusters), 3 * clusters), brokers,
        "cache.m7g.large" if apart else "cache.t4g.small",
        ("r6g.xlarge.search", 500) if apart else ("m6g.large.search", 50),
        need.rows_bytes * DAYS / 1e9 / servers, need.mongo_bytes * DAYS / 1e9,
        3 * need.kafka_bytes * DAYS / 1e9 / brokers[1],
    )  # fmt: skip


def lines(need: Load, machines: Sizes) -> Iterator[tuple[str, str, float]]:
    """Part, what of it, dollars a month."""
    known, files = catalogue.catalogue(), need.file_bytes * DAYS / 1e9
    keys, secrets = 9 + len(known["buckets"]), len(known["secrets"])
    disks = 80 * machines.nodes[1] * _GIGABYTE["nodes"]
    yield "EKS, its nodes", _counted(machines.nodes), _hours("eks") + _of(machines.nodes) + disks
    rows = machines.postgres_gigabytes * machines.postgres[1]
    records = machines.broker_gigabytes * machines.brokers[1]
    for part, servers, gigabytes, kind in (
        ("RDS PostgreSQL, two zones", machines.postgres, rows, "postgres"),
        ("DocumentDB, without I/O", machines.documents, machines.documents_gigabytes, "documents"),
        ("MSK", machines.brokers, records, "bus"),
    ):
        yield part, f"{_counted(servers)}, {_size(gigabytes)}", _of(servers) + gigabytes * _GIGABYTE[kind]
    yield "AWS Private CA", "1", _MONTHLY["authority"]
    yield "ElastiCache", f"2 x {machines.cache}", 2 * _hours(machines.cache)
    search, disk = machines.search
    yield "OpenSearch", f"3 x {search}, {_size(3 * disk)}", 3 * (_hours(search) + disk * _GIGABYTE["search"])
    yield "S3, without requests", _size(files), files * _GIGABYTE["files"]
    ways = 3 * _hours("nat") + 3 * 8 * _hours("endpoint") + _hours("balancer")
    yield "network", "3 NAT gateways, 8 endpoints in 3 zones, a load balancer", ways
    kept = keys * _MONTHLY["key"] + secrets * _MONTHLY["entry"]
    yield "KMS, Secrets Manager", f"{keys} keys, {secrets} secrets", kept


def table(page: str) -> str:
    """Both volumes beside each other, and their sums."""
    columns = []
    for volume in VOLUMES:
        need = load(volume, page)
        columns.append(list(lines(need, sizes(need, apart=volume == VOLUMES[-1]))))
    head = ["", *(cell for volume in VOLUMES for cell in (f"{volume} a day", "$ a month"))]
    rows = [[few[0], few[1], f"{few[2]:,.0f}", many[1], f"{many[2]:,.0f}"] for few, many in zip(*columns, strict=True)]
    sums = [sum(each[2] for each in column) for column in columns]
    rows.append(["**all**", "", f"**{sums[0]:,.0f}**", "", f"**{sums[1]:,.0f}**"])
    each = [total / (int(volume.replace(",", "")) * HOURS / 24) for total, volume in zip(sums, VOLUMES, strict=True)]
    rows.append(["an application", "", f"{each[0]:.3f}", "", f"{each[1]:.3f}"])
    return "\n".join(_row(row) for row in (head, ["---", "---", "---:", "---", "---:"], *rows))


def written(page: str) -> str:
    """docs/aws.md with the table of today's docs/capacity.md in it."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{table(CAPACITY.read_text(encoding='utf-8'))}\n\n{_END}{after}"


def _machines(family: str, cores: float, least: int, most: int = 60) -> tuple[str, int]:
    """The smallest class of which no more than `most` do, in threes: as many in each zone."""
    for size in _CLASSES[family]:
        count = max(least, 3 * math.ceil(cores / size / 3))
        if count <= (most if size == _CLASSES[family][-1] else min(most, 9)):
            return f"{family}.{_SUFFIXES[size]}", count
    raise ValueError(f"{family} has no class of which {most} have {cores:.0f} cores")


def _class(family: str, cores: float) -> str:
    size = next((each for each in _CLASSES[family] if each >= cores), None)
    if size is None:
        raise ValueError(f"{family} has no class of {cores:.0f} cores: the service has to be split")
    return f"{family}.{_SUFFIXES[size]}"


def _of(machines: tuple[str, int]) -> float:
    kind, count = machines
    family, _, suffix = kind.rpartition(".")
    size = next(cores for cores, name in _SUFFIXES.items() if name == suffix)
    return _TWO_CORES[family] * size / 2 * count * HOURS


def _counted(machines: tuple[str, int]) -> str:
    return f"{machines[1]} x {machines[0]}"


def _hours(what: str) -> float:
    return _HOURLY[what] * HOURS


def _bytes(cell: str) -> float:
    number, unit = cell.split()
    return float(number.replace(",", "")) * _UNITS[unit]


def _size(gigabytes: float) -> str:
    return f"{gigabytes / 1000:,.1f} TB" if gigabytes >= 1000 else f"{gigabytes:,.0f} GB"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
