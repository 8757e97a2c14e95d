"""Staff, customers' accounts, partners' clients, keys and leftovers, over gRPC."""

import base64
import json
import threading
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody
from joserfc import jwt
from joserfc.jwk import KeySet

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.customer.v1 import customer_events_pb2
from services.auth.consumer import subscriptions
from services.auth.signing_keys import CLOCK_SKEW, PUBLISHED_AHEAD, ROTATION, TOKEN_LIFETIME
from services.auth.token_issuer import Issuer
from services.runtime import context
from services.runtime.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from services.runtime.ids import new_id
from tests.harness import service, staff
from tests.integration.auth.conftest import Auth

ADMIN = staff("ADMIN")
OWN = ["SCOPE_REGISTRATION_READ"]


def test_an_address_is_taken_once(auth: Auth) -> None:
    auth.user("otto@example.org", "OFFICER")
    with pytest.raises(AlreadyExists) as refused:
        auth.user("OTTO@example.org", "MANAGER")
    assert refused.value.reason == "EMAIL_TAKEN"
    with pytest.raises(AlreadyExists) as refused:
        auth.customer("otto@example.org")
    assert refused.value.reason == "EMAIL_TAKEN"


def test_staff_are_listed_by_address_page_by_page(auth: Auth) -> None:
    auth.customer("anna@example.org")
    for name, role in (("cleo", "OFFICER"), ("Anton", "OFFICER"), ("berta", "MANAGER")):
        auth.user(f"{name}@example.org", role)
    client, emails, token = auth.client(ADMIN), [], ""
    for _ in range(3):
        page = client.ListUsers(pb.ListUsersRequest(page_size=1, page_token=token))
        emails += [user.email for user in page.users]
        token = page.next_page_token
    assert (emails, token) == (["Anton@example.org", "berta@example.org", "cleo@example.org"], "")
    officers = auth.client(service("kyc")).ListUsers(pb.ListUsersRequest(role="ROLE_OFFICER")).users
    assert [user.email for user in officers] == ["Anton@example.org", "cleo@example.org"]
    with pytest.raises(InvalidArgument):
        client.ListUsers(pb.ListUsersRequest(page_token="bm9uZQ"))


def test_a_page_goes_on_where_it_was_when_its_last_account_leaves_the_list(auth: Auth) -> None:
    users = [auth.user(f"{name}@example.org", "OFFICER") for name in ("anton", "berta", "cleo")]
    client = auth.client(ADMIN)
    first = client.ListUsers(pb.ListUsersRequest(role="ROLE_OFFICER", page_size=2))
    auth.set_roles(users[1].account_id, "MANAGER")
    rest = client.ListUsers(pb.ListUsersRequest(role="ROLE_OFFICER", page_token=first.next_page_token))
    assert [user.email for user in rest.users] == ["cleo@example.org"]


def test_only_admins_manage_staff(auth: Auth) -> None:
    user = auth.user("otto@example.org", "OFFICER")
    with pytest.raises(PermissionDenied):
        auth.client(staff("MANAGER")).ListUsers(pb.ListUsersRequest())
    roles = auth.client(ADMIN).SetUserRoles(pb.SetUserRolesRequest(account_id=user.account_id)).user.roles
    assert list(roles) == []
    for account_id in (new_id(), auth.customer("anna@example.org")):
        with pytest.raises(NotFound):
            auth.client(ADMIN).SetUserRoles(pb.SetUserRolesRequest(account_id=account_id, roles=["ROLE_OFFICER"]))


def test_two_roles_that_decide_or_grant_are_given_to_no_one(auth: Auth) -> None:
    admin, both = auth.client(ADMIN), ["ROLE_MANAGER", "ROLE_CREDIT_HEAD"]
    user = auth.user("otto@example.org", "OFFICER")
    calls: tuple[Callable[[], Any], ...] = (
        lambda: auth.user("eve@example.org", "ADMIN", "OFFICER"),
        lambda: admin.SetUserRoles(pb.SetUserRolesRequest(account_id=user.account_id, roles=both)),
    )
    for call in calls:
        with pytest.raises(InvalidArgument) as refused:
            call()
        assert (refused.value.reason, refused.value.violations[0].field) == ("ROLES_INCOMPATIBLE", "roles")
    assert [(each.email, list(each.roles)) for each in admin.ListUsers(pb.ListUsersRequest()).users] == [
        ("otto@example.org", list(user.roles))
    ]


def test_no_admin_changes_his_own_roles(auth: Auth) -> None:
    admin = auth.user("otto@example.org", "ADMIN")
    himself = auth.client(staff("ADMIN", account_id=admin.account_id))
    for roles in (["ROLE_CREDIT_HEAD"], []):
        with pytest.raises(PermissionDenied, match="own roles"):
            himself.SetUserRoles(pb.SetUserRolesRequest(account_id=admin.account_id, roles=roles))
    assert [list(user.roles) for user in auth.client(ADMIN).ListUsers(pb.ListUsersRequest()).users] == [admin.roles]


def test_registering_the_same_customer_again_is_a_repetition_and_changes_nothing(auth: Auth) -> None:
    customer_id = auth.customer("anna@example.org")
    assert auth.customer("anna@example.org", "another good password", customer_id) == customer_id
    assert auth.login("anna@example.org").account_id == customer_id


def test_an_erased_customer_is_gone(auth: Auth) -> None:
    customer_id = auth.customer("anna@example.org")
    token = auth.login("anna@example.org").tokens.refresh_token
    handle = subscriptions(auth.app)[customer_events_pb2.CustomerErased]
    with context.background("customer", "customer.erased"):
        for erased in (customer_id, customer_id, new_id()):
            handle(customer_events_pb2.CustomerErased(customer_id=erased))
    calls: tuple[Callable[[], Any], ...] = (lambda: auth.login("anna@example.org"), lambda: auth.refresh(token))
    for call in calls:
        with pytest.raises(Unauthenticated):
            call()
    with auth.begin() as uow:
        account = uow.accounts.find(customer_id)
        keys = {each.record_class: each.destroyed for each in uow.data_keys.of_subject(customer_id)}
    assert account is not None
    assert (account.email, account.password_hash) == ("", "")
    assert keys == {"account": True, "answers": True}


def test_an_erasure_while_a_password_is_hashed_lets_no_one_in(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = auth.customer("anna@example.org")
    verify = auth.app.passwords.verify

    def meanwhile(password_hash: str, password: str) -> bool:
        _erase(auth, customer_id)
        return verify(password_hash, password)

    monkeypatch.setattr(auth.app.passwords, "verify", meanwhile)
    with pytest.raises(Unauthenticated) as refused:
        auth.login("anna@example.org")
    assert refused.value.reason == "BAD_CREDENTIALS"


def test_a_new_password_while_the_old_one_is_hashed_lets_no_one_in_by_the_old_one(
    auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer_id = auth.customer("anna@example.org")
    verify = auth.app.passwords.verify

    def meanwhile(password_hash: str, password: str) -> bool:
        monkeypatch.undo()
        auth.clock.advance(timedelta(seconds=1))
        auth.reset(auth.forgotten("anna@example.org"), "another horse battery")
        return verify(password_hash, password)

    monkeypatch.setattr(auth.app.passwords, "verify", meanwhile)
    with pytest.raises(Unauthenticated):
        auth.login("anna@example.org")
    assert auth.login("anna@example.org", "another horse battery").account_id == customer_id


def test_an_erasure_while_a_session_begins_ends_the_new_session(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = auth.customer("anna@example.org")
    sign, started = Issuer.sign, threading.Event()

    def erase() -> None:
        started.set()
        _erase(auth, customer_id)

    def meanwhile(*arguments: Any, **claims: Any) -> str:
        eraser.start()
        started.wait(5)
        eraser.join(0.3)
        return sign(*arguments, **claims)

    eraser = threading.Thread(target=erase)
    monkeypatch.setattr(Issuer, "sign", meanwhile)
    token = auth.login("anna@example.org").tokens.refresh_token
    eraser.join(5)
    monkeypatch.undo()
    with pytest.raises(Unauthenticated):
        auth.refresh(token)


def _erase(auth: Auth, customer_id: str) -> None:
    with context.background("customer", "customer.erased"):
        auth.app.on_customer_erased(customer_id, auth.clock.now())


def token_request(auth: Auth, form: str, authorization: str = "") -> dict[str, object]:
    body = HttpBody(content_type="application/x-www-form-urlencoded", data=form.encode())
    metadata = (("authorization", authorization),) if authorization else ()
    answer = auth.client().IssueToken(pb.IssueTokenRequest(form=body), metadata=metadata)
    assert answer.token.content_type == "application/json"
    return dict(json.loads(answer.token.data))


def test_a_partners_client_gets_tokens_by_header_or_form(auth: Auth) -> None:
    made = auth.client(ADMIN).CreateClient(pb.CreateClientRequest(name="Partner Bank", scopes=OWN))
    client_id, secret = made.client.client_id, made.client_secret
    basic = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    by_form = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
    published = json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data)
    for answer in (token_request(auth, by_form), token_request(auth, "grant_type=client_credentials", basic)):
        assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 900)
        token = jwt.decode(str(answer["access_token"]), KeySet.import_key_set(published), algorithms=["ES256"])
        assert (token.claims["sub"], token.claims["kind"]) == (client_id, "client")
        assert (token.claims["roles"], token.claims["scope"], answer["scope"]) == (
            [],
            "registration.read",
            "registration.read",
        )
    assert secret not in auth.everything()


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("grant_type=client_credentials&client_id=unknown&client_secret=x", "CLIENT_INVALID"),
        ("grant_type=client_credentials&client_id=%00&client_secret=x", "CLIENT_INVALID"),
        ("grant_type=client_credentials", "CLIENT_INVALID"),
        ("grant_type=password&username=a&password=b", "GRANT_UNSUPPORTED"),
        # RFC 6749, section 3.2: a parameter without a value is as if it were not there.
        ("", "INVALID_FIELD"),
        ("grant_type=&client_id=a&client_secret=b", "INVALID_FIELD"),
        ("grant_type=%FF", "INVALID_FIELD"),
        ("{}", "INVALID_FIELD"),
    ],
)
def test_a_wrong_token_request_says_why(auth: Auth, form: str, reason: str) -> None:
    with pytest.raises((Unauthenticated, InvalidArgument)) as refused:
        token_request(auth, form)
    assert refused.value.reason == reason


def test_a_clients_secret_has_to_be_right_and_its_name_its_own(auth: Auth) -> None:
    made = auth.client(ADMIN).CreateClient(pb.CreateClientRequest(name="Partner Bank", scopes=OWN))
    wrong = f"grant_type=client_credentials&client_id={made.client.client_id}&client_secret={'x' * 43}"
    with pytest.raises(Unauthenticated):
        token_request(auth, wrong)
    with pytest.raises(AlreadyExists):
        auth.client(ADMIN).CreateClient(pb.CreateClientRequest(name="Partner Bank", scopes=OWN))


def test_a_revoked_client_gets_no_more_tokens_and_its_name_is_free(auth: Auth) -> None:
    admin, create = auth.client(ADMIN), pb.CreateClientRequest(name="Partner Bank", scopes=OWN)
    made, other = (
        admin.CreateClient(create),
        admin.CreateClient(pb.CreateClientRequest(name="Other", scopes=OWN)),
    )
    revoke = pb.RevokeClientRequest(client_id=made.client.client_id)
    with pytest.raises(PermissionDenied):
        auth.client(staff("MANAGER")).RevokeClient(revoke)
    form = "grant_type=client_credentials&client_id={}&client_secret={}"
    token_request(auth, form.format(made.client.client_id, made.client_secret))
    auth.clock.advance(timedelta(hours=1))
    revoked = admin.RevokeClient(revoke).client
    assert revoked.revoke_time.ToDatetime(UTC) == auth.clock.now()
    for secret in (made.client_secret, ""):
        with pytest.raises(Unauthenticated) as refused:
            token_request(auth, form.format(made.client.client_id, secret))
        assert refused.value.reason == "CLIENT_INVALID"
    for unknown in (revoke, pb.RevokeClientRequest(client_id=new_id())):
        with pytest.raises(NotFound):
            admin.RevokeClient(unknown)
    assert {row["after"]["revoke_time"]: row["actor"] for row in auth.audit("Client")[2:]} == {
        auth.clock.now().isoformat(): ADMIN.actor
    }
    for heir in (other, admin.CreateClient(create)):
        assert token_request(auth, form.format(heir.client.client_id, heir.client_secret))


def test_clients_are_listed_newest_first_with_those_that_are_revoked_or_without(auth: Auth) -> None:
    admin, made = auth.client(ADMIN), []
    for name in ("First", "Second", "Third"):
        auth.clock.advance(timedelta(hours=1))
        made.append(admin.CreateClient(pb.CreateClientRequest(name=name, scopes=OWN)).client)
    made[1] = admin.RevokeClient(pb.RevokeClientRequest(client_id=made[1].client_id)).client
    assert list(admin.ListClients(pb.ListClientsRequest()).clients) == [made[2], made[0]]
    page = admin.ListClients(pb.ListClientsRequest(include_revoked=True, page_size=2))
    token = page.next_page_token
    rest = admin.ListClients(pb.ListClientsRequest(include_revoked=True, page_size=2, page_token=token))
    assert ([*page.clients, *rest.clients], rest.next_page_token) == (made[::-1], "")
    with pytest.raises(InvalidArgument) as refused:
        admin.ListClients(pb.ListClientsRequest(page_token=token))
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


def test_keys_follow_one_another_without_a_token_that_fails(auth: Auth) -> None:
    auth.customer("anna@example.org")

    def live() -> list[str]:
        with context.background("auth", "test"):
            auth.app.keys.refresh()
        return [key.key_id for key in auth.app.keys.published()]

    def signs() -> str:
        return auth.app.keys.signing(auth.clock.now()).key_id

    [first] = live()
    auth.clock.advance(ROTATION)
    second = live()[1]
    assert (len(live()), signs()) == (2, first)
    auth.clock.advance(PUBLISHED_AHEAD)
    assert (live(), signs()) == ([first, second], second)
    auth.clock.advance(TOKEN_LIFETIME + CLOCK_SKEW)
    assert live() == [second]
    with auth.begin() as uow:
        retired = uow.keys.find(first)
    assert retired is not None
    assert retired.private_jwk == ""


def test_housekeeping_removes_what_is_long_over(auth: Auth) -> None:
    auth.customer("anna@example.org")
    auth.login("anna@example.org")
    with pytest.raises(Unauthenticated):
        auth.login("ben@example.org")
    auth.clock.advance(timedelta(days=40))
    with context.background("auth", "test"):
        auth.app.tidy()
    with auth.database.engine.connect() as connection:
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("sessions", "refresh_tokens", "sign_in_failures")
        ]
    assert counts == [0, 0, 0]


def test_the_discovery_document(auth: Auth) -> None:
    answer = auth.client().GetDiscovery(pb.GetDiscoveryRequest()).configuration
    assert answer.content_type == "application/json"
    assert json.loads(answer.data)["jwks_uri"] == "https://edge.example/.well-known/jwks.json"


def test_a_text_that_no_database_keeps_is_refused_by_its_field(auth: Auth) -> None:
    with pytest.raises(InvalidArgument) as refused:
        auth.client(ADMIN).CreateClient(pb.CreateClientRequest(name="Partner\0Bank", scopes=OWN))
    assert [violation.field for violation in refused.value.violations] == ["name"]
