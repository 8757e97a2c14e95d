"""Providers of signatures that contradict themselves, answer late, leave something out, or mean somebody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from loanflow.agreement.v1.agreement_events_pb2 import AgreementGenerated, AgreementPartySigned, AgreementSigned
from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from services.agreement.events import SigningMethod
from services.agreement.ports import EnvelopeState
from services.agreement.sessions import ASKED_EVERY, LIFE, LOOKED_UP_AFTER, TRIED_AGAIN_AFTER, SigningSession
from services.runtime import context
from services.runtime.errors import Aborted, DeadlineExceeded, Unavailable
from stack.servers.provider_apis import Callback
from stack.servers.signed_papers import certificate
from tests.fakes.signatures import FakeSignatures
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.signing import AtProvider, guaranteed

DOCUSIGN, ADOBE_SIGN = SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN
BOTH = pytest.mark.parametrize("method", [DOCUSIGN, ADOBE_SIGN], ids=lambda each: each.name.lower())
Make = Callable[..., AtProvider]


@pytest.fixture
def make(agreements: Agreements, signatures: FakeSignatures) -> Make:
    def made(method: SigningMethod = DOCUSIGN, last_name: str = "Lovelace") -> AtProvider:
        return AtProvider(agreements, signatures, method, last_name)

    return made


def count_signed(one: AtProvider) -> int:
    published = one.agreements.traffic.published(AgreementGenerated, AgreementPartySigned, AgreementSigned)
    return len([each for each in published if isinstance(each, AgreementSigned)])


def kept(one: AtProvider) -> SigningSession:
    """The last signing as it is stored."""
    return one.agreements.app.read(one.application_id).sessions[-1]


def provider(one: AtProvider) -> Any:
    """The client of the provider, whose calls a test replaces."""
    return one.agreements.providers[one.method]


@BOTH
def test_what_is_called_back_twenty_times_and_before_it_was_sent_is_signed_once(
    make: Make, method: SigningMethod
) -> None:
    one = make(method)
    one.sign()
    callbacks = list(one.signatures.apis.callbacks)
    one.hear(*[each for each in reversed(callbacks) for _ in range(20)])
    one.work()
    before = one.read()
    one.hear(*callbacks * 20)
    assert one.work() == 0
    assert (one.status, one.read(), count_signed(one)) == ("SIGNED", before, 1)


@BOTH
def test_callbacks_in_all_threads_beside_two_workers_sign_it_once(make: Make, method: SigningMethod) -> None:
    one = make(method)
    one.sign()
    callbacks = [*one.signatures.apis.callbacks, *reversed(one.signatures.apis.callbacks)] * 3

    def hear(callback: Callback) -> None:
        # One that finds no place in time comes again: a provider repeats it.
        with suppress(Aborted, DeadlineExceeded, Unavailable):
            one.hear(callback)

    def work(_: int) -> None:
        with suppress(Aborted), context.background("agreement", "agreement.signings"):
            for _round in range(4):
                one.agreements.work.carry_on()

    with ThreadPoolExecutor(8) as pool:
        done = [*[pool.submit(work, number) for number in range(2)], *[pool.submit(hear, each) for each in callbacks]]
        for each in done:
            each.result()
    one.later(TRIED_AGAIN_AFTER)
    assert (one.status, count_signed(one)) == ("SIGNED", 1)
    assert len(one.agreements.keys(one.application_id)) == 4 and one.later(LIFE) == 0


def test_a_report_of_another_envelope_has_nothing_sent_again_that_is_on_its_way(make: Make) -> None:
    """Connect signs all that it sends of an account: what is said of one envelope proves nothing of another."""
    other = make()
    other.sign()
    one = make(DOCUSIGN, "Lost")
    one.begin()
    strange = other.signatures.apis.callbacks[-1]
    url = strange.url.replace(other.application_id, one.application_id)
    for _ in range(3):
        one.hear(replace(strange, url=url))
        one.work()
        one.later(timedelta(seconds=6))
    assert (one.session, kept(one).send_count, kept(one).envelope_id) == ("ORDERED", 1, "")
    one.later(LOOKED_UP_AFTER)
    one.later(LOOKED_UP_AFTER)
    assert kept(one).send_count == 2


@BOTH
@pytest.mark.parametrize("is_opened", [False, True], ids=["nothing new", "opened"])
def test_what_is_reported_while_the_provider_is_asked_is_asked_about_at_once(
    make: Make, method: SigningMethod, is_opened: bool
) -> None:
    one = make(method)
    url, there = one.begin().signing_url, provider(one)
    ask = there.state

    def state(envelope_id: str) -> EnvelopeState:
        found: EnvelopeState = ask(envelope_id)
        there.state = ask
        one.agreements.clock.advance(timedelta(seconds=1))
        one.signatures.apis.sign(url)
        one.hear()
        return EnvelopeState(found.status.DELIVERED) if is_opened else found

    there.state = state
    assert one.later(ASKED_EVERY) == 2
    assert (one.status, count_signed(one)) == ("SIGNED", 1)


@BOTH
def test_one_that_is_over_in_three_ways_is_over_and_asked_about_no_more(make: Make, method: SigningMethod) -> None:
    for order in permutations(("EXPIRED", "DECLINED", "VOIDED")):
        one = make(method, "Expires")
        one.sign()
        envelope = next(each for each in one.room.envelopes.values() if one.application_id in each.title)
        one.hear()
        one.work()
        assert (one.status, one.session) == ("GENERATED", "EXPIRED")
        for status in order:
            one.hear(one.room.called(envelope, status, False))
        assert one.work() <= 1
        assert (one.status, one.session, one.later(LIFE)) == ("GENERATED", "EXPIRED", 0), order


@BOTH
def test_what_a_provider_says_is_signed_by_fewer_than_it_was_shown_to_is_not_signed(
    agreements: Agreements, signatures: FakeSignatures, method: SigningMethod
) -> None:
    """The lender's own account there can take somebody out of an envelope; that makes it no agreement of theirs."""
    one = guaranteed(agreements, signatures, method)
    one.sign()
    one.envelope.signers.pop()
    one.envelope.move("SIGNED")
    one.hear(one.room.called(one.envelope, "SIGNED", False))
    one.work()
    assert (one.status, one.session, kept(one).fault) == ("GENERATED", "REJECTED", "NOT_AS_SHOWN signature 2")
    assert count_signed(one) == 0 and len(agreements.keys(one.application_id)) == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 and no more", certificate("DocuSign", ["something else"])])
def test_another_file_is_not_taken_whatever_is_said_of_it(make: Make, content: bytes) -> None:
    one = make()
    one.sign()
    provider(one).signed_document = lambda _envelope_id: content
    one.hear()
    one.work()
    assert (one.status, one.session) == ("GENERATED", "REJECTED")
    assert count_signed(one) == 0 and len(one.agreements.keys(one.application_id)) == 1


@BOTH
def test_without_its_certificate_it_is_not_signed_until_there_is_one(make: Make, method: SigningMethod) -> None:
    one = make(method)
    one.sign()
    made, one.room.certificate = one.room.certificate, lambda envelope: b""  # type: ignore[method-assign]
    one.hear()
    for _ in range(3):
        assert one.work() == 1 and one.later(TRIED_AGAIN_AFTER - timedelta(seconds=1)) == 0
        assert (one.status, one.session, count_signed(one)) == ("SIGNING", "SIGNED", 0)
        assert one.agreements.work.queue.open_since() is not None
        one.agreements.clock.advance(timedelta(seconds=1))
    one.room.certificate = made  # type: ignore[method-assign]
    one.work()
    assert (one.status, count_signed(one), one.agreements.work.queue.open_since()) == ("SIGNED", 1, None)


def test_one_that_is_away_is_left_alone_for_as_long_as_it_wants(make: Make) -> None:
    one = make()
    one.sign()
    there = provider(one)
    ask, wanted, asked = there.state, iter((0, 0, 600)), list[str]()

    def state(envelope_id: str) -> EnvelopeState:
        asked.append(envelope_id)
        if (seconds := next(wanted, None)) is not None:
            raise Unavailable("the provider answers 500", retry_after=seconds)
        found: EnvelopeState = ask(envelope_id)
        return found

    there.state = state
    one.hear()
    assert [one.later(TRIED_AGAIN_AFTER) for _ in range(3)] == [1, 1, 1]
    assert one.later(timedelta(seconds=599)) == 0
    assert one.later(timedelta(seconds=1)) == 1
    assert (one.status, len(asked)) == ("SIGNED", 4)


@BOTH
@pytest.mark.parametrize("last_name", ["Silent", "Lost"])
def test_of_who_is_erased_while_it_is_on_its_way_nothing_stays_at_the_provider(
    make: Make, method: SigningMethod, last_name: str
) -> None:
    one = make(method, last_name)
    one.begin()
    one.agreements.hear(CustomerErased(customer_id=one.agreements.owner.subject))
    for _ in range(3):
        one.later(LOOKED_UP_AFTER)
    assert (kept(one).status.name, one.agreements.keys(one.application_id)) == ("VOIDED", [])
    assert [each.status for each in one.room.envelopes.values()] == ["VOIDED"] * (last_name == "Silent")


@BOTH
def test_what_who_is_erased_had_signed_there_is_not_fetched(make: Make, method: SigningMethod) -> None:
    one = make(method)
    one.sign()
    one.agreements.hear(CustomerErased(customer_id=one.agreements.owner.subject))
    one.hear()
    one.work()
    assert one.agreements.keys(one.application_id) == [] and count_signed(one) == 0
    assert one.later(LIFE) == 0
