"""How long log lines are kept, and where: weeks where they are searched, then years in the object store.

What is archived is masked, as it is taken from behind the collector. An object has the lines of one hour and one source
(a service, or the program whose log it is), a JSON object each, compressed. Its key says of which and how many, so that
what is listed is all that has to be known.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Where they are searched, in the notation of VictoriaLogs.
HOT = "4w"
# In the object store, which removes them then by itself: as long as the law wants what was done to be followed.
YEARS = 7
PREFIX = "logs/"
_DAYS_OF_A_YEAR = 366
_UNSAFE = re.compile(r"[^\w.-]+")
_KEY = re.compile(rf"{PREFIX}(?P<day>\d{{4}}/\d\d/\d\d)/(?P<source>[\w.-]+)/(?P<hour>\d\d)-(?P<lines>\d+)\.jsonl\.gz")


@dataclass(frozen=True, order=True)
class Slice:
    """The lines of one source in the hour that begins then (UTC)."""

    hour: datetime
    source: str

    def key(self, lines: int) -> str:
        """The object with so many of them."""
        return f"{PREFIX}{self.hour:%Y/%m/%d}/{self.source}/{self.hour:%H}-{lines:09}.jsonl.gz"


def source(line: dict[str, Any]) -> str:
    """Of which service a line is, else of which part; in letters that a key may have."""
    return _UNSAFE.sub("-", str(line.get("service.name") or line.get("part") or "")).strip("-.") or "unknown"


def read(key: str) -> tuple[Slice, int] | None:
    """Of what an object is and how many lines it has; None for one of another name."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    hour = datetime.strptime(f"{found['day']} {found['hour']}", "%Y/%m/%d %H").replace(tzinfo=UTC)
    return Slice(hour, found["source"]), int(found["lines"])


def day(when: datetime) -> str:
    """What the keys of a day begin with."""
    return f"{PREFIX}{when:%Y/%m/%d}/"


def lifecycle() -> dict[str, Any]:
    """The bucket's rules: what is older is removed."""
    expiry = {"Days": YEARS * _DAYS_OF_A_YEAR}
    return {"Rules": [{"ID": "years", "Status": "Enabled", "Filter": {"Prefix": PREFIX}, "Expiration": expiry}]}
