"""Solvers, rates without an answer, terms and their hash, the facility catalogue, and the command line."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import ROUND_FLOOR
from decimal import Decimal as D

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.currencies import DECIMALS
from services.lending import LendingError, LoanTerms, Method, loan_schedule
from services.lending.__main__ import main
from services.lending.calendar import Convention
from services.lending.daycount import DayCount
from services.lending.facility import CATALOGUES, facilities, facility, offered, offered_facility
from services.lending.rates import Flow, PaymentInterval, effective_rate_percent, eu_apr_percent
from services.lending.rounding import Rounding, require_amount, unit_of
from services.lending.rules import LateFee
from services.lending.solve import solve_instalment, solve_principal, solve_rate_percent, solve_term
from services.terms import from_terms, to_terms

START = date(2026, 1, 1)


def test_solvers_agree_with_one_another() -> None:
    instalment = solve_instalment(D("250000"), D("4.25"), 360)
    assert instalment == D("1229.85")
    assert abs(solve_principal(instalment, D("4.25"), 360) - 250000) < 1
    assert abs(solve_rate_percent(D("250000"), instalment, 360) - D("4.25")) < D("0.0001")
    assert solve_term(D("250000"), instalment, D("4.25")) == 360
    assert solve_term(D("1200"), D("100"), D("0")) == 12
    assert solve_term(D("1000"), D("1010"), D("12")) == 1
    assert solve_instalment(D("100000"), D("3"), 12, currency="JPY") == D("8469")
    assert solve_principal(D("8469"), D("3"), 12, currency="JPY") == D("99995")
    assert solve_instalment(D("1000"), D("3"), 12, currency="KWD").as_tuple().exponent == -3


@settings(max_examples=150)
@given(
    st.integers(1_000, 100_000_000), st.integers(0, 40_000), st.integers(1, 480),
    st.sampled_from([1, 2, 4, 12, 26, 52]), st.sampled_from(["EUR", "JPY", "KWD"]),
)  # fmt: skip
def test_solve_term_is_the_inverse_of_solve_instalment(
    minor: int, rate: int, count: int, per_year: int, currency: str
) -> None:
    principal, percent = minor * unit_of(currency), D(rate) / 1000
    instalment = solve_instalment(principal, percent, count, per_year, currency)
    assume(instalment > principal * percent / 100 / per_year)
    found = solve_term(principal, instalment, percent, per_year, currency)
    assert solve_instalment(principal, percent, found, per_year, currency) == instalment
    assert found == count or solve_instalment(principal, percent, count - 1, per_year, currency) == instalment


@settings(max_examples=150)
@given(
    st.integers(1_000, 100_000_000), st.sampled_from(["0", "0.5", "3.875", "12", "36"]), st.integers(1, 480),
    st.sampled_from([1, 2, 4, 12, 26, 52]), st.sampled_from(["EUR", "JPY", "KWD"]),
)  # fmt: skip
def test_solve_rate_is_the_inverse_of_solve_instalment_to_its_rounding(
    minor: int, rate: str, count: int, per_year: int, currency: str
) -> None:
    principal = minor * unit_of(currency)
    instalment = solve_instalment(principal, D(rate), count, per_year, currency)
    assume(instalment > 0)
    found = solve_rate_percent(principal, instalment, count, per_year, currency)
    assert abs(solve_instalment(principal, found, count, per_year, currency) - instalment) <= unit_of(currency)


def test_solve_term_at_the_figures_that_it_missed() -> None:
    assert solve_term(D(427500), solve_instalment(D(427500), D("3.875"), 360), D("3.875")) == 360
    with pytest.raises(LendingError) as refused:
        solve_term(D(1000), D("10.00"), D(12))
    assert solve_term(D(1000), D(refused.value.limit), D(12)) > 480
    with pytest.raises(LendingError) as refused:
        solve_rate_percent(D(1000), D(100), 12, per_year=0)
    assert refused.value.field_name == "per_year"


@pytest.mark.parametrize("currency", sorted(DECIMALS))
def test_a_late_fee_is_an_amount_of_every_currency(currency: str) -> None:
    rule = LateFee(D("5.5"), D("1.234"), 3, D("25.7504"))
    for overdue in (D(0), D(1), D(37), D(1000), D(10**6)):
        fee = rule.amount(overdue, currency)
        require_amount("fee", fee, currency)
        assert fee <= D("25.7504")
    assert rule.amount(D(10**6), currency) == D("25.7504").quantize(unit_of(currency), ROUND_FLOOR)
    with pytest.raises(LendingError) as refused:
        LateFee(cap=D("25.75001")).require_currency(currency)
    assert refused.value.field_name == "cap"


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: solve_term(D("1000"), D("10"), D("12")), "instalment"),
        (lambda: solve_rate_percent(D("1000"), D("10"), 12), "instalment"),
        (lambda: solve_instalment(D("1000"), D("-1"), 12), "annual_rate_percent"),
        (lambda: solve_instalment(D("1000"), D("1"), 0), "instalments"),
        (lambda: solve_instalment(D("NaN"), D("1"), 12), "principal"),
        (lambda: solve_instalment(D("1000.5"), D("1"), 12, currency="JPY"), "principal"),
        (lambda: solve_principal(D("-1"), D("1"), 12), "instalment"),
        (lambda: solve_rate_percent(D("0"), D("10"), 12), "principal"),
    ],
)
def test_solvers_name_what_has_no_answer(call: object, field: str) -> None:
    with pytest.raises(LendingError) as refused:
        call()  # type: ignore[operator]
    assert refused.value.field_name == field


def test_an_apr_that_does_not_converge_is_an_error() -> None:
    lent = [Flow(START, D("1000"))]
    with pytest.raises(LendingError):
        eu_apr_percent(lent, [Flow(START, D("1001"))], PaymentInterval.MONTH)
    with pytest.raises(LendingError):
        eu_apr_percent(lent, [], PaymentInterval.MONTH)
    with pytest.raises(LendingError):
        eu_apr_percent(lent, [Flow(date(2025, 12, 31), D("1001"))], PaymentInterval.MONTH)


def test_a_loan_that_returns_less_has_a_negative_apr() -> None:
    found = eu_apr_percent([Flow(START, D("1000"))], [Flow(date(2027, 1, 1), D("900"))], PaymentInterval.YEAR)
    assert found.quantize(D("0.01")) == D("-10.00")


def test_effective_rate() -> None:
    assert effective_rate_percent(D("12"), 12) == D("12.68")
    assert effective_rate_percent(D("7"), 1) == D("7.00")


def test_equal_terms_have_equal_hashes() -> None:
    terms = LoanTerms(D("10000"), "EUR", D("7.5"), 12)
    assert terms.hash() == LoanTerms(D("10000.00"), "EUR", D("7.5000"), 12, fee=D("0.00")).hash()
    assert terms.hash() != LoanTerms(D("10000.01"), "EUR", D("7.5"), 12).hash()
    assert terms.hash() != LoanTerms(D("10000"), "EUR", D("7.5"), 12, method=Method.FLAT).hash()
    # What the hash of these terms was before terms had conventions; agreements that were signed then still hold.
    assert terms.hash() == "5843910aab89a5c0aeb99f042b2be31e5ecd071ae2d6ac69f0a0570e8fb3642f"


def test_conventions_are_part_of_the_hash_where_they_are_said() -> None:
    terms = LoanTerms(D("10000"), "EUR", D("7.5"), 12)
    moved = replace(terms, business_day_convention=Convention.FOLLOWING)
    others = [
        replace(terms, day_count=DayCount.ACT_360),
        replace(terms, rounding=Rounding.HALF_UP),
        moved,
        replace(moved, holiday_calendar="DE"),
        replace(moved, interest_follows_due_date=True),
    ]
    assert len({terms.hash(), *(each.hash() for each in others)}) == 6
    assert replace(terms, day_count=DayCount.PERIOD, rounding=Rounding.HALF_EVEN).hash() == terms.hash()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holiday_calendar": "XX", "business_day_convention": Convention.FOLLOWING}, "holiday_calendar"),
        ({"holiday_calendar": "DE-XX", "business_day_convention": Convention.FOLLOWING}, "holiday_calendar"),
        ({"holiday_calendar": "DE"}, "business_day_convention"),
        ({"interest_follows_due_date": True}, "business_day_convention"),
    ],
)
def test_conventions_that_contradict_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(LendingError) as refused:
        replace(LoanTerms(D("10000"), "EUR", D("7.5"), 12), **changes)  # type: ignore[arg-type]
    assert refused.value.field_name == field


def test_a_schedule_uses_the_conventions_of_its_terms() -> None:
    terms = LoanTerms(
        D("10000"), "EUR", D("7.5"), 12, day_count=DayCount.ACT_365F, rounding=Rounding.CEILING,
        business_day_convention=Convention.FOLLOWING, holiday_calendar="DE", interest_follows_due_date=True,
    )  # fmt: skip
    first = loan_schedule(terms, date(2025, 12, 1)).rows[0]
    assert first.due_date == date(2026, 1, 2)
    assert first.interest == (D(10000) * D("0.075") * 32 / 365).quantize(D("0.01"), "ROUND_CEILING")


def test_terms_go_through_their_message_unchanged() -> None:
    terms = LoanTerms(D("10000.00"), "EUR", D("7.5"), 12, fee=D("0.00"))
    said = replace(
        terms, day_count=DayCount.ACT_ACT_ISDA, rounding=Rounding.FLOOR, holiday_calendar="DE-BY",
        business_day_convention=Convention.MODIFIED_FOLLOWING, interest_follows_due_date=True,
    )  # fmt: skip
    for each in (terms, said):
        assert to_terms(from_terms(each)) == each
    # A message of before the conventions, or one that leaves them unset, has the usual ones.
    message = from_terms(terms)
    for name in ("day_count", "rounding", "business_day_convention"):
        message.ClearField(name)
    assert to_terms(message) == terms and to_terms(message).hash() == terms.hash()


def test_a_facility_completes_terms_with_its_conventions_and_refuses_others() -> None:
    capital = facility("WORKING_CAPITAL")
    offered = LoanTerms(D("20000"), "EUR", D("8.5"), 12, method=Method.EQUAL_PRINCIPAL)
    completed = capital.complete(offered)
    assert completed.day_count is DayCount.ACT_360 and capital.complete(completed) == completed
    capital.require_terms(completed)
    with pytest.raises(LendingError) as refused:
        capital.require_terms(offered)
    assert (refused.value.field_name, refused.value.limit) == ("day_count", "ACT_360")
    # Interest by days: January has 31 of them.
    assert loan_schedule(completed, START).rows[0].interest == (D(20000) * D("0.085") * 31 / 360).quantize(D("0.01"))


def test_facilities_give_terms_within_their_own_limits() -> None:
    assert list(facilities()) == ["PERSONAL", "VEHICLE", "WORKING_CAPITAL", "EQUIPMENT", "ELECTRIC_VEHICLE"]
    for each in facilities().values():
        each.require_terms(each.default_terms(each.min_amount, each.min_tenure_months))
        each.require_terms(each.default_terms(each.max_amount, each.max_tenure_months))
        assert each.required_documents


def test_a_version_of_the_catalogue_offers_types_and_all_of_them_stay_known() -> None:
    for version in range(1, CATALOGUES + 1):
        for code, each in offered(version).items():
            assert facility(code) is offered_facility(code, version) is each
    for code in {*facilities()} - {*offered(1)}:
        with pytest.raises(LendingError, match="is not offered") as refused:
            offered_facility(code, 1)
        assert refused.value.reason == "UNKNOWN_FACILITY"
    unoffered = {*facilities()} - {code for version in range(1, CATALOGUES + 1) for code in offered(version)}
    assert not unoffered, f"services/lending/catalogues.json: no version offers {sorted(unoffered)}"


def test_a_facility_names_the_limit_that_was_hit() -> None:
    personal = facility("PERSONAL")
    with pytest.raises(LendingError) as refused:
        personal.require_request(personal.max_amount + 1, "EUR", 12)
    assert (refused.value.field_name, refused.value.limit) == ("amount", "50000")
    with pytest.raises(LendingError) as refused:
        personal.require_request(D(1000), "EUR", 5)
    assert (refused.value.field_name, refused.value.limit) == ("tenure_months", "6")
    with pytest.raises(LendingError) as refused:
        personal.require_terms(LoanTerms(D(1000), "EUR", D("15"), 12))
    assert (refused.value.field_name, refused.value.limit) == ("annual_rate_percent", "14.9")
    with pytest.raises(LendingError, match="PERSONAL, VEHICLE"):
        facility("YACHT")


def test_a_fee_is_no_way_around_the_greatest_rate() -> None:
    personal = facility("PERSONAL")
    # Four percent of 1000.20 is 40.008: what is above it by a part of a cent cannot be asked for.
    offered = LoanTerms(D("1000.20"), "EUR", D("7.9"), 12, fee=D("40.00"))
    personal.require_terms(offered)
    for fee in ("40.01", "1000.20"):
        with pytest.raises(LendingError) as refused:
            personal.require_terms(replace(offered, fee=D(fee)))
        assert (refused.value.field_name, refused.value.limit) == ("fee", "40.00")
        assert refused.value.reason == "FACILITY_LIMIT"
    for each in facilities().values():
        assert each.fee_percent < each.max_fee_percent


def test_cli_prints_tables_csv_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "10000", "7.5", "6", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("number,due_date") and len(lines) == 7
    assert main(["apr", "10000", "7.5", "12", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["instalment"] == "867.57"
    assert main(["payoff", "10000", "7.5", "12", "--on", "2026-02-01", "--paid", "2026-02-01=867.57"]) == 0
    assert "9194.93" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["NaN", "7.5", "6"],
        ["10", "x", "6"],
        ["10", "7", "999"],
        ["10", "7", "6", "--start", "x"],
        ["10.5", "7", "6", "--currency", "JPY"],
        ["10", "7", "6", "--calendar", "XX"],
        ["10000", "900", "240"],
    ],
)
def test_cli_refuses_with_the_field(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", *arguments]) == 2
    assert ":" in capsys.readouterr().err


def test_cli_answers_lines_and_survives_bad_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {"principal": "2000", "annual_rate_percent": "17.09", "instalments": 36, "rounding": "CEILING"}
    questions = [
        {"kind": "instalment", "id": "good", "inputs": inputs},
        {"kind": "instalment", "id": "bad", "inputs": {**inputs, "rounding": "UP"}},
        {"kind": "schedule", "id": "none", "inputs": inputs},
    ]
    text = "".join(json.dumps(question) + "\n" for question in questions) + "nonsense\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main([]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0] == {"id": "good", "result": "71.40"}
    assert [answer.get("field") for answer in answers[1:3]] == ["rounding", "start_date"]
    assert "error" in answers[3]
