"""Who is screened with a customer: a match of anybody stands in the way, and says whose it is."""

from datetime import UTC, datetime

import pytest

from services.kyc.related import Related, screened
from services.kyc.sanctions import current_list
from services.kyc.screening import ScreenedRole, ScreeningResult, Subject

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
CLEAR = Subject("Ada Lovelace")
LISTED = current_list().entries[0].names[0]
RELATED = [each for each in ScreenedRole if each is not ScreenedRole.CUSTOMER]


@pytest.mark.parametrize("role", RELATED)
def test_a_match_of_anybody_behind_the_customer_stands_in_the_way(role: ScreenedRole) -> None:
    related = [Related(other, "Ada Lovelace") for other in RELATED if other is not role] + [Related(role, LISTED)]
    found = screened(current_list().screen, CLEAR, related, NOW)
    assert found.result is ScreeningResult.MATCHED
    assert found.matched_entries == (current_list().entries[0].number,)
    assert {(hit.screened_role, hit.screened_name) for hit in found.hits} == {(role, LISTED)}


def test_nobody_on_the_list_is_clear() -> None:
    related = [Related(role, "Ada Lovelace") for role in RELATED]
    found = screened(current_list().screen, CLEAR, related, NOW)
    assert found == current_list().screen(CLEAR, NOW)


def test_the_customers_own_match_stays_when_the_others_are_clear() -> None:
    found = screened(current_list().screen, Subject(LISTED), [Related(ScreenedRole.DIRECTOR, "Ada Lovelace")], NOW)
    assert found.result is ScreeningResult.MATCHED
    assert {hit.screened_role for hit in found.hits} == {ScreenedRole.CUSTOMER}
