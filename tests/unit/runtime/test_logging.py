"""Log lines are JSON, know their call, and keep personal data out."""

import json
import logging as standard

import pytest
import structlog

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


def test_lines_carry_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    root = standard.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.configure("tested")
    with context.bind(RequestContext(Caller(CallerKind.ANONYMOUS), "id-1", "/a.B/C")):
        structlog.get_logger("one").info("hello", email="a@b")
        standard.getLogger("two").warning("and %s", "again")
    root.handlers, root.level = handlers, level
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["event"], first["email"], first["service"]) == ("hello", logging.MASK, "tested")
    assert (first["correlation_id"], first["method"], first["level"]) == ("id-1", "/a.B/C", "info")
    assert (second["event"], second["logger"], second["correlation_id"]) == ("and again", "two", "id-1")
