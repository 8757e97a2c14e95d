"""Somebody of many networks registers with a foreign address, to keep its owner from ever getting an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest

from services.auth.mail_links import MAILS_APART
from services.auth.registrations import REGISTRATION_HOURS
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_email_confirmation import ANNA, EVES, made, tokens, waiting
from tests.integration.auth.test_second_factor import refused

NETWORKS = [f"203.{number}.113.7" for number in range(24)] + [f"2001:db8:{number:x}::7" for number in range(24)]


def flooded(auth: Auth) -> None:
    """One registration with the address from each of the attacker's networks, each with another password."""
    for network in NETWORKS:
        auth.clock.advance(timedelta(seconds=1))
        auth.started(ANNA, f"{EVES} {next(_numbers)}", network)


_numbers = count()


@contextmanager
def counted(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many passwords are hashed or verified in the block."""
    hashed, passwords = [0], auth.app.passwords
    for name in ("hash", "verify"):
        real = getattr(passwords, name)

        def once(*given: object, real: object = real) -> object:
            hashed[0] += 1
            return real(*given)  # type: ignore[operator]

        monkeypatch.setattr(passwords, name, once)
    yield hashed
    monkeypatch.undo()


@pytest.mark.tries(3 * len(NETWORKS))
def test_no_number_of_networks_pushes_an_owners_registration_out(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    flooded(auth)
    mine = auth.started(ANNA, address="198.51.100.7")
    (token,) = tokens(auth)
    flooded(auth)
    auth.clock.advance(MAILS_APART)
    flooded(auth)
    assert waiting(auth) == 3 * len(NETWORKS) + 1
    assert refused(auth.proved, token, "a password of nobody") == "BAD_CREDENTIALS"
    with counted(auth, monkeypatch) as hashed:
        assert auth.proved(token).customer_id == mine
    assert hashed == [1]
    assert made(auth, token) == mine
    assert waiting(auth) == 1
    assert auth.login(ANNA).account_id == mine


@pytest.mark.tries(REGISTRATION_HOURS)
def test_no_mail_that_is_asked_for_later_ends_a_token_that_was_mailed(auth: Auth) -> None:
    mine = auth.started(ANNA)
    (token,) = tokens(auth)
    for hour in range(1, REGISTRATION_HOURS):
        auth.clock.advance(timedelta(hours=1))
        auth.started(ANNA, f"{EVES} {hour}", NETWORKS[hour])
        assert len(tokens(auth)) == 1
    assert made(auth, token) == mine


def test_passwords_of_one_address_are_hashed_alike_and_of_two_are_not(auth: Auth) -> None:
    for email in (ANNA, ANNA.upper(), "otto@example.org"):
        auth.started(email, PASSWORD)
    with auth.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT address_index, password_hash FROM registrations").all()
    assert len(rows) == 3
    assert len({*map(tuple, rows)}) == len({password_hash for _, password_hash in rows}) == 2
