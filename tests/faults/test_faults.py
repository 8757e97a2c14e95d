"""A short choice of the faults, of each kind one that heals quickly; the whole of them is `make faults`."""

from dataclasses import asdict

import pytest

from tests.bench.platform import Platform
from tests.faults.__main__ import play
from tests.faults.faults import FAULTS
from tests.faults.load import Load

SEED = 20
QUICK = ("PostgreSQL killed", "one application withdrawn by many at once")


@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_lost_doubled_or_out_of_order(platform: Platform, load: Load, name: str) -> None:
    played = play(platform, load, name, SEED)
    assert played.acknowledged > 10
    assert played.good, asdict(played)


def test_every_guarantee_has_faults_aimed_at_it() -> None:
    aimed = {letter for fault in FAULTS.values() for letter in fault.guarantees}
    assert aimed == set("EXOMDL")
