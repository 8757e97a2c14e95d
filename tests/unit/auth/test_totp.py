"""One-time codes against the vectors of RFC 6238, appendix B, cut to six digits."""

import base64
from datetime import UTC, datetime

import pytest

from services.auth import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.mark.parametrize("second", VECTORS)
def test_the_codes_are_those_of_the_standard_and_of_one_step_around(second: int) -> None:
    step = second // 30
    for away, found in ((-60, None), (-30, step), (0, step), (30, step), (60, None)):
        at = datetime.fromtimestamp(second + away, UTC)
        assert totp.step_of(SECRET, VECTORS[second], at) == found


@pytest.mark.parametrize("code", ["", "05924", "0059240", "005924 ", "-05924"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert totp.step_of(SECRET, code, datetime.fromtimestamp(1234567890, UTC)) is None


def test_secrets_are_drawn() -> None:
    assert len({totp.new_secret() for _ in range(10)}) == 10
    assert len(base64.b32decode(totp.new_secret())) == 20


def test_without_a_secret_no_code_is_right() -> None:
    assert totp.step_of("", "000000", datetime(2030, 1, 1, tzinfo=UTC)) is None
