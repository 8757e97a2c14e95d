"""How secrets are kept."""

from argon2 import PasswordHasher

from services.auth import passwords
from services.auth.hashing import Hashing
from services.auth.passwords import Passwords

QUICK = Passwords(Hashing(), PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_only_the_password_is_right() -> None:
    kept = QUICK.hash("correct horse battery")
    assert "correct horse" not in kept
    assert QUICK.verify(kept, "correct horse battery")
    assert not QUICK.verify(kept, "correct horse batterx")


def test_no_one_signs_in_without_a_hash_or_with_a_broken_one() -> None:
    assert not QUICK.verify("", "")
    assert not QUICK.verify("", "anything")
    assert not QUICK.verify("not a hash", "anything")


def test_drawn_secrets_match_their_digest_only() -> None:
    drawn = passwords.draw()
    assert passwords.matches(passwords.digest(drawn), drawn)
    assert not passwords.matches(passwords.digest(drawn), passwords.draw())
    assert not passwords.matches("", drawn)
