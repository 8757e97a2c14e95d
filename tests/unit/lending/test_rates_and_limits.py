"""Solvers, rates without an answer, terms and their hash, the facility catalogue, and the command line."""

import io
import json
from datetime import date
from decimal import Decimal as D

import pytest

from services.lending import LendingError, LoanTerms, Method
from services.lending.__main__ import main
from services.lending.facility import facilities, facility
from services.lending.rates import Flow, PaymentInterval, effective_rate_percent, eu_apr_percent
from services.lending.solve import solve_instalment, solve_principal, solve_rate_percent, solve_term

START = date(2026, 1, 1)


def test_solvers_agree_with_one_another() -> None:
    instalment = solve_instalment(D("250000"), D("4.25"), 360)
    assert instalment == D("1229.85")
    assert abs(solve_principal(instalment, D("4.25"), 360) - 250000) < 1
    assert abs(solve_rate_percent(D("250000"), instalment, 360) - D("4.25")) < D("0.0001")
    assert solve_term(D("250000"), instalment, D("4.25")) == 360
    assert solve_term(D("1200"), D("100"), D("0")) == 12
    assert solve_term(D("1000"), D("1010"), D("12")) == 1


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: solve_term(D("1000"), D("10"), D("12")), "instalment"),
        (lambda: solve_rate_percent(D("1000"), D("10"), 12), "instalment"),
        (lambda: solve_instalment(D("1000"), D("-1"), 12), "annual_rate_percent"),
        (lambda: solve_instalment(D("1000"), D("1"), 0), "instalments"),
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
    assert len(terms.hash()) == 64


def test_facilities_give_terms_within_their_own_limits() -> None:
    assert list(facilities()) == ["PERSONAL", "VEHICLE", "WORKING_CAPITAL", "EQUIPMENT"]
    for each in facilities().values():
        each.require_terms(each.default_terms(each.min_amount, each.min_tenure_months))
        each.require_terms(each.default_terms(each.max_amount, each.max_tenure_months))
        assert each.required_documents


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


def test_cli_prints_tables_csv_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "10000", "7.5", "6", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("number,due_date") and len(lines) == 7
    assert main(["apr", "10000", "7.5", "12", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["instalment"] == "867.57"
    assert main(["payoff", "10000", "7.5", "12", "--on", "2026-02-01", "--paid", "2026-02-01=867.57"]) == 0
    assert "9194.93" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["NaN", "7.5", "6"], ["10", "x", "6"], ["10", "7", "999"], ["10", "7", "6", "--start", "x"]]
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
