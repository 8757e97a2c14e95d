"""A sealer with all that long-term seals need, in the process."""

from pathlib import Path
from typing import Any

from services.papers.revocations import Revocations
from services.papers.seal_keys import TransitKeys
from services.papers.seals import Sealer
from services.papers.timestamps import Timestamps
from stack.servers.timestamp_api import Reply
from tests.factories.certificates import NAME, Authority
from tests.fakes.timestamps import FakeAuthority
from tests.fakes.transit import FakeTransit

OUR_LIST = "/papers.crl"


class Sealing:
    """`sealer` asks an authority, a key service and for lists; the rest is what tests change of it."""

    def __init__(self, asked: FakeAuthority, folder: Path) -> None:
        self.asked, self.folder = asked, folder
        self.papers = Authority(f"{asked.url}{OUR_LIST[1:]}")
        asked.changes = self.listed
        self.bao: Any = FakeTransit("agreement")
        self.chain, self.key = folder / "chain.pem", folder / "key"
        self.key.write_text("k" * 40)
        self.leaf = self.papers.certified(self.bao.versions[0])
        self.chain.write_bytes(self.papers.chain(self.leaf))
        self.sealer = self.made()

    def made(self, *, revocations: bool = True) -> Sealer:
        lists = Revocations() if revocations else None
        keys = TransitKeys(self.bao, self.chain)
        return Sealer(
            self.key, NAME, Timestamps(self.asked.settings(self.folder)), service_keys=keys, revocations=lists
        )

    def listed(self, path: str, reply: Reply) -> Reply:
        """The lender's own list is served beside the authority's."""
        return Reply(200, "application/pkix-crl", self.papers.revocations()) if path == OUR_LIST else reply

    def instead(self, path: str, answer: Reply) -> None:
        """What is answered under one path from now on."""
        self.asked.changes = lambda at, reply: answer if at == path else self.listed(at, reply)

    def sealed(self, paper: bytes) -> bytes:
        """A paper, sealed."""
        return self.sealer.seal(paper, "r")
