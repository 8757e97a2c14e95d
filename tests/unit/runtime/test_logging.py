"""Log lines are JSON, know their call, and keep personal data out."""

import json
import logging as standard
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from loanflow.customer.v1 import customer_pb2, customer_service_pb2
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.observing import logging


@pytest.fixture(autouse=True)
def learned() -> None:
    logging.learn_personal(customer_service_pb2.DESCRIPTOR)


def test_messages_are_rendered_without_what_is_personal() -> None:
    message = customer_service_pb2.GetProfileResponse(
        customer=customer_pb2.Customer(customer_id="c1", email="ada@example.org", full_name="Ada")
    )
    shown = logging.redacted(message)
    assert shown["customer"] == {"customer_id": "c1", "email": logging.MASK, "full_name": logging.MASK}


def test_personal_keys_are_masked_at_any_depth() -> None:
    masked = logging.mask_personal(None, "", {"event": "x", "email": "a@b", "list": [{"fullName": "Ada", "n": 1}]})
    assert masked == {"event": "x", "email": logging.MASK, "list": [{"fullName": logging.MASK, "n": 1}]}


@pytest.fixture
def configured() -> Iterator[Callable[[str], None]]:
    """Sets logging up for the test alone."""
    root = standard.getLogger()
    handlers, level = root.handlers[:], root.level
    yield lambda least: logging.configure("tested", least)
    root.handlers, root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_lines_carry_the_call(capsys: pytest.CaptureFixture[str], configured: Callable[[str], None]) -> None:
    configured("INFO")
    with context.bind(RequestContext(Caller(CallerKind.ANONYMOUS), "id-1", "/a.B/C")):
        structlog.get_logger("one").info("hello", email="a@b")
        standard.getLogger("two").warning("and %s", "again")
    first, second = lines(capsys)
    assert (first["Body"], first["SeverityText"], first["SeverityNumber"]) == ("hello", "INFO", 9)
    assert first["Resource"]["service.name"] == "tested"
    assert first["Attributes"] == {"correlation_id": "id-1", "method": "/a.B/C", "email": logging.MASK}
    assert (second["Body"], second["InstrumentationScope"]) == ("and again", {"Name": "two"})
    assert second["Attributes"]["correlation_id"] == "id-1"


def test_lines_have_the_names_of_the_log_data_model(
    capsys: pytest.CaptureFixture[str], configured: Callable[[str], None]
) -> None:
    configured("INFO")
    with TracerProvider().get_tracer("tested").start_as_current_span("a") as span:
        structlog.get_logger("one").info("hello")
    (line,) = lines(capsys)
    assert set(line) == {
        "Timestamp", "TraceId", "SpanId", "SeverityText", "SeverityNumber", "Body", "Resource", "InstrumentationScope",
        "Attributes",
    }  # fmt: skip
    place = span.get_span_context()
    assert (line["TraceId"], line["SpanId"]) == (f"{place.trace_id:032x}", f"{place.span_id:016x}")
    assert datetime.now(UTC) - datetime.fromisoformat(line["Timestamp"]) < timedelta(minutes=1)


def test_a_level_is_kept_by_loggers_of_both_kinds(
    capsys: pytest.CaptureFixture[str], configured: Callable[[str], None]
) -> None:
    ours, theirs = structlog.get_logger("ours"), standard.getLogger("theirs")
    for least in ("INFO", "WARNING"):
        configured(least)
        ours.debug("a")
        theirs.debug("a")
        ours.info("b")
        theirs.info("b")
        ours.error("c")
        theirs.error("c")
    seen = [(line["Body"], line["InstrumentationScope"]["Name"], line["SeverityText"]) for line in lines(capsys)]
    both = [("c", "ours", "ERROR"), ("c", "theirs", "ERROR")]
    assert seen == [("b", "ours", "INFO"), ("b", "theirs", "INFO"), *both, *both]


def test_no_level_has_libraries_write_what_they_handle(
    capsys: pytest.CaptureFixture[str], configured: Callable[[str], None]
) -> None:
    configured("INFO")
    logging.set_level("DEBUG")
    # So Authlib says which tokens it issues, and botocore with which headers it asks.
    standard.getLogger("authlib.oauth2.rfc6749.grants.refresh_token").debug("Issue token %r to %r", {"a": "b"}, "c")
    standard.getLogger("theirs").info("said")
    structlog.get_logger("ours").debug("ours")
    assert [line["Body"] for line in lines(capsys)] == ["said", "ours"]


def test_what_broke_is_in_the_line(capsys: pytest.CaptureFixture[str], configured: Callable[[str], None]) -> None:
    configured("INFO")
    try:
        raise ValueError("broken")
    except ValueError as error:
        structlog.get_logger("one").error("failed", exc_info=error)
        structlog.get_logger("one").exception("failed")
    assert ["ValueError: broken" in line["Attributes"]["exception"] for line in lines(capsys)] == [True, True]


def test_lines_stay_whole_when_many_threads_write(
    capfd: pytest.CaptureFixture[str], configured: Callable[[str], None]
) -> None:
    configured("INFO")
    logger = structlog.get_logger("many")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: logger.info("line", number=number, filling="ü" * 500), range(400)))
    assert sorted(
        line["Attributes"]["number"] for line in map(json.loads, capfd.readouterr().out.splitlines())
    ) == list(range(400))
