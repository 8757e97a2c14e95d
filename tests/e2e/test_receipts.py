"""What the gateway of text messages reports comes through the edge, and is answered as the gateway wants it."""

import httpx
import pytest

from services.notification.receipt_links import CALLBACK_PATH, ReceiptLinks
from services.runtime.ids import new_id
from stack.layout import Layout

FORM = {"content-type": "application/x-www-form-urlencoded"}
RECEIPT = b"id=2567&level=2&message_status=DELIVRD&sub=001&dlvrd=001&err=000&text="


def test_a_receipt_is_acknowledged_by_the_word_that_the_gateway_waits_for(layout: Layout, raw: httpx.Client) -> None:
    path = ReceiptLinks(layout.secret_file("jasmin-reports"), "").of(new_id())
    answer = raw.post(path, content=RECEIPT, headers=FORM)
    assert (answer.status_code, answer.content) == (200, b"ACK/Jasmin")
    assert answer.headers["content-type"].partition(";")[0] == "text/plain"


def test_an_answer_is_acknowledged_as_well(layout: Layout, raw: httpx.Client) -> None:
    path = ReceiptLinks(layout.secret_file("jasmin-reports"), "").of_answers()
    answer = raw.post(path, content=f"id={new_id()}&from=353869999999&coding=0&content=STOP".encode(), headers=FORM)
    assert (answer.status_code, answer.content) == (200, b"ACK/Jasmin")


@pytest.mark.parametrize("token", ["A" * 64, "c2VhbGVkLWJ5LXRoZS1zZXJ2aWNlLW9mLW5vdGlmaWNhdGlvbnM"])
def test_a_receipt_to_no_address_of_ours_is_refused(raw: httpx.Client, token: str) -> None:
    for place in (CALLBACK_PATH, f"{CALLBACK_PATH}answers/"):
        answer = raw.post(f"{place}{token}", content=RECEIPT, headers=FORM)
        (detail, *_) = answer.json()["details"]
        assert (answer.status_code, detail["reason"]) == (401, "SIGNATURE_INVALID")
