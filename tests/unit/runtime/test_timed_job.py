"""The command of a timed job: calls until all is done, adds up what calls did, fails when something could not be."""

from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from loanflow.kyc.v1 import kyc_service_pb2 as kyc
from loanflow.repayment.v1 import loan_pb2
from services.kyc.scheduler import SCREENING
from services.repayment.scheduler import DAILY_RUN
from services.runtime import context
from services.runtime.calling.timed_job import TimedJob
from services.runtime.errors import Unavailable

DAY = "2030-06-15"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_PEERS_KYC", "127.0.0.1:1")
    monkeypatch.setenv("LOANFLOW_PEERS_REPAYMENT", "127.0.0.1:1")
    monkeypatch.setenv("LOANFLOW_SERVER_PEER_FROM", "xfcc")


def answering(job: TimedJob[Any], *answers: Message) -> tuple[TimedJob[Any], list[str]]:
    """The job, whose calls are answered by these; and for what, and by whom, it was called."""
    waiting, calls = iter(answers), list[str]()

    def call(_channel: grpc.Channel, day: str) -> Message:
        calls.append(f"{day} {context.caller().service}")
        return next(waiting)

    return replace(job, call=call), calls


def test_it_calls_until_all_is_done_and_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    job, calls = answering(
        SCREENING,
        kyc.RunScreeningResponse(customers_screened=200, cases_opened=1),
        kyc.RunScreeningResponse(customers_screened=7, cases_opened=2, complete=True),
    )
    assert job.main(["--date", DAY]) == 0
    assert calls == [f"{DAY} scheduler"] * 2
    asked = "identity papers asked for 0, due diligence asked for anew 0"
    counted = f"customers screened 207, new cases 3, escalated 0, {asked}, customers that failed 0"
    said = f"screening of {DAY} complete: {counted}\n"
    assert capsys.readouterr() == (said, "")


def test_one_that_failed_in_an_early_call_fails_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    job, _ = answering(
        SCREENING, kyc.RunScreeningResponse(customers_failed=1), kyc.RunScreeningResponse(complete=True)
    )  # fmt: skip
    assert job.main(["--date", DAY]) == 1
    assert capsys.readouterr().err == "customers that failed: 1; the log of the service says why\n"


def test_numbers_of_the_run_so_far_are_not_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    runs = (loan_pb2.DailyRun(loans_done=3, loans_failed=2), loan_pb2.DailyRun(loans_failed=2, complete=True))
    job, _ = answering(DAILY_RUN, *runs)
    assert job.main(["--date", DAY]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"daily run of {DAY} complete: loans with news 3, ")
    assert said.err == "loans that failed: 2; the log of the service says why\n"


def test_a_refusal_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    def refused(_channel: grpc.Channel, _day: str) -> Message:
        raise Unavailable("no service")

    job = replace(DAILY_RUN, call=refused)
    assert job.main(["--date", DAY]) == 1
    assert capsys.readouterr() == ("", f"the daily run of {DAY} is not complete: no service\n")
