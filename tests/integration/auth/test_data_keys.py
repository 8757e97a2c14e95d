"""The data keys of accounts: what goes on while the key service is away, and what is sealed for the erased: nothing."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.model import Account
from services.privacy import older_rows
from services.privacy.keepers import Keeper
from services.runtime import context
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.postgres_keys import PostgresDataKeys
from tests.harness import staff
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_revocations import claims, stands
from tests.integration.auth.test_second_factor import OTTO, refused
from tests.waiting import until

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
ANNA, DEVICE = "anna@example.org", "Firefox on Linux"


class Away:
    """A key service that does not answer."""

    def wrap(self, key: bytes) -> str:
        """No key is sealed."""
        raise Unavailable("the key service does not answer")

    def unwrap(self, wrapped: str) -> bytes:
        """None is opened."""
        raise Unavailable("the key service does not answer")

    def is_newest(self, wrapped: str) -> bool:
        """None is wrapped anew."""
        return True

    @property
    def local(self) -> "Away":
        """Nor beside it."""
        return self


@pytest.fixture
def without_keys(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the key service away from a process that knows no key."""
    keys = DataKeys(PostgresDataKeys(auth.database._current), Away())
    return lambda: monkeypatch.setattr(auth.database, "keys", keys)


def sid(signed_in: Any) -> str:
    return str(claims(signed_in.tokens.access_token)["sid"])


def erase(auth: Auth, customer_id: str) -> None:
    with context.background("customer", "customer.erased"):
        auth.app.on_customer_erased(customer_id, auth.clock.now())


def test_without_the_key_service_sessions_go_on_and_end(auth: Auth, without_keys: Callable[[], None]) -> None:
    anna = auth.customer(ANNA)
    first, second, third, fourth = (auth.login(ANNA) for _ in range(4))
    holder = auth.client(auth.holder(first))
    without_keys()
    assert auth.refresh(first.tokens.refresh_token).access_token
    assert holder.Logout(pb.LogoutRequest(refresh_token=second.tokens.refresh_token)).ended_sessions == 1
    holder.EndSession(pb.EndSessionRequest(session_id=sid(third)))
    ended = auth.client(staff("ADMIN")).EndAccountSessions(pb.EndAccountSessionsRequest(account_id=anna))
    assert ended.ended_sessions == 2
    assert not [each for each in (first, second, third, fourth) if stands(auth, each.tokens.access_token)]
    assert refused(auth.refresh, first.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"


def test_without_the_key_service_who_has_no_password_is_told_nothing(
    auth: Auth, without_keys: Callable[[], None]
) -> None:
    auth.customer(ANNA), auth.user(OTTO, "OFFICER")
    without_keys()
    before = auth.everything()
    for email in (ANNA, OTTO):
        with pytest.raises(Unavailable):
            auth.ask(email)
    assert auth.everything() == before, "a sign-in that could not end has left something"
    for email in (ANNA, OTTO, "nobody@example.org"):
        assert refused(auth.ask, email, "a wrong password") == "BAD_CREDENTIALS"
        auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=email))


def test_why_a_session_ended_is_read_when_its_holder_is_erased(auth: Auth) -> None:
    anna = auth.customer(ANNA)
    stolen = auth.login(ANNA).tokens.refresh_token
    auth.refresh(stolen)
    auth.clock.advance(timedelta(minutes=5))
    assert refused(auth.refresh, stolen) == "REFRESH_TOKEN_INVALID"
    erase(auth, anna)
    whys = [row["why"] for row in auth.audit("Session") if row["after"].get("end_reason") == "TOKEN_REUSED"]
    assert whys == ["refresh token refused"]


def device(auth: Auth, session_id: str) -> str | None:
    """What is stored of where a session comes from."""
    with auth.database.transaction() as transaction:
        query = "SELECT device FROM sessions WHERE session_id = %s"
        stored: str | None = transaction.connection.exec_driver_sql(query, (session_id,)).scalar_one()
    return stored


def aged(auth: Auth, session_id: str) -> None:
    """Stores where a session comes from as it was before accounts had data keys."""
    values = (auth.cipher.encrypt(DEVICE), session_id)
    with auth.database.transaction() as transaction:
        transaction.connection.exec_driver_sql("UPDATE sessions SET device = %s WHERE session_id = %s", values)


def test_where_the_erased_signed_in_from_goes_with_them_however_it_was_sealed(auth: Auth) -> None:
    anna = auth.customer(ANNA)
    aged(auth, session_id := sid(auth.login(ANNA)))
    erase(auth, anna)
    assert device(auth, session_id) is None


def test_a_hold_keeps_where_the_erased_signed_in_from(auth: Auth) -> None:
    anna = auth.customer(ANNA)
    session_id = sid(auth.login(ANNA))
    sealed = device(auth, session_id)
    with auth.begin() as uow:
        uow.data_keys.hold(anna, {uow.accounts.record_class}, "Az 17/26")
        uow.commit()
    erase(auth, anna)
    assert sealed and device(auth, session_id) == sealed


def test_no_key_is_made_for_those_who_were_erased_before_there_were_any(auth: Auth) -> None:
    anna = auth.customer(ANNA)
    session_id = sid(auth.login(ANNA))
    erase(auth, anna)
    aged(auth, session_id)
    with auth.database.transaction() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM data_keys WHERE subject = %s", (anna,))
    auth.database.keys._of_subjects.clear()
    keeper = Keeper("auth", auth.database, auth.cipher)
    assert older_rows.seal(keeper)["sealed"] == {"sessions": 1}
    assert device(auth, session_id) == ""
    with auth.begin() as uow:
        assert [each.destroyed for each in uow.data_keys.of_subject(anna)] == [True]
    assert older_rows.seal(keeper)["sealed"] == {}


def test_an_account_that_is_asked_for_after_the_erasure_is_not_made(auth: Auth) -> None:
    anna = new_id()
    erase(auth, anna)
    auth.customer(ANNA, customer_id=anna)
    assert refused(auth.ask, ANNA) == "BAD_CREDENTIALS"
    again = auth.customer(ANNA)
    assert auth.login(ANNA).account_id == again


def waiting(auth: Auth) -> int:
    """How many transactions of the database stand at another one's lock."""
    with auth.database.engine.connect() as connection:
        return int(connection.exec_driver_sql(_WAITING).scalar_one())


def test_an_account_that_is_being_made_while_its_customer_is_erased_is_erased(auth: Auth) -> None:
    anna, now = new_id(), auth.clock.now()
    with context.background("customer", "test"), auth.begin() as uow:
        assert uow.accounts.may_be_of(anna)
        uow.accounts.add(Account.of_customer(anna, ANNA, auth.app.passwords.hash(PASSWORD), now))
        erasing = threading.Thread(target=erase, args=(auth, anna))
        erasing.start()
        until(lambda: waiting(auth) == 1)
        uow.commit()
    erasing.join()
    assert refused(auth.ask, ANNA) == "BAD_CREDENTIALS"
    with auth.begin() as uow:
        account = uow.accounts.find(anna)
        assert account is not None and account.erase_time is not None
