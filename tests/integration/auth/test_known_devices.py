"""A lock slows a guesser, and not a device from which somebody has signed in before, over gRPC."""

from datetime import timedelta

import pytest

from services.auth.known_devices import DEVICE_LIFETIME, MOST_DEVICES
from tests.integration.auth.conftest import PASSWORD, Auth, browser
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA, BEN, NEXT = "anna@example.org", "ben@example.org", "seven green umbrellas"


def lock(auth: Auth, email: str, device_token: str = "") -> None:
    for _ in range(5):
        assert refused(auth.ask, email, "a wrong password", device_token) == "BAD_CREDENTIALS"
    assert refused(auth.ask, email, PASSWORD, device_token) == "ACCOUNT_LOCKED"


def test_a_known_device_signs_in_while_others_are_locked_out(auth: Auth) -> None:
    auth.customer(ANNA)
    device = auth.login(ANNA).device_token
    lock(auth, ANNA)
    answer = auth.ask(ANNA, PASSWORD, device)
    assert answer.tokens.access_token
    assert answer.device_token == ""
    assert refused(auth.ask, ANNA, PASSWORD) == "ACCOUNT_LOCKED"


def test_the_token_of_a_device_gives_no_more_guesses_than_an_address(auth: Auth) -> None:
    auth.customer(ANNA)
    device = auth.login(ANNA).device_token
    lock(auth, ANNA, device)
    assert auth.login(ANNA).tokens.access_token


@pytest.mark.parametrize("foreign", ["", "made up, and as long as one of these", "ben's"])
def test_a_token_of_another_account_or_none_is_an_unknown_device(auth: Auth, foreign: str) -> None:
    auth.customer(ANNA), auth.customer(BEN)
    if foreign == "ben's":
        foreign = auth.login(BEN).device_token
    lock(auth, ANNA, foreign)


def test_staff_are_known_after_both_factors_and_codes_are_counted_apart(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    enrolled = auth.ask(OTTO)
    assert enrolled.device_token == ""
    device = auth.prove(enrolled.challenge, browser(OTTO)).device_token
    codes = auth.prove(auth.answer(c := auth.ask(OTTO).challenge, passkey=browser(OTTO).get(c.passkey_options),
                                   enrol_another=True).challenge, browser("phone")).recovery_codes  # fmt: skip
    # Who has the password alone locks codes for themselves.
    thiefs = auth.ask(OTTO).challenge
    for _ in range(5):
        assert refused(auth.answer, thiefs, recovery_code="none") == "SECOND_FACTOR_WRONG"
    assert refused(auth.answer, auth.ask(OTTO).challenge, recovery_code=codes[0]) == "ACCOUNT_LOCKED"
    mine = auth.answer(auth.ask(OTTO, PASSWORD, device).challenge, recovery_code=codes[0])
    assert mine.tokens.access_token
    assert mine.device_token == ""


def test_a_reset_gets_in_while_others_are_slowed(auth: Auth) -> None:
    auth.customer(ANNA)
    lock(auth, ANNA)
    device = auth.reset(auth.forgotten(ANNA), NEXT)
    for _ in range(5):
        refused(auth.ask, ANNA, "a wrong password")
    assert refused(auth.ask, ANNA, NEXT) == "ACCOUNT_LOCKED"
    assert auth.ask(ANNA, NEXT, device).tokens.access_token


def test_a_reset_forgets_the_devices_of_before(auth: Auth) -> None:
    auth.customer(ANNA)
    device = auth.login(ANNA).device_token
    auth.reset(auth.forgotten(ANNA), NEXT)
    assert auth.ask(ANNA, NEXT, device).device_token


def test_an_account_has_so_many_and_the_one_used_longest_ago_makes_room(auth: Auth) -> None:
    auth.customer(ANNA)
    devices = []
    for _ in range(MOST_DEVICES + 1):
        devices.append(auth.login(ANNA).device_token)
        auth.clock.advance(timedelta(seconds=1))
    known = [not auth.ask(ANNA, PASSWORD, device).device_token for device in devices[1:]]
    assert all(known)
    assert auth.ask(ANNA, PASSWORD, devices[0]).device_token


def test_a_device_is_unknown_again_when_it_was_not_used_for_long(auth: Auth) -> None:
    auth.customer(ANNA)
    device = auth.login(ANNA).device_token
    auth.clock.advance(DEVICE_LIFETIME - timedelta(seconds=1))
    assert auth.ask(ANNA, PASSWORD, device).device_token == ""
    auth.clock.advance(DEVICE_LIFETIME - timedelta(seconds=1))
    assert auth.ask(ANNA, PASSWORD, device).device_token == ""
    auth.clock.advance(DEVICE_LIFETIME)
    assert auth.ask(ANNA, PASSWORD, device).device_token


def test_the_token_is_hashed(auth: Auth) -> None:
    auth.customer(ANNA)
    device = auth.login(ANNA).device_token
    assert device not in auth.everything()
