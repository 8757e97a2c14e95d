"""Nothing is signed that was not shown: what a signer agrees to is held against that, and against what stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.agreement.contract import Contract, GivenPaper, StoredFile
from services.agreement.model import Agreement
from services.agreement.signers import CODE_ATTEMPTS, AgreementStatus, Attempt, Shown, Signing
from services.law import packs
from services.papers import LANGUAGES
from services.papers.forms import consent
from services.runtime.errors import Aborted, FailedPrecondition
from tests.unit.agreement.test_model import AT, CONTRACT, PDF, SHOWN, SIGNED, SIGNING, right
from tests.unit.agreement.test_signers import CO, PARTIES

S = AgreementStatus
PAPER = GivenPaper("precontract-eu-v1", StoredFile("information", "ef" * 32, 10), "c1", AT)
EUROPEAN = replace(CONTRACT, law="EU")


def signing(contract: Contract = CONTRACT, under_way: Signing = SIGNING) -> Agreement:
    return Agreement("a1", "c1", S.SIGNING, contract=contract, signing=under_way)


@pytest.mark.parametrize(
    "agreed, field",
    [
        (replace(SHOWN, consent_version="consent-v2"), "consent_version"),
        (replace(SHOWN, document_sha256="0" * 64), "document_sha256"),
        (Shown("", ""), "consent_version"),
    ],
)
def test_another_consent_or_another_file_is_refused_whatever_the_code(agreed: Shown, field: str) -> None:
    """It is no try of the code: of that nothing is told."""
    for matches in (right.matches, lambda _: False):
        made, attempt = signing(), Attempt(matches, agreed)
        calls: list[Callable[[], object]] = [
            lambda made=made, attempt=attempt: made.try_code("c1", attempt, AT),  # type: ignore[misc]
            lambda made=made, attempt=attempt: made.sign("c1", attempt, SIGNED, AT),  # type: ignore[misc]
        ]
        for call in calls:
            with pytest.raises(FailedPrecondition) as caught:
                call()
            assert (caught.value.reason, caught.value.metadata) == ("NOT_AS_SHOWN", {"field": field})
        assert (made.status, made.signature, made.events) == (S.SIGNING, None, [])
        assert made.signing is not None and made.signing.attempts_left == CODE_ATTEMPTS


@pytest.mark.parametrize(
    "contract, field",
    [(EUROPEAN, None), (replace(CONTRACT, law="US"), "consent_version"),
     (replace(CONTRACT, pdf=replace(PDF, sha256="1" * 64)), "document_sha256")],
)  # fmt: skip
def test_what_was_shown_has_to_stand_still(contract: Contract, field: str | None) -> None:
    """The law of another pack may have the same text; a text or a file that is another by now is not signed."""
    made = signing(contract)
    if field is None:
        assert made.try_code("c1", right, AT) is None
        return
    with pytest.raises(FailedPrecondition) as caught:
        made.try_code("c1", right, AT)
    assert caught.value.metadata == {"field": field}


def test_a_code_that_was_sent_before_anything_was_shown_with_it_signs_nothing() -> None:
    made = signing(under_way=replace(SIGNING, shown=None))
    with pytest.raises(FailedPrecondition) as caught:
        made.try_code("c1", right, AT)
    assert caught.value.reason == "NOT_AS_SHOWN"
    made.start_signing("c1", SIGNING, AT)
    assert made.try_code("c1", right, AT) is None


def test_what_was_shown_of_a_file_that_is_made_anew_meanwhile_is_shown_again() -> None:
    made = signing()
    with pytest.raises(Aborted):
        made.start_signing("c1", replace(SIGNING, shown=Shown("consent-v1", "2" * 64)), AT)
    assert made.signing == SIGNING


def test_the_tries_are_counted_with_the_right_one() -> None:
    made = signing()
    for _ in range(2):
        made.try_code("c1", Attempt(lambda _: False, SHOWN), AT)
    assert made.signing is not None and made.signing.tries == 3 and SIGNING.tries == 1


@pytest.mark.parametrize("law", packs())
def test_each_law_has_its_consent_in_every_language(law: str) -> None:
    pack = packs()[law]
    assert replace(CONTRACT, law=law).to_show == Shown(pack.consent, PDF.sha256)
    for language in LANGUAGES:
        assert consent(language, pack.consent)[1]
    assert CONTRACT.to_show.consent_version == packs()["NEUTRAL"].consent


@pytest.mark.parametrize("law, needed", [("EU", True), ("US", True), ("NEUTRAL", False), ("", False)])
def test_a_law_can_want_the_information_to_be_given_first(law: str, needed: bool) -> None:
    made = Agreement("a1", "c1", S.GENERATED, contract=replace(CONTRACT, law=law))
    if needed:
        with pytest.raises(FailedPrecondition) as caught:
            made.check_code_allowed("c1", AT)
        assert caught.value.reason == "PRECONTRACT_NOT_GIVEN"
    else:
        made.check_code_allowed("c1", AT)
    made.give(PAPER)
    made.check_code_allowed("c1", AT)


def test_each_is_given_the_same_file_once_and_what_was_given_stays_when_all_is_made_anew() -> None:
    made = Agreement("a1", "c1", S.GENERATED, contract=EUROPEAN, parties=PARTIES)
    assert [made.needs_informing("c1"), made.precontract] == [True, None]
    made.give(PAPER)
    assert [made.needs_informing("c1"), made.was_informed("c1"), made.was_informed(CO)] == [False, True, False]
    for twice in (PAPER, replace(PAPER, customer_id=CO, file=StoredFile("another", "aa" * 32, 10))):
        with pytest.raises(Aborted):
            made.give(twice)
    made.give(replace(PAPER, customer_id=CO))
    assert made.files == (PDF, PAPER.file) and len(made.given) == 2
    later = AT + timedelta(minutes=1)
    made.generate(replace(EUROPEAN, generate_time=later), PARTIES)
    assert [made.needs_informing("c1"), made.precontract, PAPER.file in made.files] == [True, None, True]
    again = replace(PAPER, file=StoredFile("another", "aa" * 32, 10), give_time=later)
    made.give(again)
    assert made.precontract == again and len(made.given) == 3


@pytest.mark.parametrize("status", [S.SIGNED, S.CLOSED, S.UPLOADED])
def test_who_needs_not_sign_any_more_is_given_nothing_that_counts(status: AgreementStatus) -> None:
    made = Agreement("a1", "c1", status, contract=EUROPEAN)
    assert not made.needs_informing("c1") and not made.needs_informing("somebody")
