"""Drift by characteristic: of the bands that applications fell into, of known values alone, where they are enough."""

import math
from collections import Counter
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from services.lending.facility import facilities
from services.risk.assessment import Assessment
from services.risk.characteristics import Characteristic
from services.risk.drift import SHIFTED, SHIFTING, CharacteristicShift, characteristic_shifts, drift
from services.risk.evidence_store import Overdue
from services.risk.figures import Figures
from services.risk.monitoring import report
from services.risk.scorecard import Bands, Categories
from services.risk.scorecards import CHALLENGER, CHAMPION, shipped
from services.risk.scoring import assess
from services.risk.watching import LEAST_SCORED, MOST_BANDED, Watch, measure_characteristics
from services.runtime.stores.json_codec import from_plain, to_plain
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory, MemoryRepository
from tests.unit.risk.test_reasons import euros, figures_of_all_kinds

TABLE, OLDER = shipped()[CHAMPION], shipped()[CHALLENGER]
PERSONAL = facilities()["PERSONAL"]
DATA = Counter({code: round(10_000 * share) for code, share in TABLE.shares.items()})
TENURE = ("TENURE_BELOW_13", "TENURE_13_TO_25", "TENURE_FROM_25")


def of(name: str, met: Counter[str]) -> CharacteristicShift:
    [found] = [each for each in characteristic_shifts(TABLE, met) if each.characteristic == name]
    return found


def figure(name: str, characteristic: str, version: str = CHAMPION, role: str = "champion") -> float | None:
    labels = {"scorecard": version, "role": role, "characteristic": characteristic}
    return REGISTRY.get_sample_value(f"loanflow_risk_characteristic_{name}", labels)


def measured(met: Counter[str], version: str = CHAMPION, role: str = "champion") -> None:
    measure_characteristics(shipped(), {(version, role): met})


@given(figures_of_all_kinds)
def test_an_assessment_keeps_one_band_of_each_characteristic_and_what_is_not_stated_is_in_none(figures: Any) -> None:
    found = assess(figures, PERSONAL, TABLE, NOON, OLDER)
    assert found.challenger is not None
    for table, bands in ((TABLE, found.bands), (OLDER, found.challenger.bands)):
        assert len(bands) == len(table.characteristics)
        for each, code in zip(table.characteristics.values(), bands, strict=True):
            assert code in {reason.code for reason in each.all}
    if figures.circumstances is None:
        assert {"ASSETS_TO_AMOUNT_MISSING", "HOUSING_MISSING"} <= {*found.bands}
        # Of what the household spends only the best is known that it can be, also where that costs points.
        assert ("EXPENSES_TO_INCOME_MISSING" in found.bands) is bool(figures.income)


def test_an_assessment_of_before_has_no_bands() -> None:
    figures = Figures("PERSONAL", euros(5000), 36, euros(6000), euros(2000), euros(0), euros(0))
    found = assess(figures, PERSONAL, TABLE, NOON, OLDER)
    stored = to_plain(found)
    assert from_plain(Assessment, stored) == found
    del stored["bands"], stored["challenger"]["bands"]
    old = from_plain(Assessment, stored)
    assert old.challenger is not None
    assert (old.bands, old.challenger.bands, old.score) == ((), (), found.score)


def test_the_people_of_the_data_are_no_drift_and_each_characteristic_is_looked_at() -> None:
    found = characteristic_shifts(TABLE, DATA)
    assert [each.characteristic for each in found] == [name.name for name in TABLE.characteristics]
    assert all(each.stability_index is not None and each.stability_index < 0.001 for each in found)


def test_the_index_is_that_of_the_shares_by_their_logarithms() -> None:
    met = Counter({TENURE[0]: 300, TENURE[1]: 200, TENURE[2]: 500})
    expected = [float(TABLE.shares[code]) for code in TENURE]
    by_hand = sum((a - e) * math.log(a / e) for a, e in zip((0.3, 0.2, 0.5), expected, strict=True))
    found = of("TENURE", met)
    assert found.stability_index == pytest.approx(by_hand, abs=1e-3)
    assert (found.looked_at, found.known, found.missing_share) == (1000, 1000, 0)
    assert [each.characteristic for each in characteristic_shifts(TABLE, met)] == ["TENURE"]


@pytest.mark.parametrize("name", [each for each in Characteristic if each in TABLE.characteristics])
def test_one_that_moves_is_told_from_the_others_and_who_states_nothing_is_no_drift(name: Characteristic) -> None:
    each = TABLE.characteristics[name]
    assert isinstance(each, (Bands, Categories))
    codes = [reason.code for reason in each.all[:-1]]
    rarest = min(codes, key=lambda code: TABLE.shares[code])
    moved = Counter({code: number for code, number in DATA.items() if code not in codes}) + Counter({rarest: 10_000})
    indexes = {each.characteristic: each.stability_index or 0 for each in characteristic_shifts(TABLE, moved)}
    assert {code for code, index in indexes.items() if index >= SHIFTING} == {name.name}
    assert indexes[name.name] >= SHIFTED
    silent = of(name.name, DATA + Counter({each.missing.code: 30_000}))
    assert silent.stability_index == of(name.name, DATA).stability_index
    assert silent.missing_share >= 0.7
    nobody = of(name.name, Counter({each.missing.code: 30_000}))
    assert (nobody.known, nobody.missing_share, nobody.stability_index) == (0, 1, None)


@given(st.dictionaries(st.sampled_from(sorted(TABLE.shares)), st.integers(0, 10**7)))
def test_whatever_was_met_the_index_is_a_number_and_never_below_nothing(met: dict[str, int]) -> None:
    for each in characteristic_shifts(TABLE, met):
        assert each.stability_index is None or 0 <= each.stability_index < 20
        assert 0 <= each.missing_share <= 1 and each.known <= each.looked_at


def test_a_table_without_shares_and_one_that_is_not_there_have_none() -> None:
    assert characteristic_shifts(OLDER, Counter({"TENURE_LONG": 500})) == ()
    measured(DATA, "of long ago")
    assert figure("index", "TENURE", "of long ago") is None


def test_gauges_have_each_characteristic_where_there_are_enough_and_go_with_what_they_are_of() -> None:
    measured(DATA)
    for name in TABLE.characteristics:
        found = of(name.name, DATA)
        assert figure("index", name.name) == found.stability_index
        assert figure("missing_share", name.name) == found.missing_share
    measured(Counter({TENURE[2]: LEAST_SCORED - 1, "HOUSING_MISSING": LEAST_SCORED, "HOUSING_OWNED": LEAST_SCORED - 1}))
    assert (figure("index", "TENURE"), figure("missing_share", "TENURE")) == (None, None)
    assert figure("index", "HOUSING") is None
    assert figure("missing_share", "HOUSING") == pytest.approx(0.5, abs=0.01)
    assert figure("index", "EMPLOYMENT") is None


def test_the_command_prints_them_beside_the_scores() -> None:
    scored = [("a", "champion", CHAMPION, 700)]
    found = report(shipped(), scored, {}, {(CHAMPION, "champion"): DATA})[CHAMPION]["champion"]["characteristics"]
    assert [each["characteristic"] for each in found] == [name.name for name in TABLE.characteristics]
    assert drift(TABLE, {"a": 700}, {}).characteristics == ()


@pytest.mark.parametrize(("scored", "one_in"), [(0, 1), (MOST_BANDED - 1, 1), (MOST_BANDED, 2), (900_000, 46)])
def test_of_very_many_one_in_so_many_is_looked_at(scored: int, one_in: int) -> None:
    asked: list[int] = []

    class Checks(MemoryRepository):
        def all(self) -> list[Any]:
            return []

    class Files(MemoryRepository):
        def overdue(self, today: Any) -> Any:
            return Overdue(0, 0)

    class Scores:
        def counted(self, at: Any) -> dict[tuple[str, str], Counter[int]]:
            return {(CHAMPION, "champion"): Counter({500: scored}), (CHALLENGER, "challenger"): Counter({500: 1})}

        def banded(self, at: Any, one_in: int) -> dict[tuple[str, str], Counter[str]]:
            asked.append(one_in)
            return {}

    memory = Memory(outcome_checks=partial(Checks, "check_id"), collateral_files=partial(Files, "application_id"))
    begin: Any = memory.begin
    Watch(begin, FakeClock(), {}, Scores()).carry_on()
    assert asked == [one_in]
