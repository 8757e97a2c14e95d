"""The bank's stand-in: one payment for each idempotency key, and a refusal for a closed account."""

import json

import pytest

from stack.servers.bank import Bank, Refused


def order(iban: str) -> bytes:
    return json.dumps({"iban": iban, "amount": {"currency": "EUR", "amount": "10.00"}, "reference": "loan"}).encode()


def test_the_same_key_gives_the_same_payment() -> None:
    bank = Bank()
    first = bank.order("key", order("DE89370400440532013000"[:-4] + "1234"))
    assert first["status"] == "ACCEPTED"
    assert bank.order("key", order("DE89370400440532013000"[:-4] + "1234")) == first
    assert len(bank.payments) == 1


def test_the_same_key_for_another_payment_is_refused() -> None:
    bank = Bank()
    bank.order("key", order("DE1"))
    with pytest.raises(Refused, match="another payment"):
        bank.order("key", order("DE2"))


def test_an_account_ending_in_0000_is_rejected() -> None:
    assert Bank().order("key", order("DE89 3704 0044 0532 0000"))["status"] == "REJECTED"


@pytest.mark.parametrize(("key", "body"), [("", order("DE1")), ("key", b"no json"), ("key", b"[]"), ("key", b"{}")])
def test_nonsense_is_refused_and_leaves_nothing(key: str, body: bytes) -> None:
    bank = Bank()
    with pytest.raises(Refused):
        bank.order(key, body)
    assert not bank.payments
