"""Which move an agreement's status allows, how codes are counted, and which events are born."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from services.agreement.contract import Contract, ProviderFiles, SignedCopy, StoredFile
from services.agreement.events import (
    AgreementCopyRejected,
    AgreementGenerated,
    AgreementSigned,
    AgreementUploaded,
    CopyRejectionReason,
    SignerRole,
    SigningMethod,
)
from services.agreement.model import Agreement
from services.agreement.sessions import SessionSigner, SigningSession, SigningSessionStatus
from services.agreement.signers import CODE_ATTEMPTS, AgreementStatus, Attempt, Signing
from services.lending import LoanTerms, loan_cost
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied, ResourceExhausted

S = AgreementStatus
AT = datetime(2030, 6, 15, 12, tzinfo=UTC)
TERMS = LoanTerms(Decimal("15000"), "EUR", Decimal("7.25"), 48)
COST = loan_cost(TERMS, date(2030, 6, 15))
PDF, SIGNED, COPY = (StoredFile(name, name * 8, 10) for name in ("pdf", "signed", "copy"))
CONTRACT = Contract(TERMS, TERMS.hash(), COST, "v1", PDF, AT)
SHOWN = CONTRACT.to_show
SIGNING = Signing("salt", "right", AT + timedelta(minutes=10), shown=SHOWN)
SIGNED_COPY = SignedCopy(COPY, "c1", AT)
SIGNERS = (SessionSigner("c1", SignerRole.BORROWER),)
SESSION = SigningSession("s1", SigningMethod.DOCUSIGN, PDF.sha256, SIGNERS, AT, AT, AT)
SIGNED_THERE = SESSION.taken("e1", AT).learnt(SigningSessionStatus.SIGNED, {1: AT}, AT)


right = Attempt(lambda signing: signing.code_hash == "right", SHOWN)
wrong = Attempt(lambda _: False, SHOWN)


def agreement(status: AgreementStatus = S.GENERATED) -> Agreement:
    made = Agreement("a1", "c1", status)
    made.contract = None if status is S.AWAITED else CONTRACT
    made.signing = SIGNING if status is S.SIGNING else None
    made.signed_copy = SIGNED_COPY if status is S.UPLOADED else None
    return made


ACTIONS: dict[str, tuple[Callable[[Agreement], object], set[AgreementStatus], AgreementStatus]] = {
    "generate": (lambda a: a.generate(CONTRACT), {S.AWAITED, S.GENERATED, S.SIGNING}, S.GENERATED),
    "start_signing": (lambda a: a.start_signing("c1", SIGNING, AT), {S.GENERATED, S.SIGNING}, S.SIGNING),
    "try_code": (lambda a: a.try_code("c1", wrong, AT), {S.SIGNING}, S.SIGNING),
    "sign": (lambda a: a.sign("c1", right, SIGNED, AT), {S.SIGNING}, S.SIGNED),
    "upload": (lambda a: a.upload(SIGNED_COPY), {S.GENERATED, S.SIGNING}, S.UPLOADED),
    "confirm": (lambda a: a.confirm_copy(True, "officer", AT), {S.UPLOADED}, S.SIGNED),
    "reject": (lambda a: a.confirm_copy(False, "officer", AT), {S.UPLOADED}, S.GENERATED),
    "order_session": (lambda a: a.order_session("c1", SESSION, AT), {S.GENERATED, S.SIGNING}, S.SIGNING),
    "sign_at_provider": (
        lambda a: a.sign_at_provider(SIGNED_THERE, SIGNED, ProviderFiles(COPY, PDF), AT),
        {S.GENERATED, S.SIGNING},
        S.SIGNED,
    ),
    "close": (lambda a: a.close(AT), set(S) - {S.SIGNED}, S.CLOSED),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("status", S)
def test_every_action_from_every_status(action: str, status: AgreementStatus) -> None:
    act, allowed, after = ACTIONS[action]
    made = agreement(status)
    if status in allowed:
        act(made)
        assert made.status is after
    elif action == "close":
        act(made)
        assert made.status is status
    else:
        with pytest.raises(FailedPrecondition) as caught:
            act(made)
        assert caught.value.metadata["status"] == status.name
        assert set(caught.value.metadata["allowed_from"].split(",")) == {each.name for each in allowed}
        assert (made.status, made.events) == (status, [])


def test_generating_returns_what_the_pdf_says() -> None:
    made = agreement(S.AWAITED)
    made.generate(CONTRACT)
    assert made.events == [AgreementGenerated("a1", "c1", TERMS.hash(), PDF.sha256, COST, "EUR")]
    assert (made.files, made.update_time) == ((PDF,), AT)


def test_generating_again_ends_a_signing() -> None:
    made = agreement(S.SIGNING)
    made.generate(CONTRACT)
    assert made.signing is None


def test_signing_carries_what_the_loan_is_opened_from() -> None:
    made = agreement(S.SIGNING)
    made.sign("c1", right, SIGNED, AT)
    assert made.events == [
        AgreementSigned("a1", "c1", SigningMethod.ONE_TIME_CODE, "c1", TERMS, TERMS.hash(), SIGNED.sha256, AT)
    ]
    assert (made.files, made.signing) == ((SIGNED, PDF), None)


def test_a_confirmed_copy_names_the_officer() -> None:
    made = agreement()
    made.upload(SIGNED_COPY)
    made.confirm_copy(True, "officer", AT)
    assert made.events == [
        AgreementUploaded("a1", "c1", "c1", COPY.sha256),
        AgreementSigned("a1", "c1", SigningMethod.MANUAL, "officer", TERMS, TERMS.hash(), COPY.sha256, AT),
    ]
    assert made.files == (COPY, PDF)


def test_a_rejected_copy_is_dropped() -> None:
    made = agreement(S.UPLOADED)
    made.confirm_copy(False, "officer", AT)
    rejected = AgreementCopyRejected("a1", "c1", "officer", COPY.sha256, CopyRejectionReason.NOT_SIGNED)
    assert (made.signed_copy, made.events) == (None, [rejected])


@pytest.mark.parametrize("clean", [True, False])
def test_a_copy_in_quarantine_waits_for_the_scanner_alone(clean: bool) -> None:
    made = agreement()
    made.upload(replace(SIGNED_COPY, scanned=False))
    assert (made.status, made.events) == (S.QUARANTINED, [])
    moves: list[Callable[[], None]] = [made.check_signable, made.check_generatable]
    moves.append(lambda: made.confirm_copy(True, "officer", AT))
    for move in moves:
        with pytest.raises(FailedPrecondition):
            move()
    made.judge_copy("another/copy", clean, AT)
    assert made.status is S.QUARANTINED
    made.judge_copy(COPY.key, clean, AT)
    infected = AgreementCopyRejected("a1", "c1", "", COPY.sha256, CopyRejectionReason.INFECTED)
    uploaded = AgreementUploaded("a1", "c1", "c1", COPY.sha256)
    assert (made.status, made.events) == ((S.UPLOADED, [uploaded]) if clean else (S.GENERATED, [infected]))
    made.judge_copy(COPY.key, not clean, AT)
    assert len(made.events) == 1


@pytest.mark.parametrize("clean", [True, False])
def test_a_copy_of_what_ended_meanwhile_is_judged_too(clean: bool) -> None:
    made = agreement()
    made.upload(replace(SIGNED_COPY, scanned=False))
    made.close(AT)
    made.judge_copy(COPY.key, clean, AT)
    assert (made.status, made.events, made.signed_copy) == (S.CLOSED, [], SIGNED_COPY if clean else None)


@pytest.mark.parametrize("approve", [True, False])
def test_only_the_copy_that_was_looked_at_is_decided_on(approve: bool) -> None:
    made = agreement(S.UPLOADED)
    with pytest.raises(FailedPrecondition) as caught:
        made.confirm_copy(approve, "officer", AT, SIGNED.sha256)
    assert (caught.value.reason, caught.value.metadata) == ("WRONG_STATUS", {"sha256": COPY.sha256})
    assert (made.status, made.signed_copy, made.deciders, made.events) == (S.UPLOADED, SIGNED_COPY, (), [])
    made.confirm_copy(approve, "officer", AT, COPY.sha256)
    assert made.status is (S.SIGNED if approve else S.GENERATED)


def test_who_decided_before_confirms_nothing() -> None:
    made = agreement(S.UPLOADED)
    made.note_deciders("verifier", "manager", "verifier")
    for account in ("verifier", "manager"):
        with pytest.raises(PermissionDenied) as caught:
            made.confirm_copy(True, account, AT)
        assert caught.value.reason == "MAKER_CHECKER"
    made.confirm_copy(False, "officer", AT)
    assert made.deciders == ("verifier", "manager", "officer")


def test_the_last_wrong_code_ends_the_signing() -> None:
    made = agreement(S.SIGNING)
    said = [made.try_code("c1", wrong, AT) for _ in range(5)]
    assert [each.metadata.get("attempts_left") for each in said if each] == ["4", "3", "2", "1", None]
    assert said[-1] is not None and said[-1].reason == "CODE_ATTEMPTS_EXHAUSTED"
    assert (made.status, made.signing) == (S.GENERATED, None)


def test_the_right_code_after_wrong_ones() -> None:
    made = agreement(S.SIGNING)
    made.try_code("c1", wrong, AT)
    assert made.try_code("c1", right, AT) is None
    assert made.signing is not None and made.signing.attempts_left == 4


def test_an_hour_has_five_codes_however_they_ended() -> None:
    made = agreement()
    for minutes in range(5):
        made.start_signing("c1", SIGNING, AT + timedelta(minutes=minutes))
        for _ in range(CODE_ATTEMPTS):
            made.try_code("c1", wrong, AT)
    calls: list[Callable[[datetime], object]] = [
        lambda at: made.check_code_allowed("c1", at),
        lambda at: made.start_signing("c1", SIGNING, at),
    ]
    for call in calls:
        with pytest.raises(ResourceExhausted) as caught:
            call(AT + timedelta(minutes=59))
        assert (caught.value.reason, caught.value.metadata) == ("RATE_LIMITED", {"retry_after_seconds": "61"})
    assert made.status is S.GENERATED
    made.start_signing("c1", SIGNING, AT + timedelta(hours=1))
    assert (made.status, len(made.code_times)) == (S.SIGNING, 5)


@pytest.mark.parametrize("minutes, good", [(9, True), (10, False), (11, False)])
def test_a_code_is_good_for_its_time(minutes: int, good: bool) -> None:
    made, at = agreement(S.SIGNING), AT + timedelta(minutes=minutes)
    if good:
        made.sign("c1", right, SIGNED, at)
        return
    calls: list[Callable[[], object]] = [
        lambda: made.try_code("c1", right, at),
        lambda: made.sign("c1", right, SIGNED, at),
    ]
    for call in calls:
        with pytest.raises(FailedPrecondition) as caught:
            call()
        assert caught.value.reason == "CODE_EXPIRED"
    assert made.signing == SIGNING


def test_a_code_that_was_replaced_does_not_sign() -> None:
    made = agreement(S.SIGNING)
    with pytest.raises(InvalidArgument) as caught:
        made.sign("c1", wrong, SIGNED, AT)
    assert (caught.value.reason, made.status) == ("CODE_WRONG", S.SIGNING)


def test_a_signing_at_a_provider_signs_it_for_all_with_what_the_provider_gave() -> None:
    made = agreement()
    made.sessions = (SIGNED_THERE,)
    made.sign_at_provider(SIGNED_THERE, SIGNED, ProviderFiles(COPY, PDF), AT)
    assert made.files == (SIGNED, PDF, COPY) and made.sessions == (SIGNED_THERE.concluded(),)
    assert [each.signature.method for each in made.signers if each.signature] == [SigningMethod.DOCUSIGN]
    (event,) = made.events
    assert (event.method, event.pdf_sha256, event.decided_by) == (SigningMethod.DOCUSIGN, SIGNED.sha256, "c1")


def test_one_that_came_to_nothing_leaves_the_agreement_as_it_was() -> None:
    made = agreement()
    assert made.order_session("c1", SESSION, AT) is made.order_session("c1", replace(SESSION, session_id="s2"), AT)
    made.change_session(SESSION.taken("e1", AT).learnt(SigningSessionStatus.DECLINED, {}, AT), AT)
    assert made.status is S.GENERATED and made.order_session("c1", replace(SESSION, session_id="s2"), AT)
    assert [each.session_id for each in made.sessions] == ["s1", "s2"]


@pytest.mark.parametrize("action", ["sign", "upload", "generate", "close"])
def test_what_is_done_otherwise_drops_it(action: str) -> None:
    made = agreement(S.SIGNING)
    made.order_session("c1", SESSION, AT)
    ACTIONS[action][0](made)
    assert [each.wanted for each in made.sessions] == [False]
