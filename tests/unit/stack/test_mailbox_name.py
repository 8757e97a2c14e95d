"""The address that a journey makes up for its applicant."""

import pytest

from services.kinds.contacts import email
from stack.demo.mailbox import mailbox_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "ada"),
        ("José Núñez", "jose"),
        ("O'Neil Smith", "oneil"),
        ("Анна Каренина", "applicant"),
        ("山田 太郎", "applicant"),
    ],
)
def test_every_applicant_gets_an_address_that_mail_reaches(name: str, expected: str) -> None:
    assert mailbox_name(name) == expected
    assert email(f"{expected}.1@customer.example")
