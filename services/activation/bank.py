"""The bank's payment-initiation API over HTTP."""

from dataclasses import dataclass

import httpx

from services.activation.disbursement import DisbursementFailure
from services.activation.ports import BankAnswer
from services.runtime.errors import Unavailable
from services.runtime.money import Money

_REASONS = {
    "ACCOUNT_CLOSED": DisbursementFailure.ACCOUNT_INVALID,
    "ACCOUNT_UNKNOWN": DisbursementFailure.ACCOUNT_INVALID,
}


@dataclass(frozen=True)
class BankSettings:
    """Where the API is; the time that it is given, in seconds."""

    url: str
    timeout: float = 5.0


class HttpBank:
    """ports.Bank over the API: POST /payments with an Idempotency-Key."""

    def __init__(self, settings: BankSettings) -> None:
        self._client = httpx.Client(base_url=settings.url, timeout=settings.timeout)

    def order(self, key: str, iban: str, amount: Money, reference: str) -> BankAnswer:
        """Orders a payment; see the port."""
        money = {"currency": amount.currency, "amount": str(amount.amount)}
        form = {"iban": iban, "amount": money, "reference": reference}
        try:
            answer = self._client.post("/payments", json=form, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            raise Unavailable("the bank is out of reach") from error
        # 409: the bank is still at work on this order, whose answer was not waited for. 422: it knows the key from an
        # order that differs, say in the IBAN. Either may be paid, so it must not count as refused, or it would be sent
        # again under a new key.
        if answer.is_server_error or answer.status_code in (408, 409, 422, 425, 429):
            raise Unavailable(f"the bank answers {answer.status_code}")
        if answer.is_client_error:
            return BankAnswer(failure=DisbursementFailure.REFUSED)
        payment = answer.json()
        if payment["status"] == "ACCEPTED":
            return BankAnswer(reference=payment["paymentId"])
        return BankAnswer(failure=_REASONS.get(payment.get("reason", ""), DisbursementFailure.REFUSED))

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()
