"""The rules of signing in: lock-out, rotation of refresh tokens, and accounts."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loanflow.options.v1 import access_pb2, duty_pb2
from services.auth.model import WITH_DUTY, Account, Role
from services.auth.role_grants import RoleGrant
from services.auth.sign_ins import (
    FREE_FAILURES,
    LONGEST_LOCK,
    PASSWORD,
    REFRESH_LIFETIME,
    ROTATION_GRACE,
    SESSION_LIFETIME,
    Session,
    SessionEnd,
    SignInFailures,
)
from services.runtime.errors import InvalidArgument, ResourceExhausted

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def failed(times: int, at: datetime = NOW) -> SignInFailures:
    failures = SignInFailures("index", at)
    for _ in range(times):
        failures.add(at)
    return failures


def lock_seconds(failures: SignInFailures, at: datetime = NOW) -> int:
    try:
        failures.check(at)
    except ResourceExhausted as refused:
        return int(refused.metadata["retry_after_seconds"]) if refused.reason == "ACCOUNT_LOCKED" else -1
    return 0


@pytest.mark.parametrize("times", range(FREE_FAILURES))
def test_some_failures_are_free(times: int) -> None:
    assert lock_seconds(failed(times)) == 0


def test_locks_grow_up_to_the_longest() -> None:
    locks = [lock_seconds(failed(FREE_FAILURES + more)) for more in range(3)]
    assert locks == [31, 61, 121]
    assert lock_seconds(failed(FREE_FAILURES + 1000)) == LONGEST_LOCK.total_seconds() + 1


def test_a_lock_ends_and_the_next_failure_locks_for_longer() -> None:
    failures = failed(FREE_FAILURES)
    assert lock_seconds(failures, NOW + MINUTE) == 0
    failures.add(NOW + MINUTE)
    assert lock_seconds(failures, NOW + MINUTE) == 61


def test_success_and_time_forgive() -> None:
    failures = failed(FREE_FAILURES)
    failures.clear()
    assert lock_seconds(failures) == 0
    failures = failed(FREE_FAILURES)
    failures.add(NOW + 2 * DAY)
    assert (failures.count, lock_seconds(failures, NOW + 2 * DAY)) == (1, 0)


def session() -> Session:
    return Session.begin("s1", "a1", "first", (PASSWORD,), NOW)


def test_the_latest_token_gives_the_next() -> None:
    running = session()
    assert running.rotate(1, "second", NOW + DAY)
    assert (running.generation, running.token_hash) == (2, "second")
    assert running.expire_time == NOW + DAY + REFRESH_LIFETIME
    assert running.rotate(2, "third", NOW + 2 * DAY)


def test_a_token_used_twice_within_a_moment_gives_the_same_next_one() -> None:
    running = session()
    running.rotate(1, "second", NOW)
    assert running.rotate(1, "second", NOW + ROTATION_GRACE - timedelta(milliseconds=1))
    assert (running.generation, running.token_hash, running.end_time) == (2, "second", None)
    running.rotate(2, "third", NOW)
    # Two steps back is no second window.
    assert not running.rotate(1, "second", NOW)


def test_a_token_used_twice_ends_the_session() -> None:
    running = session()
    running.rotate(1, "second", NOW)
    assert not running.rotate(1, "stolen", NOW + ROTATION_GRACE)
    assert (running.end_reason, running.end_time) == (SessionEnd.TOKEN_REUSED, NOW + ROTATION_GRACE)
    assert not running.rotate(2, "third", NOW)


def test_a_session_expires_when_unused_and_at_last_for_good() -> None:
    assert not session().rotate(1, "second", NOW + REFRESH_LIFETIME)
    running, at, generation = session(), NOW, 1
    while running.rotate(generation, f"token {generation}", at):
        at, generation = at + 10 * DAY, generation + 1
    assert at >= NOW + SESSION_LIFETIME
    assert running.expire_time == NOW + SESSION_LIFETIME


def test_a_session_ends_once() -> None:
    running = session()
    assert running.end(SessionEnd.LOGGED_OUT, NOW)
    assert not running.end(SessionEnd.ACCOUNT_ERASED, NOW + DAY)
    assert (running.end_reason, running.end_time) == (SessionEnd.LOGGED_OUT, NOW)


NONE: frozenset[Role] = frozenset()


def staff(*roles: Role) -> Account:
    made = Account.of_staff("a1", None, "otto@example.org", "Otto Officer", "P-1", NOW)
    made.set_roles(frozenset(roles), NONE, "another", NOW)
    return made


def test_roles_as_tokens_claim_them() -> None:
    assert Account.of_customer("c1", "anna@example.org", "hash", NOW).claimed_roles() == ["BEARER"]
    assert staff(Role.RISK_MGR).claimed_roles() == ["RISK_MGR"]
    account = staff(Role.ADMIN)
    account.set_roles(NONE, NONE, "another", NOW + DAY)
    assert (account.claimed_roles(), account.update_time) == ([], NOW + DAY)


def test_the_roles_with_a_duty_are_those_of_the_contract() -> None:
    duty: Any = duty_pb2.duty
    values = access_pb2.Role.DESCRIPTOR.values
    wanted = {value.name.removeprefix("ROLE_") for value in values if value.GetOptions().Extensions[duty]}
    found = {role.name for role in WITH_DUTY}
    assert found == wanted, f"services/auth/model.py: {found ^ wanted}: have WITH_DUTY say what access.proto says"


@pytest.mark.parametrize("roles", [roles for n in range(2, 7) for roles in itertools.combinations(Role, n)])
def test_no_two_duties_are_in_one_hand(roles: tuple[Role, ...]) -> None:
    account, held = staff(roles[0]), frozenset(roles)
    made: tuple[Callable[[], object], ...] = (
        lambda: staff(*roles),
        lambda: account.set_roles(held, NONE, "another", NOW),
        lambda: account.set_roles(held - {roles[0]}, frozenset({roles[0]}), "another", NOW),
        lambda: RoleGrant.ask("g1", account, held, NONE, "another", NOW),
        lambda: RoleGrant.ask("g1", account, held - {roles[0]}, frozenset({roles[0]}), "another", NOW),
    )
    for make in made:
        with pytest.raises(InvalidArgument) as refused:
            make()
        assert refused.value.reason == "ROLES_INCOMPATIBLE"
    assert account.roles == {roles[0]}


def test_each_role_alone_is_held_by_whom_it_is_given() -> None:
    for role in Role:
        account = staff(role)
        account.set_roles(frozenset({role}), NONE, "another", NOW)
        assert account.roles == {role}


def test_an_erased_account_knows_no_one() -> None:
    account = staff(Role.OFFICER)
    account.erase(NOW + DAY)
    assert (account.email, account.full_name, account.password_hash, account.roles) == ("", "", "", frozenset())
    assert not account.is_staff
