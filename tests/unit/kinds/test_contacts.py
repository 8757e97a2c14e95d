"""Addresses that mail reaches, numbers that ring."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kinds.contacts import email, phone
from services.kinds.errors import NotOfKind


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        ("Ada.Lovelace+Loan@Customer.Example", "Ada.Lovelace+Loan@customer.example"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@Bu\u0308cher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("ada@ｅｘａｍｐｌｅ.org", "ada@example.org"),
        ("ada@team.test", "ada@team.test"),
    ],
)
def test_spellings_of_one_address_are_one_address(written: str, kept: str) -> None:
    assert email(written) == email(kept) == kept


@pytest.mark.parametrize(
    "address",
    [
        "a..b@customer.example", ".a@customer.example", "a.@customer.example", "a@customer..example",
        "a@customer.example.", "a@.customer.example", "a@-customer.example", "a@customer-.example", "a@localhost",
        "a@customer", "a@127.0.0.1", "a@[127.0.0.1]", '"a b"@customer.example', '"a"@customer.example',
        "a b@customer.example",
        "Ada <a@customer.example>", "a@b@customer.example", "@customer.example", "a@", "ä@customer.example",
        "a\u200b@customer.example", "a@cus\u200btomer.example", "a@customer.example\n", " a@customer.example",
        f"{'a' * 65}@customer.example", f"a@{'b' * 64}.example", f"a@{'b.' * 125}example", "a@customer.invalid",
        "a@mail.local", "a@x_y.example", "a@xn--zz.example", "a,b@customer.example", "a(b)@customer.example",
    ],
)  # fmt: skip
def test_addresses_that_no_mail_reaches_are_refused(address: str) -> None:
    with pytest.raises(NotOfKind):
        email(address)


# What was taken before there were kinds was looked up by its small letters: those accounts must be found as before.
@given(
    st.from_regex(
        re.compile(r"[A-Za-z0-9+_-]{1,10}(\.[A-Za-z0-9]{1,5})?@[A-Za-z0-9]{1,10}\.[A-Za-z]{2,6}"), fullmatch=True
    )
)
def test_an_ascii_address_is_looked_up_by_its_small_letters(address: str) -> None:
    try:
        kept = email(address)
    except NotOfKind:
        return
    assert kept.lower() == address.lower()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+4915112345678", "+4915112345678"),
        ("+49 151 123 456 78", "+4915112345678"),
        ("+49\u00a0151\u00a012345678", "+4915112345678"),
        ("+49 (0)151/1234-5678", "+4915112345678"),
        ("+44 1234 567890", "+441234567890"),
        ("+39 06 6982", "+39066982"),
    ],
)
def test_spellings_of_one_number_are_one_number(written: str, kept: str) -> None:
    assert phone(written) == phone(kept) == kept


@pytest.mark.parametrize(
    "number",
    [
        "0151 12345678", "004915112345678", "4915112345678", "+999123456789", "+49", "+49151", "+4915112345678901",
        "+1 800 FLOWERS", "+4915112345678;ext=5", "tel:+4915112345678", "+٤٩١٥١١٢٣٤٥٦٧٨", "++4915112345678",
        "+15551234567", "+0015112345678", "+4915112345678\n",
    ],
)  # fmt: skip
def test_what_rings_nowhere_is_refused(number: str) -> None:
    with pytest.raises(NotOfKind):
        phone(number)
