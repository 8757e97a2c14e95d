"""The adapter of the bank's API, held against the stack's stand-in over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http import HTTPStatus
from http.server import ThreadingHTTPServer

import pytest

from services.activation.bank import BankSettings, HttpBank
from services.activation.disbursement import DisbursementFailure
from services.runtime.errors import Unavailable
from services.runtime.money import Money
from services.runtime.tls import MutualTlsSettings
from stack.servers.bank import Bank, Handler
from tests.fakes.hostile import HTTP_SCRIPTS, Script, drips, hostile, http, says
from tests.fakes.payees import IBAN

AMOUNT = Money(Decimal("1200"), "EUR")


@pytest.fixture
def books() -> Bank:
    return Bank()


@pytest.fixture
def bank(books: Bank) -> Iterator[HttpBank]:
    with _served(type("OwnHandler", (Handler,), {"bank": books})) as found:
        yield found


@contextmanager
def _served(handler: type[Handler]) -> Iterator[HttpBank]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found = HttpBank(BankSettings(f"http://127.0.0.1:{server.server_port}", MutualTlsSettings(plaintext=True)))
        try:
            yield found
        finally:
            found.close()
            server.shutdown()
            thread.join()


def test_an_order_is_taken_once_for_its_key(bank: HttpBank, books: Bank) -> None:
    first = bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
    assert first.failure is None
    assert first.reference
    assert bank.order("d1/0", IBAN, AMOUNT, "Loan l1") == first
    assert len(books.payments) == 1


def test_a_closed_account_is_a_refusal(bank: HttpBank) -> None:
    answer = bank.order("d1/0", f"{IBAN[:-4]}0000", AMOUNT, "Loan l1")
    assert (answer.failure, answer.reference) == (DisbursementFailure.ACCOUNT_INVALID, "")


def test_an_order_that_changed_under_its_key_is_in_doubt_and_never_counts_as_refused(bank: HttpBank) -> None:
    bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
    with pytest.raises(Unavailable):
        bank.order("d1/0", "DE89370400440532013000", AMOUNT, "Loan l1")


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_an_order_that_the_bank_may_still_be_at_work_on_never_counts_as_refused(status: int) -> None:
    class Busy(Handler):
        def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
            self._answer(HTTPStatus(status), {"message": "later"})

    with _served(Busy) as bank, pytest.raises(Unavailable):
        bank.order("d1/0", IBAN, AMOUNT, "Loan l1")


def test_nonsense_is_refused(bank: HttpBank) -> None:
    assert bank.order("", IBAN, AMOUNT, "Loan l1").failure is DisbursementFailure.REFUSED


def test_an_unreachable_server_is_unavailable() -> None:
    bank = HttpBank(BankSettings("http://127.0.0.1:1", MutualTlsSettings(plaintext=True), timeout=0.5))
    with pytest.raises(Unavailable):
        bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
    bank.close()


def test_an_order_that_was_never_paid_is_cancelled_for_good(bank: HttpBank, books: Bank) -> None:
    assert bank.cancel("d1/0") is None
    assert bank.order("d1/0", IBAN, AMOUNT, "Loan l1").failure is DisbursementFailure.REFUSED
    assert bank.cancel("d1/0") is None
    assert [payment["status"] for payment in books.payments.values()] == ["REJECTED"]


def test_an_order_that_was_paid_or_refused_is_not_cancelled_but_reported(bank: HttpBank) -> None:
    paid = bank.order("d1/0", IBAN, AMOUNT, "Loan l1").reference
    assert bank.cancel("d1/0") == bank.cancel("d1/0") == paid
    bank.order("d1/1", f"{IBAN[:-4]}0000", AMOUNT, "Loan l1")
    assert bank.cancel("d1/1") is None


TAKEN: dict[str, object] = {"paymentId": "p1", "status": "ACCEPTED"}
REFUSED = {"paymentId": "p1", "status": "REJECTED", "reason": "ACCOUNT_CLOSED"}
NEVER = {"idempotencyKey": "d1/0", "status": "CANCELLED"}
DEEP = b"[" * 50_000
_NO_STATUSES: tuple[object, ...] = (
    "PENDING", "accepted", " ACCEPTED", "ACCEPTED\n", "", None, 1, True, ["ACCEPTED"], {}, "Z" * 9000,
)  # fmt: skip
NOT_KNOWN: dict[str, bytes] = {
    **{f"status {status}": http(status, TAKEN) for status in (202, 204, 226, 301, 302, 303, 304, 307, 308)},
    **{
        f"status {status}": http(status, {"message": "no"})
        for status in (401, 402, 403, 404, 405, 406, 407, 410, 411, 412, 413, 415, 418, 421, 423, 426, 428, 431, 451)
    },
    **{f"status {status}": http(status, REFUSED) for status in (404, 409, 422, 500, 501, 502, 503, 504, 511, 599)},
    "400 of a proxy": http(400, b"<html>Bad Request</html>"),
    "400 without a word": http(400, b""),
    "400 with another message": http(400, {"message": {"code": 7}}),
    "empty": http(201, b""),
    "no JSON": http(201, b"<html>OK</html>"),
    "JSON cut off": http(201, b'{"paymentId": "p1", "status": "ACCEPTED"'),
    "no text": http(201, b'{"paymentId": "\xff", "status": "ACCEPTED"}'),
    "deep": http(201, DEEP),
    "a list": http(201, [TAKEN]),
    "a word": http(201, "ACCEPTED"),
    "nothing": http(201, None),
    "no number": http(201, b'{"paymentId": "p1", "status": "ACCEPTED", "amount": NaN}'),
    "a status twice": http(201, b'{"paymentId": "p1", "status": "REJECTED", "status": "ACCEPTED"}'),
    **{f"a status that is {status!r}": http(201, {**TAKEN, "status": status}) for status in _NO_STATUSES},
    "no status": http(201, {"paymentId": "p1"}),
    **{
        f"a payment that is {name!r}": http(201, {**TAKEN, "paymentId": name})
        for name in ("", " ", None, 7, 0.5, False, {"id": "p1"}, ["p1"], "p 1", "p1\n", "p\x00", "p" * 141, "\u202ep1")
    },
    "no payment": http(201, {"status": "ACCEPTED"}),
    "a refusal of no payment": http(201, {"status": "REJECTED"}),
    "a refusal for an object": http(201, {**REFUSED, "reason": {}}),
    "another order's key": http(201, {**TAKEN, "idempotencyKey": "d2/0"}),
    "another account": http(201, {**TAKEN, "iban": "NO9386011117947"}),
    "another amount": http(201, {**TAKEN, "amount": {"currency": "EUR", "amount": "12.00"}}),
    "another currency": http(201, {**REFUSED, "amount": {"currency": "USD", "amount": "1200.00"}}),
    "an amount that is none": http(201, {**TAKEN, "amount": {"currency": "EUR", "amount": "all"}}),
    "a bare amount": http(201, {**TAKEN, "amount": 1200}),
}


@contextmanager
def _lying(script: Script, timeout: float = 5.0) -> Iterator[HttpBank]:
    with hostile(script) as port:
        found = HttpBank(BankSettings(f"http://127.0.0.1:{port}", MutualTlsSettings(plaintext=True), timeout))
        try:
            yield found
        finally:
            found.close()


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in NOT_KNOWN.items()])
def test_what_the_bank_does_not_say_for_sure_is_not_known_yet(answer: bytes) -> None:
    with _lying(says(answer)) as bank:
        with pytest.raises(Unavailable):
            bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
        with pytest.raises(Unavailable):
            bank.cancel("d1/0")


@pytest.mark.parametrize(
    "answer",
    [
        {**NEVER, "idempotencyKey": "d2/0"}, {**NEVER, "idempotencyKey": 1}, {"status": "CANCELLED"}, TAKEN, REFUSED,
        {**NEVER, "status": "PENDING"}, {**NEVER, "status": "ACCEPTED"},
        {**NEVER, "status": "ACCEPTED", "paymentId": {}},
    ],
)  # fmt: skip
def test_a_cancellation_that_is_not_sure_to_be_of_this_order_is_not_known_yet(answer: dict[str, object]) -> None:
    with _lying(says(http(200, answer))) as bank, pytest.raises(Unavailable):
        bank.cancel("d1/0")


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in HTTP_SCRIPTS.items()])
def test_a_bank_that_means_no_good_does_not_keep_us(script: Script) -> None:
    with _lying(script, 0.5) as bank:
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
        assert time.monotonic() - begun < 10


def test_a_right_answer_that_takes_too_long_is_none() -> None:
    with _lying(drips(http(201, TAKEN), 0.1), 0.5) as bank, pytest.raises(Unavailable):
        bank.order("d1/0", IBAN, AMOUNT, "Loan l1")


@pytest.mark.parametrize("extra", [{}, {"iban": IBAN, "amount": {"currency": "EUR", "amount": "1200"}, "eta": [1]}])
@pytest.mark.parametrize("status", [200, 201])
def test_what_the_bank_does_say_is_believed(status: int, extra: dict[str, object]) -> None:
    with _lying(says(http(status, {**TAKEN, **extra, "idempotencyKey": "d1/0"}))) as bank:
        assert bank.order("d1/0", IBAN, AMOUNT, "Loan l1").reference == "p1"
    with _lying(says(http(status, {**REFUSED, **extra}))) as bank:
        assert bank.order("d1/0", IBAN, AMOUNT, "Loan l1").failure is DisbursementFailure.ACCOUNT_INVALID
