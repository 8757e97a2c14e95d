"""`python -m services.lending` as a batch: whatever a line is, it has its answer, and the next one goes on."""

import json
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.lending.answers import _ANSWERS
from services.lending.cost import loan_cost, loan_us_apr_percent
from services.lending.errors import LendingError
from services.lending.plan import FeePayment, FirstPeriod, Plan
from services.lending.questions import replies
from services.lending.rounding import Rounding
from services.lending.schedule import build
from services.lending.terms import Frequency, LoanTerms

PLAN = {"principal": "1000", "annual_rate_percent": "12", "instalments": 12, "start_date": "2026-01-01"}
LENT, REPAID = {"date": "2024-01-01", "amount": "1000"}, {"date": "2024-02-01", "amount": "1010"}
APR = {"method": "US_ACTUARIAL", "unit_period": "MONTH", "advances": [LENT], "payments": [REPAID]}
GOOD: dict[str, dict[str, Any]] = {
    "schedule": PLAN,
    "instalment": PLAN,
    "cost": PLAN,
    "apr": APR,
    "eu_interval": {"start": "2024-01-01", "end": "2024-03-01", "frequency": "MONTH"},
    "year_fraction": {"start": "2024-01-01", "end": "2024-03-01", "day_count": "ACT/360"},
    "business_day": {"date": "2024-03-31", "convention": "FOLLOWING", "holidays": ["2024-04-01"]},
}
NUMBERS = [
    "1_000", "NaN", "Infinity", "-Infinity", "1e400", "", " 1", "1 ", "+1", ".5", "5.", "0x10", "\u0661", "\uff11",
    "1,5", "--1", True, None, [], {}, [1], "1" * 5000, "1e999", "-1", "-0.01",
]  # fmt: skip


def ask(*lines: bytes) -> list[dict[str, Any]]:
    """The replies, strictly parsed: what Python alone would read is no JSON."""
    return [json.loads(reply, parse_constant=pytest.fail) for reply in replies(lines)]


def question(kind: str, **changes: Any) -> bytes:
    return json.dumps({"id": 1, "kind": kind, "inputs": {**GOOD[kind], **changes}}).encode()


def test_every_kind_answers() -> None:
    assert GOOD.keys() == _ANSWERS.keys()
    for kind in GOOD:
        (reply,) = ask(question(kind))
        assert reply.keys() == {"id", "result"}, reply


BAD_LINES = [
    b"x", b"\xff\xfe", b"{", b"[]", b"1", b'"text"', b"null", b"{}", b"[" * 100000, b'{"a":' * 5000, b'{"id": 1}',
    b'{"id": NaN, "kind": "apr", "inputs": {}}', b'{"id": 1, "kind": ["apr"], "inputs": {}}', b"\x00", b"\xed\xa0\x80",
    b'{"id": 1, "id": 2, "kind": "apr", "inputs": {}}', b'{"id": 1, "kind": "apr", "inputs": []}', b"9" * 5000,
    b'{"id": 1, "kind": "schedule", "inputs": {"principal": NaN}}', b'{"id": "\\ud800", "kind": "x", "inputs": {}}',
    b'{"id": 1, "kind": "schedule", "inputs": {"principal": ' + b"9" * 5000 + b"}}",
    b'{"id": 1e999, "kind": "apr", "inputs": {}}', b'{"id": [-1e999], "kind": "apr", "inputs": {}}',
]  # fmt: skip


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:40].decode("latin-1"))
def test_a_bad_line_has_an_error_and_the_next_goes_on(line: bytes) -> None:
    bad, good = ask(line, question("schedule"))
    assert bad["error"] and "has no answer" not in bad["error"]
    assert good["id"] == 1 and len(good["result"]) == 12


def test_a_bad_line_has_its_id_where_it_can_be_read() -> None:
    for identity in (7, "seven", None, [1, 2], {"a": 1.5}, True):
        line = json.dumps({"id": identity, "kind": "instalment", "inputs": {"principal": float("nan")}}).encode()
        (reply,) = ask(line)
        assert (reply["id"], reply["field"]) == (identity, "principal")


@pytest.mark.parametrize("value", NUMBERS, ids=lambda value: str(value)[:20])
def test_what_is_no_number_is_refused_by_the_name_of_the_input(value: object) -> None:
    for kind, name in (("schedule", "principal"), ("instalment", "annual_rate_percent"), ("cost", "fee")):
        (reply,) = ask(question(kind, **{name: value}))
        assert reply.get("field") == name, reply
    (reply,) = ask(question("apr", payments=[{**REPAID, "amount": value}]))
    assert str(reply.get("field")).startswith("payments"), reply


@pytest.mark.parametrize(
    "value", ["2024-02-30", "20240201", "2024-W05-4", "0000-01-01", "\uff12024-01-01", "", 1, None, []]
)
def test_what_is_no_date_is_refused_by_the_name_of_the_input(value: object) -> None:
    for kind, name in (("schedule", "start_date"), ("eu_interval", "end"), ("business_day", "date")):
        (reply,) = ask(question(kind, **{name: value}))
        assert reply.get("field") == name, reply


@pytest.mark.parametrize("every", [0, -1, 1001, 10**30, "1", 1.5, True])
def test_every_is_a_count_from_one_on(every: object) -> None:
    for kind in ("schedule", "apr"):
        (reply,) = ask(question(kind, every=every))
        assert reply.get("field") == "every", reply


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NUMBERS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    sorted({name for inputs in GOOD.values() for name in inputs} | {"balloon", "every", "currency"})
)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(GOOD)), st.dictionaries(names, json_values, min_size=1, max_size=3), json_values)
def test_no_inputs_are_beyond_an_answer(kind: str, changes: dict[str, Any], identity: object) -> None:
    line = json.dumps({"id": identity, "kind": kind, "inputs": {**GOOD[kind], **changes}}).encode()
    (reply,) = ask(line)
    assert "has no answer" not in reply.get("error", "")
    assert ("result" in reply) is not ("error" in reply)


@settings(max_examples=300)
@given(st.binary())
def test_any_bytes_have_a_reply(line: bytes) -> None:
    assert all("error" in reply and "has no answer" not in reply["error"] for reply in ask(line))


dates = st.dates().map(date.isoformat)
amounts = st.decimals(0, D(10) ** 15, allow_nan=False, places=2).map(str)
flows = st.lists(st.fixed_dictionaries({"date": dates, "amount": amounts}), min_size=1, max_size=4)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(
    flows, flows, st.sampled_from(["DAY", "WEEK", "SEMIMONTH", "MONTH", "YEAR"]), st.integers(-1, 1001), st.booleans()
)
def test_every_apr_is_a_figure_or_an_error_of_its_inputs(
    advances: list[Any], payments: list[Any], unit: str, every: int, european: bool
) -> None:
    inputs: dict[str, Any] = {"advances": advances, "payments": payments, "every": every, "unit_period": unit}
    inputs |= {"method": "EU" if european else "US_ACTUARIAL", "frequency": "MONTH" if unit == "SEMIMONTH" else unit}
    (reply,) = ask(json.dumps({"id": 1, "kind": "apr", "inputs": inputs}).encode())
    assert "result" in reply or reply["field"].split("[")[0] in ("advances", "payments", "every"), reply


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"instalment_multiple": D(5000)}, "instalment_multiple"),
        ({"instalment_multiple": D(500)}, "instalment_multiple"),
        (
            {"instalment_multiple": D(600), "down_payment_percent": D(95), "rounding": Rounding.CEILING},
            "instalment_multiple",
        ),
        ({"principal": D("0.01"), "down_payment_percent": D(99)}, "down_payment_percent"),
        ({"balloon": D(1000)}, "balloon"),
        ({"balloon": D(1001)}, "balloon"),
        ({"balloon_percent": D(99), "down_payment_percent": D(50)}, "balloon_percent"),
        ({"fee_percent": D(99), "fee_payment": FeePayment.DEDUCTED, "principal": D("0.01")}, "fee_percent"),
        ({"fee": D(1000), "fee_payment": FeePayment.DEDUCTED}, "fee"),
        ({"annual_rate_percent": D(999), "instalments": 4000}, "annual_rate_percent"),
        ({"start": date(9999, 1, 1)}, "start_date"),
        ({"every": 1000, "instalments": 4000}, "every"),
        ({"first_due": date(9999, 12, 31)}, "first_due_date"),
        ({"first_due": date(2026, 1, 15), "first_period": FirstPeriod.BROKEN_PERIOD}, "first_due_date"),
        ({"currency": "ZZZ"}, "currency"),
        ({"currency": "JPY", "principal": D("1000.5")}, "principal"),
    ],
)  # fmt: skip
def test_an_error_names_the_input_at_fault(changes: dict[str, Any], field: str) -> None:
    values = {
        "principal": D(1000),
        "annual_rate_percent": D(12),
        "start": date(2026, 1, 1),
        "instalments": 12,
        **changes,
    }
    with pytest.raises(LendingError) as refused:
        build(Plan(**values))
    assert refused.value.field_name == field


@pytest.mark.parametrize("frequency", Frequency)
def test_both_aprs_of_a_loan(frequency: Frequency) -> None:
    """Without a fee, and with equal periods, the US rate is the nominal one; the EU rate compounds it."""
    terms = LoanTerms(D(10000), "EUR", D("7.5"), 24, frequency)
    assert abs(loan_us_apr_percent(terms, date(2026, 1, 1)) - D("7.5")) <= D("0.06")
    assert loan_cost(terms, date(2026, 1, 1)).apr_percent >= D("7.4")
    dearer = LoanTerms(D(10000), "EUR", D("7.5"), 24, frequency, fee=D(200))
    assert loan_us_apr_percent(dearer, date(2026, 1, 1)) > loan_us_apr_percent(terms, date(2026, 1, 1))
