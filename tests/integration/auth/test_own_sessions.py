"""Sessions are listed and ended by their holder, and by an administrator, over gRPC."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.convert_people import to_origin
from services.auth.sign_ins import REFRESH_LIFETIME
from services.runtime.calling.terms import ADDRESS
from services.runtime.errors import NotFound
from services.runtime.ids import new_id
from tests.harness import staff
from tests.integration.auth.conftest import Auth, browser
from tests.integration.auth.test_revocations import claims, stands
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA, BEN = "anna@example.org", "ben@example.org"


def listed(auth: Auth, answer: Any) -> list[Any]:
    return list(auth.client(auth.holder(answer)).ListSessions(pb.ListSessionsRequest()).sessions)


def sid(answer: Any) -> str:
    return str(claims(answer.tokens.access_token)["sid"])


def end(auth: Auth, answer: Any, session_id: str) -> Any:
    return auth.client(auth.holder(answer)).EndSession(pb.EndSessionRequest(session_id=session_id))


@pytest.mark.parametrize("email", [ANNA, OTTO])
def test_the_holder_sees_their_own_that_run_newest_first_and_no_token(auth: Auth, email: str) -> None:
    auth.customer(ANNA), auth.customer(BEN), auth.user(OTTO, "OFFICER")
    first = auth.login(email)
    auth.clock.advance(timedelta(minutes=1))
    second = auth.login(email)
    auth.clock.advance(timedelta(minutes=1))
    auth.refresh(first.tokens.refresh_token)
    auth.login(BEN)
    newest, oldest = listed(auth, first)
    assert [newest.session_id, oldest.session_id] == [sid(second), sid(first)]
    assert (newest.current, oldest.current) == (False, True)
    assert newest.device.startswith("grpc-python")
    assert oldest.use_time.ToDatetime() - oldest.create_time.ToDatetime() == timedelta(minutes=2)
    assert first.tokens.refresh_token not in str(newest) + str(oldest)
    auth.clock.advance(REFRESH_LIFETIME - timedelta(minutes=1))
    assert [each.session_id for each in listed(auth, first)] == [sid(first)]


def test_a_list_of_sessions_pages(auth: Auth) -> None:
    auth.customer(ANNA)
    answers = [auth.login(ANNA) for _ in range(5)]
    client, found, token = auth.client(auth.holder(answers[0])), [], ""
    while True:
        page = client.ListSessions(pb.ListSessionsRequest(page_size=2, page_token=token))
        found += [each.session_id for each in page.sessions]
        if not (token := page.next_page_token):
            break
    assert sorted(found) == sorted(map(sid, answers))
    assert refused(client.ListSessions, pb.ListSessionsRequest(page_token="foreign")) == "INVALID_PAGE_TOKEN"


def test_one_is_ended_by_its_holder_and_by_nobody_else(auth: Auth) -> None:
    auth.customer(ANNA), auth.customer(BEN)
    here, lost, ben = auth.login(ANNA), auth.login(ANNA), auth.login(BEN)
    for session_id in (sid(lost), new_id()):
        with pytest.raises(NotFound):
            end(auth, ben, session_id)
    assert stands(auth, lost.tokens.access_token)
    end(auth, here, sid(lost))
    assert not stands(auth, lost.tokens.access_token)
    assert refused(auth.refresh, lost.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert stands(auth, here.tokens.access_token)
    with pytest.raises(NotFound):
        end(auth, here, sid(lost))
    assert auth.audit("Session")[-1]["after"]["end_reason"] == "ENDED_BY_HOLDER"


def test_an_administrator_lists_and_ends_those_of_any_account(auth: Auth) -> None:
    anna, admin = auth.customer(ANNA), auth.client(staff("ADMIN"))
    auth.customer(BEN)
    out, ben = [auth.login(ANNA) for _ in range(3)], auth.login(BEN)
    shown = admin.ListAccountSessions(pb.ListAccountSessionsRequest(account_id=anna)).sessions
    assert {each.session_id for each in shown} == set(map(sid, out))
    assert not [each for each in shown if each.current]
    ended = admin.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=anna, session_id=sid(out[0])))
    assert ended.ended_sessions == 1
    with pytest.raises(NotFound):
        admin.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=anna, session_id=sid(ben)))
    assert admin.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=anna)).ended_sessions == 2
    assert not [each for each in out if stands(auth, each.tokens.access_token)]
    assert stands(auth, ben.tokens.access_token)
    for call, kind in ((admin.ListAccountSessions, pb.ListAccountSessionsRequest),
                       (admin.EndAccountSessions, pb.EndAccountSessionsRequest)):  # fmt: skip
        with pytest.raises(NotFound):
            call(kind(account_id=new_id()))


@pytest.mark.parametrize("by", ["holder", "administrator"])
def test_a_sign_in_that_is_half_done_ends_with_all_sessions_and_with_no_single_one(auth: Auth, by: str) -> None:
    otto = auth.user(OTTO, "OFFICER").account_id
    signed_in, single = auth.login(OTTO), auth.login(OTTO)
    kept, ended = auth.ask(OTTO).challenge, auth.ask(OTTO).challenge
    admin = auth.client(staff("ADMIN"))
    if by == "holder":
        end(auth, signed_in, sid(single))
        auth.prove(kept, browser(OTTO))
        auth.client(auth.holder(signed_in)).Logout(pb.LogoutRequest())
    else:
        admin.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=otto, session_id=sid(single)))
        auth.prove(kept, browser(OTTO))
        admin.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=otto))
    assert refused(auth.prove, ended, browser(OTTO)) == "CHALLENGE_INVALID"
    auth.login(OTTO)


def test_where_a_session_comes_from_is_sealed(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.login(ANNA)
    assert "grpc-python" not in auth.everything()


@pytest.mark.parametrize(
    "address, network",
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("not one", ""),
    ],
)
def test_of_an_address_the_network_alone_is_kept(address: str, network: str) -> None:
    assert to_origin({ADDRESS: address}).network == network


def test_what_a_program_calls_itself_is_short_and_can_be_printed() -> None:
    assert to_origin({"user-agent": "Fire\x07fox \n 1" + "x" * 300}).device == ("Fire fox 1" + "x" * 300)[:120]
