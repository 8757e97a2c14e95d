"""The bank's payment-initiation API over HTTP, believed as far as it can be proved.

Only two answers end an order: a payment that was ACCEPTED, with the bank's reference, and one that it REJECTED or, for
an order that makes no sense, a 400. Everything else (another status, a field of the wrong type, an answer about another
order, a redirect, silence) says nothing about the money: *not known yet*, and asked again under the same key.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import structlog
from prometheus_client import Counter

from services.activation.disbursement import DisbursementFailure
from services.activation.ports import BankAnswer
from services.runtime.calling.outside import Answer, OutsideHttp
from services.runtime.errors import Unavailable
from services.runtime.money import Money
from services.runtime.tls import MutualTlsSettings

log = structlog.get_logger(__name__)
_ANSWERS = Counter("loanflow_bank_answers", "What the bank said, and how often it was unclear.", ["call", "outcome"])
_REASONS = {
    "ACCOUNT_CLOSED": DisbursementFailure.ACCOUNT_INVALID,
    "ACCOUNT_UNKNOWN": DisbursementFailure.ACCOUNT_INVALID,
}
_REFERENCE, _WORD, _MESSAGE = r"[!-~]{1,140}", r"[A-Z][A-Z0-9_]{0,63}", r"(?s).{1,1000}"


@dataclass(frozen=True)
class BankSettings:
    """Where the API is, and the certificate by which it knows the client; a whole call takes `timeout` seconds."""

    url: str
    tls: MutualTlsSettings
    timeout: float = 5.0

    def __post_init__(self) -> None:
        """ValueError when payment orders could be read or changed on their way."""
        self.tls.demand(self.url)


class HttpBank:
    """ports.Bank over the API: POST /payments and POST /payments/cancel, each with an Idempotency-Key."""

    def __init__(self, settings: BankSettings) -> None:
        self._url = settings.url.rstrip("/")
        self._settings, self._lock = settings, threading.Lock()
        self._clients: list[OutsideHttp] = []
        self._stamp = -1

    def order(self, key: str, iban: str, amount: Money, reference: str) -> BankAnswer:
        """Orders a payment; see the port."""
        money = {"currency": amount.currency, "amount": str(amount.amount)}
        form = {"iban": iban, "amount": money, "reference": reference}
        with _Counted("order") as counted:
            answer = self._post("/payments", key, json.dumps(form).encode())
            counted.outcome, found = "refused", _ordered(answer, key, iban, amount)
            if found.failure is None:
                counted.outcome = "taken"
        return found

    def cancel(self, key: str) -> str | None:
        """Has an order never paid, or learns that it was; see the port."""
        with _Counted("cancel") as counted:
            found = _cancelled(self._post("/payments/cancel", key, b""), key)
            counted.outcome = "cancelled" if found is None else "taken"
        return found

    def _current(self) -> OutsideHttp:
        """The client under the present certificate; calls may still be under way on the one before."""
        with self._lock:
            if (stamp := self._settings.tls.stamp()) != self._stamp:
                for former in self._clients[:-1]:
                    former.close()
                made = OutsideHttp("the bank", self._settings.timeout, trust=self._settings.tls.context())
                self._clients, self._stamp = [*self._clients[-1:], made], stamp
            return self._clients[-1]

    def close(self) -> None:
        """Ends the connections."""
        for each in self._clients:
            each.close()

    def _post(self, path: str, key: str, content: bytes) -> Answer:
        headers: dict[bytes | str, bytes | str] = {
            "Host": self._url.partition("//")[2].partition("/")[0],
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Idempotency-Key": key,
        }
        return self._current().call("POST", self._url + path, headers, content)


class _Counted:
    """Counts what a call came to; what it did not come to is unclear, and said in the log."""

    def __init__(self, call: str) -> None:
        self._call, self.outcome = call, "unclear"

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        _ANSWERS.labels(self._call, "unclear" if error else self.outcome).inc()
        if error is not None:
            log.warning("bank_unclear", call=self._call, cause=str(error))


def _ordered(answer: Answer, key: str, iban: str, amount: Money) -> BankAnswer:
    answered = _payload(answer, {200, 201, 400})
    if answer.status == 400:
        _text(answered, "message", _MESSAGE)
        return BankAnswer(failure=DisbursementFailure.REFUSED)
    _about(answered, key, iban, amount)
    reference, status = _text(answered, "paymentId", _REFERENCE), _text(answered, "status", _WORD)
    if status == "ACCEPTED":
        return BankAnswer(reference=reference)
    if status == "REJECTED":
        reason = _text(answered, "reason", _WORD) if "reason" in answered else ""
        return BankAnswer(failure=_REASONS.get(reason, DisbursementFailure.REFUSED))
    raise Unavailable("the bank gives a payment a status that is none of its own")


def _cancelled(answer: Answer, key: str) -> str | None:
    answered = _payload(answer, {200})
    # Without the key it could be the answer about any other order.
    if _text(answered, "idempotencyKey", _REFERENCE) != key:
        raise Unavailable("the bank answers about another order")
    status = _text(answered, "status", _WORD)
    if status in ("CANCELLED", "REJECTED"):
        return None
    if status == "ACCEPTED":
        return _text(answered, "paymentId", _REFERENCE)
    raise Unavailable("the bank gives an order a status that is none of its own")


def _payload(answer: Answer, statuses: Iterable[int]) -> Mapping[str, Any]:
    if answer.status not in statuses:
        raise Unavailable(f"the bank answers {answer.status}")
    try:
        found = json.loads(answer.body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unavailable("the bank's answer is no JSON") from error
    if not isinstance(found, dict):
        raise Unavailable("the bank's answer is no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _text(answered: Mapping[str, Any], name: str, form: str) -> str:
    value = answered.get(name)
    if not isinstance(value, str) or not re.fullmatch(form, value):
        raise Unavailable(f"the bank's answer lacks a proper {name}")
    return value


def _about(answered: Mapping[str, Any], key: str, iban: str, amount: Money) -> None:
    """Refuses an answer that names another order; what it does not name cannot be compared."""
    if answered.get("idempotencyKey", key) != key or answered.get("iban", iban) != iban:
        raise Unavailable("the bank answers about another order")
    if "amount" in answered and not _same(answered["amount"], amount):
        raise Unavailable("the bank answers about another amount")


def _same(answered: Any, amount: Money) -> bool:
    if not isinstance(answered, dict) or not isinstance(answered.get("amount"), str):
        return False
    if answered.get("currency") != amount.currency:
        return False
    try:
        return Decimal(answered["amount"]) == amount.amount
    except InvalidOperation:
        return False
