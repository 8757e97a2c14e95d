"""What one process remembers of the audit chain in MongoDB, so that it reads neither a link nor a whole row twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

Link = dict[str, Any]


@dataclass(frozen=True)
class Chained:
    """The last link, and the rows that are in one, with their times: of those since some moment all.

    It is believed only as far as what is there bears it out: each round looks at the last link again.
    """

    last: Link | None = None
    rows: Mapping[ObjectId, datetime] = field(default_factory=dict)

    def is_borne_out(self, links: Sequence[Link]) -> bool:
        """Whether what is there, from the number of the last one on, begins with it."""
        return self.last is not None and bool(links) and bytes(links[0]["link"]) == bytes(self.last["link"])

    def followed_by(self, links: Sequence[Link]) -> "Chained":
        """With more links behind the last one."""
        if not links:
            return self
        return Chained(links[-1], {**self.rows, **{each["audit_id"]: each["create_time"] for each in links}})

    def since(self, time: datetime) -> "Chained":
        """Without the rows of before then."""
        return Chained(self.last, {row: at for row, at in self.rows.items() if at >= time})
