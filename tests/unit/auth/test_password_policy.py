"""Which passwords are taken."""

import secrets
import string
from itertools import pairwise

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from services.auth.password_policy import check
from services.runtime.errors import InvalidArgument

EMAIL = "ada.lovelace@example.org"


@pytest.mark.parametrize("password", ["correct horse battery", "another good password", "Ein Esel lest nie 7"])
def test_some_words_that_belong_to_nobody_are_taken(password: str) -> None:
    check(password, EMAIL)


def test_what_chance_draws_is_taken() -> None:
    for length in (12, 32, 128):
        check("".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length)), EMAIL)


def test_nothing_that_people_choose_most_is_taken_in_any_case_nor_twice() -> None:
    chosen = FREQUENCY_LISTS["passwords"][:300]
    for one, next_one in pairwise(chosen):
        for password in (one, one.upper(), f"{one}{one}", f"{one}1", f"{one[:4]}{next_one[:4]}"):
            with pytest.raises(InvalidArgument):
                check(password, EMAIL)


@pytest.mark.parametrize(
    "password", [EMAIL, EMAIL.upper(), f"{EMAIL}1", f"my {EMAIL} is long", "ada.lovelace1", "example.org1234"]
)
def test_the_own_address_is_no_password(password: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check(password, EMAIL)
    assert refused.value.reason == "PASSWORD_WEAK"


def test_a_long_tail_does_not_save_a_weak_beginning_from_being_judged() -> None:
    with pytest.raises(InvalidArgument):
        check("a" * 100 + "correct horse battery", EMAIL)
