"""Signing in, refreshing and signing out, over gRPC."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.sign_ins import ROTATION_GRACE
from services.auth.store import UnitOfWork
from services.runtime.errors import Error, InvalidArgument, ResourceExhausted
from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher
from tests.harness import customer
from tests.integration.auth.conftest import PASSWORD, Auth


def claims(auth: Auth, token: str) -> dict[str, object]:
    published = json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data)
    return dict(jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"]).claims)


def reason(call: object, *arguments: str) -> str:
    with pytest.raises(Error) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.reason


def test_a_customer_signs_in_whatever_the_case_of_the_address(auth: Auth) -> None:
    customer_id = auth.customer("Anna@Example.org")
    answer = auth.login("aNNA@example.ORG")
    assert answer.account_id == customer_id
    assert (answer.tokens.token_type, answer.tokens.expires_in) == ("Bearer", 900)
    said = claims(auth, answer.tokens.access_token)
    assert (said["sub"], said["kind"], said["roles"]) == (customer_id, "customer", ["BEARER"])


def test_a_customer_signs_in_in_whichever_script_the_domain_is_written(auth: Auth) -> None:
    customer_id = auth.customer("anna@bücher.example")
    for spelling in ("anna@xn--bcher-kva.example", "ANNA@Bücher.Example", "anna@bu\u0308cher.example"):
        assert auth.login(spelling).account_id == customer_id


def test_staff_sign_in_with_their_roles(auth: Auth) -> None:
    user = auth.user("otto@example.org", "RISK_MGR")
    said = claims(auth, auth.login("otto@example.org").tokens.access_token)
    assert (said["sub"], said["kind"], said["roles"]) == (user.account_id, "staff", ["RISK_MGR"])


def test_unknown_address_and_wrong_password_look_alike_up_to_the_lock(auth: Auth) -> None:
    auth.customer("anna@example.org")
    for email in ("anna@example.org", "unknown@example.org"):
        for _ in range(5):
            assert reason(auth.login, email, "a wrong password") == "BAD_CREDENTIALS"
        with pytest.raises(ResourceExhausted) as refused:
            auth.login(email)
        assert refused.value.reason == "ACCOUNT_LOCKED"
        assert refused.value.metadata["retry_after_seconds"] == "31"


def test_a_lock_ends_and_success_forgets_the_failures(auth: Auth) -> None:
    auth.customer("anna@example.org")
    for _ in range(5):
        reason(auth.login, "anna@example.org", "a wrong password")
    auth.clock.advance(timedelta(seconds=31))
    assert auth.login("anna@example.org").account_id
    for _ in range(4):
        assert reason(auth.login, "anna@example.org", "a wrong password") == "BAD_CREDENTIALS"
    assert auth.login("anna@example.org").account_id


def test_a_burst_of_guesses_does_not_get_past_the_lock(auth: Auth) -> None:
    auth.customer("anna@example.org")
    auth.client()
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(lambda n: reason(auth.login, "anna@example.org", f"guess {n}"), range(16)))
    assert (reasons.count("BAD_CREDENTIALS"), reasons.count("ACCOUNT_LOCKED")) == (5, 11)


def test_refresh_tokens_rotate(auth: Auth) -> None:
    auth.customer("anna@example.org")
    first = auth.login("anna@example.org").tokens
    second = auth.refresh(first.refresh_token)
    third = auth.refresh(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert claims(auth, third.access_token)["roles"] == ["BEARER"]


def test_a_refresh_token_used_twice_ends_its_session_and_no_other(auth: Auth) -> None:
    auth.customer("anna@example.org")
    stolen, other = (auth.login("anna@example.org").tokens.refresh_token for _ in range(2))
    latest = auth.refresh(stolen).refresh_token
    auth.clock.advance(ROTATION_GRACE)
    assert reason(auth.refresh, stolen) == "REFRESH_TOKEN_INVALID"
    assert reason(auth.refresh, latest) == "REFRESH_TOKEN_INVALID"
    assert auth.refresh(other).access_token
    assert auth.audit("Session")[-2]["after"]["end_reason"] == "TOKEN_REUSED"


def test_several_at_once_with_one_token_go_on_with_the_same_next_one(auth: Auth) -> None:
    auth.customer("anna@example.org")
    token = auth.login("anna@example.org").tokens.refresh_token
    with ThreadPoolExecutor(4) as pool:
        pairs = list(pool.map(lambda _: auth.refresh(token), range(4)))
    [following] = {pair.refresh_token for pair in pairs}
    auth.clock.advance(ROTATION_GRACE - timedelta(milliseconds=1))
    assert auth.refresh(token).refresh_token == following
    assert auth.refresh(following).refresh_token != following
    # Two steps back is no second window.
    assert reason(auth.refresh, token) == "REFRESH_TOKEN_INVALID"


def test_a_refresh_token_follows_from_the_last_only_for_the_service(auth: Auth, tmp_path: Path) -> None:
    auth.customer("anna@example.org")
    token = auth.login("anna@example.org").tokens.refresh_token
    other_key = tmp_path / "another"
    other_key.write_text(encryption.new_secret())
    with auth.begin() as uow, UnitOfWork(auth.database, FieldCipher(other_key)) as other:
        assert auth.refresh(token).refresh_token == uow.next_token(token) != other.next_token(token)


@pytest.mark.parametrize(
    "password", ["password1234", "qwertyuiop123", "iloveyou2024!", "anna@example.org", "aaaaaaaaaaaa"]
)
def test_a_password_that_many_would_guess_is_refused_by_its_field(auth: Auth, password: str) -> None:
    invited = auth.invite("anna@example.org", "OFFICER")
    token = auth.invitation("anna@example.org")
    calls: tuple[Callable[[], Any], ...] = (
        lambda: auth.customer("ben@example.org", password.replace("anna", "ben")),
        lambda: auth.join(token, password),
    )
    for call in calls:
        with pytest.raises(InvalidArgument) as refused:
            call()
        assert (refused.value.reason, refused.value.violations[0].field) == ("PASSWORD_WEAK", "password")
    assert auth.join(token) == invited.user.account_id


def test_an_unknown_or_expired_refresh_token_is_refused(auth: Auth) -> None:
    auth.customer("anna@example.org")
    token = auth.login("anna@example.org").tokens.refresh_token
    assert reason(auth.refresh, "x" * 43) == "REFRESH_TOKEN_INVALID"
    auth.clock.advance(timedelta(days=15))
    assert reason(auth.refresh, token) == "REFRESH_TOKEN_INVALID"


def test_new_roles_come_with_the_next_refresh(auth: Auth) -> None:
    user = auth.user("otto@example.org", "OFFICER")
    token = auth.login("otto@example.org").tokens.refresh_token
    auth.set_roles(user.account_id, "MANAGER")
    assert claims(auth, auth.refresh(token).access_token)["roles"] == ["MANAGER"]


def test_logout_ends_one_session_or_all_but_never_anothers(auth: Auth) -> None:
    anna, ben = auth.customer("anna@example.org"), auth.customer("ben@example.org")
    tokens = [auth.login("anna@example.org").tokens.refresh_token for _ in range(3)]

    def logout(account_id: str, token: str = "") -> int:
        return int(auth.client(customer(account_id)).Logout(pb.LogoutRequest(refresh_token=token)).ended_sessions)

    assert logout(ben, tokens[0]) == 0
    assert logout(ben) == 0
    assert logout(anna, tokens[0]) == 1
    assert logout(anna, "x" * 43) == 0
    assert reason(auth.refresh, tokens[0]) == "REFRESH_TOKEN_INVALID"
    assert logout(anna) == 2
    assert reason(auth.refresh, tokens[1]) == "REFRESH_TOKEN_INVALID"


def test_neither_secrets_nor_persons_are_readable_in_the_database(auth: Auth) -> None:
    auth.customer("anna@example.org")
    auth.user("otto@example.org", "OFFICER")
    tokens = auth.login("anna@example.org").tokens
    reason(auth.login, "anna@example.org", "a wrong password")
    stored = auth.everything().lower()
    for secret in ("example.org", "otto", PASSWORD, '"d"', tokens.refresh_token.lower()):
        assert secret not in stored
    for row in (*auth.audit("Account"), *auth.audit("SigningKey"), *auth.audit("Session")):
        assert not {"email", "email_index", "full_name", "password_hash", "private_jwk"} & row["after"].keys()
        assert "argon2" not in str(row)
    with pytest.raises(InvalidArgument):
        auth.login("no address")


def test_every_change_is_audited(auth: Auth) -> None:
    customer_id = auth.customer("anna@example.org")
    auth.login("anna@example.org")
    account, session = auth.audit("Account")[0], auth.audit("Session")[0]
    assert (account["aggregate_id"], account["actor"]) == (customer_id, "service:customer")
    assert account["method"] == "/loanflow.auth.v1.AuthService/RegisterAccount"
    assert (session["actor"], session["after"]["account_id"]) == ("anonymous", customer_id)
