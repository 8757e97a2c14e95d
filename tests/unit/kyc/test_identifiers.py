"""Birth date and countries beside those of a list."""

import pytest

from services.kyc.identifiers import DetailAgreement as A
from services.kyc.identifiers import birth_dates, countries


@pytest.mark.parametrize(
    "given, listed, found",
    [
        ("1961-04-03", ("1961-04-03",), A.SAME),
        ("1961-04-03", ("1950-01-01", "1961-04-03"), A.SAME),
        ("1961-04-03", ("1961-03-04",), A.NEAR),
        ("1961-04-03", ("1961-12-24",), A.NEAR),
        ("1961-04-03", ("1971-04-03",), A.NEAR),
        ("1961-04-03", ("1961",), A.NEAR),
        ("1961-04-03", ("1961-04",), A.NEAR),
        ("1961-04-03", ("1961-05",), A.DIFFERENT),
        ("1961-04-03", ("1958/1962",), A.NEAR),
        ("1961-04-03", ("1958-01-01/1960-12-31",), A.DIFFERENT),
        ("1961-04-03", ("~1963",), A.NEAR),
        ("1961-04-03", ("~1964",), A.DIFFERENT),
        ("1961-04-03", ("1962-04-04",), A.DIFFERENT),
        ("1961-04-03", ("1962", "1960"), A.DIFFERENT),
        ("1961-04-03", (), A.UNKNOWN),
        ("", ("1961",), A.UNKNOWN),
    ],
)
def test_the_closest_date_counts(given: str, listed: tuple[str, ...], found: A) -> None:
    assert birth_dates(given, listed) is found


@pytest.mark.parametrize(
    "given, listed, found",
    [
        (("DE", "FR"), ("FR",), A.SAME),
        (("DE",), ("FR", "BE"), A.DIFFERENT),
        (("DE",), (), A.UNKNOWN),
        (("", ""), ("FR",), A.UNKNOWN),
    ],
)
def test_one_tie_is_enough(given: tuple[str, ...], listed: tuple[str, ...], found: A) -> None:
    assert countries(given, listed) is found
