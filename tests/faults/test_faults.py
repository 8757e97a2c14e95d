"""A short choice of the faults, of each kind one that heals quickly; the whole of them is `make faults`."""

from dataclasses import asdict

import pytest

from tests.bench.platform import Platform
from tests.faults.__main__ import play
from tests.faults.faults import FAULTS
from tests.faults.load import Load
from tests.faults.watch import Watch

SEED = 20
# One that is told of, two that heal before anybody is.
QUICK = ("PostgreSQL away", "PostgreSQL killed", "one application withdrawn by many at once")


@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_lost_doubled_or_out_of_order_and_who_has_to_know_is_told(
    platform: Platform, load: Load, watch: Watch, name: str
) -> None:
    played = play(platform, load, watch, name, SEED)
    assert played.acknowledged > 10
    assert played.good, asdict(played)
    assert [each.alert for each in played.alerts] == [*FAULTS[name].alerts]
    assert all(each.paged is watch.pages for each in played.alerts)


def test_every_guarantee_has_faults_aimed_at_it() -> None:
    aimed = {letter for fault in FAULTS.values() for letter in fault.guarantees}
    assert aimed == set("EXOMDL")
