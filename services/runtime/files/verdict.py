"""What the reader of a file's structure, a process of its own, tells the service that started it."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a file, in words that go to who uploads it; both empty when nothing is."""

    unsafe: str = ""
    unreadable: str = ""

    @classmethod
    def read(cls, written: bytes) -> "Verdict":
        """As `written` has it."""
        return cls(**json.loads(written))

    def written(self) -> str:
        """In JSON."""
        return json.dumps(asdict(self))


EXCESSIVE = Verdict(unsafe="takes more time or memory to be read than a file may")
