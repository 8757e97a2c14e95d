"""Who is screened with a customer: a match of anybody stands in the way, and says whose it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.related import Related, screened, told_apart
from services.kyc.sanctions import SanctionsList, current_list
from services.kyc.screening import Entry, HitOutcome, ScreenedRole, ScreeningResult, Subject

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


DATED = SanctionsList("1", (Entry("E-1", (LISTED,), ("1961-04-03",), ("RU",)),))
FATHER = Related(ScreenedRole.OWNER, LISTED, "1961-04-03", "RU")
SON = Related(ScreenedRole.OWNER, LISTED, "1994-10-11", "RU")


@pytest.mark.parametrize("related", [(FATHER, SON), (SON, FATHER)])
def test_namesakes_of_one_role_are_told_apart(related: tuple[Related, ...]) -> None:
    found = screened(DATED.screen, CLEAR, related, NOW)
    apart = told_apart(related)
    assert {apart[hit.whose]: hit.outcome for hit in found.hits} == {
        FATHER: HitOutcome.CONFIRMED, SON: HitOutcome.RULED_OUT,
    }  # fmt: skip
    assert len({hit.about for hit in found.hits}) == 2


@given(
    st.lists(
        st.builds(
            Related,
            st.sampled_from(RELATED),
            st.sampled_from(["Ada Lovelace", LISTED]),
            st.sampled_from(["", "1961-04-03", "1994-10-11"]),
            st.sampled_from(["", "RU", "DE"]),
        )
    )
)
def test_every_hit_says_whose_it_is(related: list[Related]) -> None:
    apart = told_apart(related)
    assert set(apart.values()) == set(related)
    for hit in screened(DATED.screen, CLEAR, related, NOW).hits:
        each = apart[hit.whose]
        [alone] = [one for one in DATED.screen(each.subject, NOW).hits if one.entry_number == hit.entry_number]
        assert (hit.date_agreement, hit.country_agreement) == (alone.date_agreement, alone.country_agreement)


def test_one_who_has_no_namesake_is_known_by_role_and_name_alone() -> None:
    assert list(told_apart([FATHER, Related(ScreenedRole.DIRECTOR, LISTED)])) == [
        (ScreenedRole.OWNER, LISTED, "", ""), (ScreenedRole.DIRECTOR, LISTED, "", ""),
    ]  # fmt: skip
