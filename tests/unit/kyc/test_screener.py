"""What a look at a customer compares: each match has the details of whom it is about."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from services.kyc.ports import Party
from services.kyc.related import Related
from services.kyc.sanctions import SanctionsList
from services.kyc.screener import Screener
from services.kyc.screening import Entry, ScreenedRole
from tests.fakes.clock import FakeClock

LISTED = SanctionsList("1", (Entry("E-1", ("Grigor Malkhovets",), ("1961-04-03",), ("RU",)),))
FATHER = Related(ScreenedRole.OWNER, "Grigor Malkhovets", "1961-04-03", "RU")
SON = Related(ScreenedRole.OWNER, "Grigor Malkhovets", "1994-10-11", "RU")


def screener(party: Party, present: SanctionsList) -> Screener:
    customers: Any = SimpleNamespace(party=lambda _: party)
    begin: Any = lambda: nullcontext(SimpleNamespace(monitored=SimpleNamespace(find=lambda _: None)))  # noqa: E731
    return Screener(begin, FakeClock(), customers, present)


@pytest.mark.parametrize("related", [(FATHER, SON), (SON, FATHER)])
def test_a_case_has_the_details_of_whom_it_is_about(related: tuple[Related, ...]) -> None:
    look = screener(Party("Ada Lovelace", 1, related_subjects=related), LISTED).look("c")
    assert [(match.hit.entry_number, match.compared) for match in look.matches] == [("E-1", FATHER.subject)]
