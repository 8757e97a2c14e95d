"""Who gets the next piece of work: skills, absences, what is in hand."""

from datetime import date

import pytest

from services.kyc.officers import Officer, OfficerProfile, OfficerSkill, choose
from services.runtime.errors import FailedPrecondition

SANCTIONS = OfficerSkill.SANCTIONS
FREE, BUSY = Officer("a"), Officer("b", open_reviews=1, open_cases=1)
TRAINED = Officer("c", (SANCTIONS,), open_reviews=9)
AWAY = Officer("d", (SANCTIONS,), absent_until=date(2030, 1, 9), present=False)


@pytest.mark.parametrize(
    ("officers", "named", "present", "needed", "chosen"),
    [
        ([BUSY, FREE], "", "", (), "a"),
        ([BUSY, FREE], "b", "", (), "b"),
        ([BUSY, FREE], "", "a", (), "b"),
        ([FREE], "", "a", (), "a"),
        ([BUSY, FREE, TRAINED], "", "", (SANCTIONS,), "c"),
        ([BUSY, FREE, AWAY], "", "", (SANCTIONS,), "a"),
        ([Officer("b", open_cases=1), Officer("a", open_reviews=2)], "", "", (), "b"),
        ([Officer("b"), Officer("a")], "", "", (), "a"),
    ],
)
def test_who_is_there_and_trained_and_has_the_least_to_do_gets_it(
    officers: list[Officer], named: str, present: str, needed: tuple[OfficerSkill, ...], chosen: str
) -> None:
    assert choose(officers, named, present, needed) == chosen


@pytest.mark.parametrize(
    ("officers", "named", "reason", "metadata"),
    [
        ([], "", "NO_OFFICER", {}),
        ([FREE], "b", "NO_OFFICER", {}),
        ([FREE, AWAY], "d", "OFFICER_ABSENT", {"absent_until": "2030-01-09"}),
        ([AWAY], "", "OFFICER_ABSENT", {"absent_until": ""}),
    ],
)
def test_no_one_gets_what_they_cannot_do(
    officers: list[Officer], named: str, reason: str, metadata: dict[str, str]
) -> None:
    with pytest.raises(FailedPrecondition) as refused:
        choose(officers, named, "", ())
    assert (refused.value.reason, refused.value.metadata) == (reason, metadata)


def test_an_absence_is_from_its_first_day_to_its_last() -> None:
    profile = OfficerProfile("a")
    assert profile.is_present(date(2030, 1, 5))
    profile.update([SANCTIONS], date(2030, 1, 5), date(2030, 1, 7))
    there = [profile.is_present(date(2030, 1, day)) for day in range(4, 9)]
    assert there == [True, False, False, False, True]
    assert profile.skills == (SANCTIONS,)
