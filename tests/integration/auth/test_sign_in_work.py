"""What a sign-in tells by its time: the same steps, whoever's the address is, or nobody's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.engine import Engine

from services.runtime.errors import Error
from tests.integration.auth.conftest import Auth

WRONG = "not the password at all"
Work = list[str]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """The hashes, with their cost, and the statements that were done, in their order."""
    done: Work = []
    verify = PasswordHasher.verify

    def verified(self: PasswordHasher, hash: str, password: str) -> Any:
        done.append(f"hash {hash.split('$')[3]}")
        return verify(self, hash, password)

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        done.append(statement)

    monkeypatch.setattr(PasswordHasher, "verify", verified)
    event.listen(Engine, "before_cursor_execute", executed)
    yield done
    event.remove(Engine, "before_cursor_execute", executed)


def customer(auth: Auth) -> str:
    auth.customer("anna@example.org")
    return "anna@example.org"


def member_of_staff(auth: Auth) -> str:
    auth.user("otto@example.org", "RISK_MGR")
    return "otto@example.org"


def disabled(auth: Auth) -> str:
    auth.disable(auth.customer("dora@example.org"))
    return "dora@example.org"


def invited(auth: Auth) -> str:
    auth.invite("ivan@example.org", "RISK_MGR")
    return "ivan@example.org"


KINDS: tuple[Callable[[Auth], str], ...] = (customer, member_of_staff, disabled, invited)


def worked(auth: Auth, work: Work, email: str) -> Work:
    work.clear()
    with pytest.raises(Error):
        auth.ask(email, WRONG)
    return list(work)


@pytest.mark.tries(4)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_as_much_work_as_an_unknown_address(
    auth: Auth, work: Work, kind: Callable[[Auth], str]
) -> None:
    known = kind(auth)
    # What is prepared or kept the first time is not of the address.
    worked(auth, work, "first@example.org")
    nobodys = worked(auth, work, "nobody@example.org")
    assert worked(auth, work, known) == nobodys
    assert len([step for step in nobodys if step.startswith("hash ")]) == 1
    assert len(nobodys) > 3
