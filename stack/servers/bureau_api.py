"""What a stand-in for Equifax answers: its API for US consumer credit reports, as its documents have it.

Nothing leaves the machine, and every report is invented. The last name says what becomes of a question:

| last name | becomes |
|---|---|
| Nofile | no hit (hitCode 2) |
| Frozen | a file that the consumer had frozen (hitCode A) |
| Referred | a file that has to be looked into (hitCode 5) |
| Late | a report with overdue accounts and a low score |
| Insolvent | a report with a bankruptcy, a debt in collection and a charge-off |
| Unscored | a report for which no score could be computed |
| Garbled | an answer of the wrong shape: a balance of accounts where a list has to be |
| Refused | 400: the question is refused |
| Busy | 429 with Retry-After the first time, then a report |
| Silent | a report that is made, and whose answer never arrives |
| Lost | nothing: the question never arrives |

Any other is a report without a blemish. A report is read again under its own number (the address in `links`), and, as
the lender has agreed with the bureau, by the lender's reference: `?customerReferenceIdentifier=`.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stack.servers.provider_apis import Json, Reply

TOKEN_PATH = "/v2/oauth/token"  # noqa: S105 - a path
REPORT_PATH = "/business/consumer-credit/v1/reports/credit-report"
SCOPE = "https://api.equifax.com/business/consumer-credit/v1"
_HITS = {"Nofile": "2", "Frozen": "A", "Referred": "5"}
_DESCRIPTIONS = {"1": "Hit", "2": "No-Hit", "5": "Referred File", "A": "Security Freeze"}


@dataclass
class CreditBureau:
    """The bureau and one lender who is its member; `reports` are those that were made, by the bureau's number."""

    client_id: str
    client_secret: str
    member_number: str
    security_code: str
    reports: dict[str, Json] = field(default_factory=dict)
    questions: list[Json] = field(default_factory=list)
    _tokens: dict[str, float] = field(default_factory=dict)
    _turned_away: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The answer to a call; None where none arrives."""
        with self._lock:
            if method == "POST" and path == TOKEN_PATH:
                return self._token(headers, body)
            if self._tokens.get(headers.get("authorization", "").removeprefix("Bearer "), 0) < time.time():
                return _error(HTTPStatus.UNAUTHORIZED, "invalid_token")
            if method == "POST" and path == REPORT_PATH:
                return self._report(json.loads(body))
            if method == "GET":
                return self._found(path)
        return _error(HTTPStatus.NOT_FOUND, "not_found")

    def _token(self, headers: Mapping[str, str], body: bytes) -> Reply:
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if headers.get("authorization") != f"Basic {pair}":
            return _error(HTTPStatus.UNAUTHORIZED, "invalid_client")
        if form.get("grant_type") != "client_credentials" or form.get("scope") != SCOPE:
            return _error(HTTPStatus.BAD_REQUEST, "invalid_scope")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.time() + 3600
        return Reply(
            HTTPStatus.OK, {"access_token": token, "token_type": "Bearer", "expires_in": "3599", "scope": SCOPE}
        )

    def _report(self, question: Json) -> Reply | None:
        config = question["customerConfiguration"]["equifaxUSConsumerCreditReport"]
        if (config["memberNumber"], config["securityCode"]) != (self.member_number, self.security_code):
            return _error(HTTPStatus.FORBIDDEN, "member_unknown")
        name, reference = question["consumers"]["name"][0]["lastName"], question["customerReferenceIdentifier"]
        if name == "Lost":
            return None
        if name == "Refused":
            return _error(HTTPStatus.BAD_REQUEST, "invalid_request")
        if name == "Busy" and reference not in self._turned_away:
            self._turned_away.add(reference)
            return Reply(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too_many_requests"}, {"Retry-After": "1"})
        self.questions.append(question)
        number = secrets.token_hex(16)
        self.reports[number] = _answer(question, number, config["models"][0]["identifier"])
        return None if name == "Silent" else Reply(HTTPStatus.OK, self.reports[number])

    def _found(self, path: str) -> Reply:
        parts = urlsplit(path)
        number = parts.path.removeprefix(REPORT_PATH).strip("/")
        wanted = parse_qs(parts.query).get("customerReferenceIdentifier", [""])[0]
        for key, report in self.reports.items():
            if number == key or (wanted and _reference(report) == wanted):
                return Reply(HTTPStatus.OK, report)
        return _error(HTTPStatus.NOT_FOUND, "not_found")


def serves(path: str) -> bool:
    """Whether a path is one of the bureau's."""
    return urlsplit(path).path == TOKEN_PATH or urlsplit(path).path.startswith(REPORT_PATH)


def _reference(report: Json) -> str:
    return str(report["consumers"]["equifaxUSConsumerCreditReport"][0]["customerReferenceNumber"])


def _error(status: int, code: str) -> Reply:
    return Reply(status, {"error": code})


def _day(before: int) -> str:
    return (datetime.now(UTC) - timedelta(days=before)).strftime("%m%d%Y")


def _answer(question: Json, number: str, model: str) -> Json:
    name = question["consumers"]["name"][0]
    code = _HITS.get(name["lastName"], "1")
    report: Json = {
        "identifier": "Individual Report 1",
        "customerReferenceNumber": question["customerReferenceIdentifier"],
        "multipleReportIndicator": "1",
        "ECOAInquiryType": "I",
        "hitCode": {"code": code, "description": _DESCRIPTIONS[code]},
        "reportDate": _day(0),
        "subjectName": {"firstName": name["firstName"], "lastName": name["lastName"]},
        "birthDate": question["consumers"]["dateOfBirth"],
        "consumerReferralLocation": {
            "bureauCode": "000", "bureauName": "EQUIFAX (STAND-IN)",
            "address": {
                "primaryAddress": "P O BOX 1", "cityName": "ANYTOWN", "stateAbbreviation": "GA", "zipCode": "300000000",
            },
            "telephoneNumber": {"telephoneNumber": "8005550100"},
        },
    }  # fmt: skip
    if code == "1":
        report |= _file(name["lastName"], model)
    link = {"identifier": "Individual Report 1", "type": "GET", "href": f"{REPORT_PATH}/{number}"}
    return {"status": "completed", "consumers": {"equifaxUSConsumerCreditReport": [report]}, "links": [link]}


def _file(name: str, model: str) -> Json:
    """The accounts, the public record and the score of a file."""
    late, insolvent = name == "Late", name == "Insolvent"
    trades: Any = [_trade(1, 1200), _trade(3 if late else 1, 350), *([_trade(9, 0)] if insolvent else [])]
    score, factors = 781, ["Length of time accounts have been established"]
    if late or insolvent:
        score, factors = 528, ["Serious delinquency", "Proportion of balances to credit limits is too high"]
    scored: Json = {} if name == "Unscored" else {"score": score}
    reasons = [{"code": f"{number:05}", "description": each} for number, each in enumerate(factors, 1)]
    return {
        "trades": {"balance": 1550} if name == "Garbled" else trades,
        "inquiries": [{"type": "inquiry", "inquiryDate": _day(days), "customerName": "A LENDER"} for days in (30, 400)],
        "models": [{"type": "FICO", "modelNumber": model, **scored, "reasons": reasons}],
        **({"bankruptcies": [{"dateFiled": _day(500)}], "collections": [{"balance": 210}]} if insolvent else {}),
    }


def _trade(rate: int, balance: int) -> Json:
    return {
        "accountNumber": "0000", "customerName": "A LENDER", "dateOpened": "05002019", "balance": balance,
        "portfolioTypeCode": {"code": "R", "description": "Revolving"},
        "rate": {"code": rate, "description": "Pays account as agreed" if rate == 1 else "Not as agreed"},
    }  # fmt: skip
