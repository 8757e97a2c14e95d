"""A signing at a provider ends the same whatever the order of what is learnt of it, and is never sent twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agreement.events import SignerRole, SigningMethod
from services.agreement.sessions import (
    ASKED_EVERY,
    IN_HAND,
    LATER_ASKED_EVERY,
    LIFE,
    LIVE,
    LOOKED_UP_AFTER,
    MOST,
    OFTEN_ASKED_FOR,
    SessionSigner,
    Signed,
    SigningSession,
    SigningSessionStatus,
    dropped,
    ordered,
    present,
    put,
)
from services.agreement.signers import Signature, Signer
from services.runtime.errors import FailedPrecondition

S = SigningSessionStatus
AT = datetime(2030, 6, 15, 12, tzinfo=UTC)
EMAILS = ("ada@example.org", "mary@example.org")
TWO = (SessionSigner("c1", SignerRole.BORROWER), SessionSigner("c2", SignerRole.GUARANTOR))
# What a provider can say of an envelope.
SAID = (S.SENT, S.DELIVERED, S.VOIDED, S.EXPIRED, S.DECLINED, S.SIGNED)
Learnt = tuple[SigningSessionStatus, dict[int, datetime], datetime]
times = st.integers(0, 600).map(lambda seconds: AT + timedelta(seconds=seconds))
reports = st.tuples(st.sampled_from(SAID), st.dictionaries(st.sampled_from([1, 2]), times, max_size=2), times)


def session(**changed: Any) -> SigningSession:
    made = SigningSession("s1", SigningMethod.DOCUSIGN, "0" * 64, TWO, AT, AT + LIFE, AT + IN_HAND)
    return replace(made, **changed)


def sent() -> SigningSession:
    return session().goes_out(EMAILS, AT).taken("e1", AT)


def known(of: SigningSession) -> tuple[object, ...]:
    return of.status, of.envelope_id, [each.sign_time for each in of.signers]


@given(st.lists(reports, max_size=8).flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_whatever_the_order_it_ends_the_same(learnt: tuple[list[Learnt], list[Learnt]]) -> None:
    in_order, shuffled, doubled = sent(), sent(), sent()
    for said in learnt[0]:
        in_order = in_order.learnt(*said)
        doubled = doubled.learnt(*said).learnt(*said)
    for said in learnt[1]:
        shuffled = shuffled.learnt(*said)
    assert known(in_order) == known(shuffled) == known(doubled)
    furthest = max((status for status, _, _ in learnt[0]), key=lambda each: each.value, default=S.SENT)
    assert in_order.status is furthest


@given(st.lists(reports, min_size=1, max_size=8))
def test_it_never_goes_back(learnt: list[Learnt]) -> None:
    one = sent()
    for said in learnt:
        before, one = one, one.learnt(*said)
        assert not before.status.is_beyond(one.status)
        pairs = zip(before.signers, one.signers, strict=True)
        assert all(each.sign_time is None or then.sign_time is not None for each, then in pairs)


@given(st.lists(st.tuples(st.sampled_from(SAID), times), max_size=8))
def test_what_is_called_back_changes_no_status_and_asks_only_when_it_is_news(heard: list[tuple[S, datetime]]) -> None:
    one = sent().learnt(S.DELIVERED, {}, AT)
    for status, at in heard:
        before, one = one, one.heard(status, at)
        assert one.status is S.DELIVERED
        assert (one == before) is (not status.is_beyond(S.DELIVERED) or one.look_time == before.look_time)


def test_it_goes_out_once_and_is_looked_up_then() -> None:
    out = session().goes_out(EMAILS, AT)
    assert (out.send_count, out.look_time, out.status) == (1, AT + LOOKED_UP_AFTER, S.ORDERED)
    assert out.goes_out(EMAILS, AT) is out and not out.can_go_out
    again = out.untaken(AT + timedelta(seconds=5))
    assert again.can_go_out and again.goes_out(EMAILS, AT).send_count == 2
    there = out.taken("e1", AT)
    assert (there.status, there.envelope_id, there.out_time) == (S.SENT, "e1", None)
    assert there.taken("e2", AT) is there and there.untaken(AT) is there and not there.can_go_out


def test_what_is_not_found_may_be_on_its_way_still() -> None:
    """Looked up early, as something was reported: nobody knows yet whether it arrives."""
    out = session().goes_out(EMAILS, AT)
    soon, later = AT + timedelta(seconds=1), AT + LOOKED_UP_AFTER
    early = out.not_found(soon, soon)
    assert (early.out_time, early.look_time, early.can_go_out) == (AT, later, False)
    assert out.not_found(later, later + IN_HAND) == out.untaken(later + IN_HAND)
    again = out.untaken(later).goes_out(EMAILS, later)
    assert not again.not_found(later + IN_HAND, later + IN_HAND).can_go_out
    assert sent().not_found(later, later) == sent()


def test_nobody_gives_up_what_somebody_else_has_sent() -> None:
    out = session().goes_out(EMAILS, AT)
    for each in (out, out.taken("e1", AT)):
        assert each.given_up(S.VOIDED, AT, "NEVER_SENT") is each
    assert session().given_up(S.VOIDED, AT, "NEVER_SENT").status is S.VOIDED


def test_what_is_reported_while_it_is_asked_about_is_not_forgotten() -> None:
    asked, news = AT + ASKED_EVERY, AT + ASKED_EVERY + timedelta(seconds=1)
    seen = sent()
    there = seen.heard(S.SIGNED, news)
    for status in (S.SENT, S.DELIVERED):
        assert there.when_asked(seen, status, {}, asked).look_time == news
    assert seen.when_asked(seen, S.DELIVERED, {}, asked).look_time == asked + ASKED_EVERY
    signed = there.when_asked(seen, S.SIGNED, {1: AT, 2: AT}, asked)
    assert (signed.status, signed.look_time) == (S.SIGNED, asked)


@pytest.mark.parametrize("over", [S.VOIDED, S.EXPIRED, S.DECLINED])
def test_what_is_over_is_asked_about_once_when_something_else_is_reported(over: S) -> None:
    ended = sent().learnt(over, {}, AT)
    for status in SAID:
        there = ended.heard(status, AT)
        assert there.when_asked(there, over, {}, AT).look_time is None
    signed = ended.when_asked(ended, S.SIGNED, {1: AT, 2: AT}, AT)
    assert signed.is_under_way and signed.when_asked(signed, S.SIGNED, {}, AT).look_time == AT


def test_it_is_asked_about_less_often_as_it_grows_old() -> None:
    young, old = AT + timedelta(minutes=1), AT + OFTEN_ASKED_FOR
    assert sent().next_look(young) == young + ASKED_EVERY
    assert sent().next_look(old) == old + LATER_ASKED_EVERY


@pytest.mark.parametrize("status", [each for each in SAID if each not in LIVE])
def test_what_is_over_is_looked_at_no_more_but_for_what_is_to_be_fetched(status: S) -> None:
    over = sent().learnt(status, {}, AT)
    assert over.end_time == AT
    assert over.look_time == (AT if status is S.SIGNED else None)
    assert over.is_under_way is (status is S.SIGNED)
    assert over.concluded().look_time is None and not over.concluded().is_under_way


def test_what_is_not_wanted_is_voided_at_once_and_counts_nothing() -> None:
    unwanted = sent().unwanted(AT)
    assert (unwanted.look_time, unwanted.is_under_way, unwanted.next_look(AT)) == (AT, False, AT)
    signed = unwanted.learnt(S.SIGNED, {1: AT, 2: AT}, AT)
    assert (signed.status, signed.look_time, signed.is_under_way) == (S.SIGNED, None, False)
    with pytest.raises(FailedPrecondition):
        signed.signatures([], "0" * 64, AT)
    assert session().unwanted(AT).can_go_out is False


def test_what_is_known_here_ends_it_too() -> None:
    assert session().ended(S.REFUSED, AT, "WHY").fault == "WHY"
    rejected = sent().learnt(S.SIGNED, {}, AT).ended(S.REJECTED, AT, "page 1")
    assert (rejected.status, rejected.look_time) == (S.REJECTED, None)
    assert rejected.learnt(S.SIGNED, {}, AT).status is S.REJECTED
    assert sent().learnt(S.DECLINED, {}, AT).ended(S.REFUSED, AT).status is S.DECLINED


def test_there_is_one_under_way_at_most() -> None:
    people = Signer("c1", SignerRole.BORROWER), Signer("c2", SignerRole.GUARANTOR)
    (first,) = ordered((), people, session())
    assert ordered((first,), people, session(session_id="s2")) == (first,)
    declined = put((first,), first.goes_out(EMAILS, AT).taken("e1", AT).learnt(S.DECLINED, {}, AT))
    assert present(declined) is None
    again = ordered(declined, people, session(session_id="s2"))
    assert [each.session_id for each in again] == ["s1", "s2"] and present(again) == again[1]
    assert present(dropped(again, AT)) is None
    signed = replace(people[0], signature=Signature(SigningMethod.ONE_TIME_CODE, "c1", "", AT))
    with pytest.raises(FailedPrecondition) as caught:
        ordered((), (signed, people[1]), session())
    assert caught.value.reason == "PROVIDER_NOT_OFFERED"


def test_it_is_sent_to_a_provider_so_often_and_no_more() -> None:
    over = [session(session_id=f"s{number}").ended(S.REFUSED, AT) for number in range(MOST)]
    assert len(ordered(tuple(over[1:]), (), session())) == MOST
    with pytest.raises(FailedPrecondition) as caught:
        ordered(tuple(over), (), session())
    assert caught.value.reason == "PROVIDER_NOT_OFFERED"


def test_all_sign_with_the_times_of_the_provider() -> None:
    later = AT + timedelta(minutes=3)
    signed = sent().learnt(S.SIGNED, {1: AT, 2: later}, later)
    people = Signer("c1", SignerRole.BORROWER), Signer("c2", SignerRole.GUARANTOR)
    made = signed.signatures(people, "0" * 64, later)
    assert [each.signature for each in made] == [
        Signature(SigningMethod.DOCUSIGN, "c1", "", AT), Signature(SigningMethod.DOCUSIGN, "c2", "", later),
    ]  # fmt: skip
    with pytest.raises(FailedPrecondition):
        signed.signatures(people, "1" * 64, later)
    half = sent().learnt(S.SIGNED, {1: AT}, later)
    assert half.unsigned == [2]
    with pytest.raises(FailedPrecondition):
        half.signatures(people, "0" * 64, later)


def test_who_signs_under_another_address_than_the_envelope_went_to_is_a_stranger() -> None:
    there = sent()
    assert EMAILS[0] not in str(there) and EMAILS[1] not in str(there)
    assert there.strangers({place: Signed(AT, email.upper()) for place, email in enumerate(EMAILS, 1)}) == []
    assert there.strangers({1: Signed(AT, EMAILS[1]), 2: Signed(AT, EMAILS[1])}) == [1]
    assert there.strangers({1: Signed(AT, ""), 2: Signed(AT, "else@example.org"), 3: Signed(AT, "x")}) == [1, 2]


def test_what_went_out_before_addresses_were_kept_knows_no_stranger() -> None:
    before = replace(sent(), signers=TWO)
    assert before.strangers({1: Signed(AT, "else@example.org")}) == []


def test_an_address_is_kept_in_a_form_that_is_of_one_session_alone() -> None:
    one, other = (session(session_id=each).goes_out(EMAILS, AT).signers[0].email_sha256 for each in ("s1", "s2"))
    assert one and other and one != other
    # Sent again after the address has changed, it is the new one that signs.
    again = session().goes_out(EMAILS, AT).untaken(AT).goes_out(("new@example.org", EMAILS[1]), AT)
    assert again.strangers({1: Signed(AT, EMAILS[0]), 2: Signed(AT, EMAILS[1])}) == [1]
