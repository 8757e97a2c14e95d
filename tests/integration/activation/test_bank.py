"""The adapter of the bank's API, held against the stack's stand-in over HTTP."""

import threading
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
from stack.servers.bank import Bank, Handler
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
        found = HttpBank(BankSettings(f"http://127.0.0.1:{server.server_port}"))
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


def test_nobody_there_is_unavailable() -> None:
    bank = HttpBank(BankSettings("http://127.0.0.1:1", timeout=0.5))
    with pytest.raises(Unavailable):
        bank.order("d1/0", IBAN, AMOUNT, "Loan l1")
    bank.close()
