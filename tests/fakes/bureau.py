"""A credit bureau in this process: the stand-in of the stack behind the real client, without a network between them."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.risk.bureau import BureauFile
from services.risk.equifax import Equifax, EquifaxSettings
from services.risk.ports import BureauSubject, Party
from services.runtime.calling.outside import Answer, Headers
from services.runtime.errors import NotFound, Unavailable
from stack.servers.bureau_api import REPORT_PATH, CreditBureau
from stack.servers.provider_apis import Json
from tests.fakes.memory import MemoryRepository, Rows

SECRET, SECURITY_CODE, MEMBER, CLIENT = "a-secret-of-a-test", "@U2", "999XX12345", "lender"


class FakeHttp:
    """services.risk.equifax.Http to a stand-in; `away` plays an outage, `hears` sees each call before it arrives."""

    def __init__(self, bureau: CreditBureau) -> None:
        self.bureau = bureau
        self.away = False
        self.hears: Callable[[str, str], None] = lambda _method, _path: None

    def call(self, method: str, url: str, headers: Headers | None = None, content: bytes = b"") -> Answer:
        path = url.removeprefix("https://bureau.example")
        self.hears(method, path)
        given = {str(name).lower(): str(value) for name, value in (headers or {}).items()}
        reply = None if self.away else self.bureau.answer(method, path, given, content)
        if reply is None:
            raise Unavailable("the bureau is out of reach")
        sent = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status, json.dumps(reply.body).encode(), sent)

    def close(self) -> None:
        pass


def stand_in() -> CreditBureau:
    """The bureau that the client of `equifax` is a member of."""
    return CreditBureau(CLIENT, SECRET, MEMBER, SECURITY_CODE)


def equifax(http: FakeHttp, folder: Path, **changes: Any) -> Equifax:
    """The client, with its secrets in files."""
    for name, text in (("client", SECRET), ("member", SECURITY_CODE)):
        (folder / name).write_text(text)
    values: dict[str, Any] = {"price": Decimal("1.85"), "looks_up": True, "url": "https://bureau.example", **changes}
    return Equifax(EquifaxSettings(CLIENT, folder / "client", MEMBER, folder / "member", **values), http)


def person(last_name: str = "Muster") -> BureauSubject:
    """Whom a bureau is asked about; the stand-in goes by the last name."""
    return BureauSubject(f"Anna {last_name}", date(1990, 1, 2), "12 Main St", "99123", "Electric City", "US")


def answer_of(last_name: str, reference: str = "r1", model: str = "05402") -> Json:
    """What the stand-in answers about a person."""
    bureau = stand_in()
    http = FakeHttp(bureau)
    question = {
        "consumers": {
            "name": [{"identifier": "current", "firstName": "Anna", "lastName": last_name}], "dateOfBirth": "01021990",
        },
        "customerReferenceIdentifier": reference,
        "customerConfiguration": {
            "equifaxUSConsumerCreditReport": {
                "memberNumber": MEMBER, "securityCode": SECURITY_CODE, "models": [{"identifier": model}],
            }
        },
    }  # fmt: skip
    bureau._tokens["t"] = float("inf")
    found = http.call("POST", f"https://bureau.example{REPORT_PATH}", {"Authorization": "Bearer t"},
                      json.dumps(question).encode())  # fmt: skip
    made: Json = json.loads(found.body)
    return made


class FakeBorrowers:
    """services.risk.ports.Customers: one person, until they are `erased`."""

    def __init__(self, last_name: str = "Muster") -> None:
        self.last_name = last_name
        self.erased = False

    def party(self, customer_id: str) -> Party:
        return Party("", ()) if self.erased else Party(f"Anna {self.last_name}", ("12 Main St", "99123 Electric City"))

    def subject(self, customer_id: str) -> BureauSubject | None:
        return None if self.erased else person(self.last_name)


class FakeAnswers:
    """services.risk.refusal_handlers.Files, in memory; `erased` has no subject any more."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.erased = False

    def upload(self, key: str, subject: str, chunks: Any, content_type: str) -> int:
        if self.erased:
            raise NotFound("whom the file is about is erased")
        self.kept[key] = b"".join(chunks)
        return len(self.kept[key])

    def stream(self, key: str, sha256: str) -> Any:
        yield self.kept[key]

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)


class MemoryBureauFiles(MemoryRepository):
    """services.risk.bureau_store.BureauFiles, of one replica: what it claims need not be kept from another."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("application_id", rows)

    def claim(self, now: datetime, until: datetime) -> str | None:
        due = [each for each in self.rows.values() if self._time(each) is not None and self._time(each) <= now]
        return min((each.application_id for each in due), default=None)

    def _time(self, file: BureauFile) -> Any:
        return None if file.due is None else file.due.look_time
