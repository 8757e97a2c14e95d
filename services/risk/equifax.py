"""Equifax over HTTP: its API for US consumer credit reports, with tokens by OAuth 2 client credentials.

What says nothing about the question leaves it unknown: silence, an error of theirs, a redirect, a page. What is known
to have been turned away before it was looked at is Untaken: too many calls, a key that is not known, no token.
"""

import base64
import json
import ssl
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from services.risk.bureau_record import BureauAnswer
from services.risk.equifax_answer import read
from services.risk.ports import BureauReply, BureauSubject, Untaken
from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.errors import Unavailable
from services.runtime.money import Money

_PARTY = "Equifax"
TOKEN_PATH = "/v2/oauth/token"  # noqa: S105 - a path
REPORT_PATH = "/business/consumer-credit/v1/reports/credit-report"
SCOPE = "https://api.equifax.com/business/consumer-credit/v1"
# A long life has hundreds of accounts, each with two years of months.
_LARGEST = 4 * 1024 * 1024
# Before its end, so that none ends under way.
_MARGIN = 60
# 15 U.S.C. 1681b(a)(3)(A), as Equifax numbers it: a credit transaction that the consumer applies for.
_PURPOSE = "01"
_TURNED_AWAY, _REFUSED = (401, 403, 404, 429), (400, 422)
_JSON = "application/json"


@dataclass(frozen=True)
class EquifaxSettings:
    """The account: the OAuth client, and the member number with its security code, whose secrets are files.

    `model` is the number of the score that is bought with a report. `price` is what a report costs, whether there is a
    file or none, in `price_currency`. `looks_up` where the bureau has agreed to read a report by the lender's own
    reference, which the public documentation has only by the bureau's: without it, an unknown outcome stays unknown.
    `trust_file` is for a gateway of the lender's own.
    """

    client_id: str
    client_secret_file: Path
    member_number: str
    security_code_file: Path
    customer_code: str = "IAPI"
    end_user: str = "LoanFlow"
    model: str = "05402"
    price: Decimal = Decimal(0)
    price_currency: str = "USD"
    looks_up: bool = False
    url: str = "https://api.equifax.com"
    trust_file: Path | None = None
    timeout: float = 10.0

    def __post_init__(self) -> None:
        """ValueError when keys and reports could be read on their way."""
        if not self.url.startswith("https://"):
            raise ValueError(f"{self.url} is not encrypted")

    @property
    def cost(self) -> Money | None:
        """What an answer costs; None where nothing is agreed."""
        return Money(self.price, self.price_currency) if self.price else None


class Http(Protocol):
    """A client of its API; services.runtime.calling.outside.OutsideHttp."""

    def call(self, method: str, url: str, headers: Headers | None = ..., content: bytes = ...) -> Answer:
        """One call; errors.Unavailable when there is no whole answer in time."""
        ...

    def close(self) -> None:
        """Ends the connections."""
        ...


class Equifax:
    """ports.Bureau at Equifax."""

    def __init__(self, settings: EquifaxSettings, http: Http | None = None) -> None:
        self._settings, self._url = settings, settings.url.rstrip("/")
        self.looks_up = settings.looks_up
        self._http = http or _http(settings)
        self._lock, self._token, self._end = threading.Lock(), "", 0.0

    def pull(self, reference: str, subject: BureauSubject) -> BureauReply:
        """Asks for a report."""
        headers: Headers = {"Authorization": f"Bearer {self._access()}", "Content-Type": "application/json"}
        content = json.dumps(_question(self._settings, reference, subject)).encode()
        answer = self._call("POST", REPORT_PATH, headers, content)
        if answer.status in _TURNED_AWAY:
            raise self._turned_away(answer)
        if answer.status in _REFUSED:
            return BureauReply(BureauAnswer.REFUSED, answer.body)
        return self._read(answer, reference, subject)

    def look_up(self, reference: str, subject: BureauSubject | None = None) -> BureauReply | None:
        """Looks up what became of a question."""
        path = f"{REPORT_PATH}?{urlencode({'customerReferenceIdentifier': reference})}"
        answer = self._call("GET", path, {"Authorization": f"Bearer {self._access()}"})
        if answer.status == 404:
            return None
        if answer.status in _TURNED_AWAY:
            raise self._turned_away(answer)
        return self._read(answer, reference, subject)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _read(self, answer: Answer, reference: str, subject: BureauSubject | None) -> BureauReply:
        kind = answer.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
        if answer.status != 200 or not kind.endswith("json"):
            # A page of something on the way is no answer of the bureau, whatever its status.
            raise Unavailable(f"{_PARTY} answers {answer.status} with {kind}")
        born = None if subject is None else subject.birth_date
        return read(answer.body, reference, self._settings.model, datetime.now(UTC).date(), born)

    def _turned_away(self, answer: Answer) -> Untaken:
        if answer.status == 401:
            self._end = 0.0
        return Untaken(f"{_PARTY} answers {answer.status}", retry_after=answer.retry_after)

    def _access(self) -> str:
        """An access token: the one of before, or another one shortly before its end; Untaken without."""
        with self._lock:
            if time.monotonic() > self._end - _MARGIN:
                self._token, self._end = self._exchange()
            return self._token

    def _exchange(self) -> tuple[str, float]:
        secret = self._settings.client_secret_file.read_text().strip()
        pair = base64.b64encode(f"{self._settings.client_id}:{secret}".encode()).decode()
        headers: Headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"grant_type": "client_credentials", "scope": SCOPE}).encode()
        try:
            answer = self._call("POST", TOKEN_PATH, headers, form)
        except Unavailable as error:
            raise Untaken(error.message) from error
        token, lasts = _token(answer)
        return token, time.monotonic() + lasts

    def _call(self, method: str, path: str, headers: Headers, content: bytes = b"") -> Answer:
        host = self._url.partition("//")[2].partition("/")[0]
        given: dict[bytes | str, bytes | str] = {"Host": host, "Accept": "application/json", **headers}
        if content:
            given["Content-Length"] = str(len(content))
        return self._http.call(method, self._url + path, given, content)


def _http(settings: EquifaxSettings) -> OutsideHttp:
    trust = ssl.create_default_context(cafile=str(settings.trust_file) if settings.trust_file else None)
    return OutsideHttp(_PARTY, settings.timeout, _LARGEST, trust=trust)


def _token(answer: Answer) -> tuple[str, int]:
    """The token and for how many seconds it is good, which is a number or a text of digits."""
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        found = None
    token, lasts = (found.get("access_token"), found.get("expires_in")) if isinstance(found, dict) else ("", 0)
    if not isinstance(token, str) or not token or not str(lasts).isdecimal():
        text = f"{_PARTY} gives no token, and answers {answer.status}: does it know the client?"
        raise Untaken(text, retry_after=answer.retry_after)
    return token, int(str(lasts))


def _question(settings: EquifaxSettings, reference: str, subject: BureauSubject) -> dict[str, Any]:
    first, _, last = subject.full_name.strip().rpartition(" ")
    number, street = _split(subject.street)
    address = {
        "identifier": "current", **({"houseNumber": number} if number else {}), "streetName": street,
        "city": subject.city, "zip": subject.postal_code,
    }  # fmt: skip
    return {
        "consumers": {
            "name": [{"identifier": "current", "firstName": first, "lastName": last}],
            "dateOfBirth": _day(subject.birth_date),
            "addresses": [address],
        },
        "customerReferenceIdentifier": reference,
        "customerConfiguration": {
            "equifaxUSConsumerCreditReport": {
                "memberNumber": settings.member_number,
                "securityCode": settings.security_code_file.read_text().strip(),
                "customerCode": settings.customer_code,
                "ECOAInquiryType": "Individual",
                "multipleReportIndicator": "1",
                "pdfComboIndicator": "N",
                "codeDescriptionRequired": True,
                "models": [{"identifier": settings.model}],
                "endUserInformation": {"endUsersName": settings.end_user, "permissiblePurposeCode": _PURPOSE},
            }
        },
    }


def _split(street: str) -> tuple[str, str]:
    """The number of the house, empty without one, and the street: `12 Main St` and `Hauptstraße 12` alike."""
    words = street.split()
    for place in (0, -1):
        if len(words) > 1 and words[place][0].isdigit():
            return words.pop(place), " ".join(words)
    return "", " ".join(words)


def _day(day: date) -> str:
    return day.strftime("%m%d%Y")
