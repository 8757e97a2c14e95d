"""What other services say about an application, as a payout takes it."""

import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.kyc.v1 import review_pb2
from services.activation.peers import is_signed, kyc_passes, verified_versions

APPROVED, VERIFIED = review_pb2.REVIEW_STATUS_APPROVED, review_pb2.REVIEW_STATUS_VERIFIED
CLEAR, MATCHED = review_pb2.SCREENING_RESULT_CLEAR, review_pb2.SCREENING_RESULT_MATCHED


@pytest.mark.parametrize(
    ("status", "result", "ruled_out", "passes"),
    [
        (APPROVED, CLEAR, False, True),
        (APPROVED, MATCHED, True, True),
        (APPROVED, MATCHED, False, False),
        (VERIFIED, CLEAR, False, False),
    ],
)
def test_a_hit_that_came_up_after_the_approval_stops_the_payout(
    status: review_pb2.ReviewStatus, result: review_pb2.ScreeningResult, ruled_out: bool, passes: bool
) -> None:
    screening = review_pb2.Screening(result=result, ruled_out=ruled_out)
    assert kyc_passes(review_pb2.Review(status=status, screening=screening)) is passes
    clear = review_pb2.Screening(result=CLEAR)
    parties = [review_pb2.ReviewedParty(screening=each) for each in (clear, screening)]
    assert kyc_passes(review_pb2.Review(status=status, screening=clear, parties=parties)) is passes


PASSED, FAILED = review_pb2.CHECK_RESULT_PASSED, review_pb2.CHECK_RESULT_FAILED


@pytest.mark.parametrize(
    ("checked", "passes"),
    [
        ([("guarantor", PASSED, PASSED)], True),
        ([("guarantor", PASSED, PASSED), ("another", PASSED, PASSED)], True),
        ([], False),
        ([("another", PASSED, PASSED)], False),
        ([("guarantor", FAILED, PASSED)], False),
        ([("guarantor", PASSED, FAILED)], False),
    ],
)
def test_a_review_that_looked_at_nobody_beside_the_customer_lets_no_loan_with_a_guarantor_through(
    checked: list[tuple[str, review_pb2.CheckResult, review_pb2.CheckResult]], passes: bool
) -> None:
    parties = [
        review_pb2.PartyVerification(customer_id=who, identity=identity, compliance=compliance)
        for who, identity, compliance in checked
    ]
    screening, verification = review_pb2.Screening(result=CLEAR), review_pb2.Verification(parties=parties)
    review = review_pb2.Review(status=APPROVED, screening=screening, verification=verification)
    assert kyc_passes(review, ["guarantor"]) is passes
    assert kyc_passes(review) is True


def test_of_who_is_bound_it_is_known_which_version_was_verified() -> None:
    parties = [
        review_pb2.PartyVerification(customer_id=who, kyc_version=at) for who, at in (("guarantor", 3), ("x", 1))
    ]
    review = review_pb2.Review(verification=review_pb2.Verification(parties=parties))
    assert verified_versions(review, ["guarantor"]) == {"guarantor": 3}
    assert verified_versions(review, []) == {}


@pytest.mark.parametrize(
    ("signers", "signed"),
    [
        ({"customer": True, "guarantor": True}, True),
        ({"customer": True, "guarantor": False}, False),
        ({"customer": True}, False),
        ({}, False),
    ],
)
def test_an_agreement_that_not_everyone_has_signed_lets_no_loan_through(signers: dict[str, bool], signed: bool) -> None:
    signature = agreement_pb2.Signature()
    agreement = agreement_pb2.Agreement(
        status=agreement_pb2.AGREEMENT_STATUS_SIGNED,
        signature=signature,
        signers=[
            agreement_pb2.AgreementSigner(customer_id=who, signature=signature if has else None)
            for who, has in signers.items()
        ],
    )
    assert is_signed(agreement, ["guarantor"]) is signed
    assert is_signed(agreement, []) is True
