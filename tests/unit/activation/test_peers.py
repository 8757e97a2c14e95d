"""What other services say about an application, as a payout takes it."""

import pytest

from loanflow.kyc.v1 import review_pb2
from services.activation.peers import kyc_passes

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
