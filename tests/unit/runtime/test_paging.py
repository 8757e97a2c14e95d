"""Pages and their tokens."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from services.runtime.errors import InvalidArgument
from services.runtime.stores.paging import Page, PageResult, decode, encode


@dataclass
class Request:
    page_size: int = 0
    page_token: str = ""


@pytest.mark.parametrize(("asked", "given"), [(0, 20), (1, 1), (100, 100), (1000, 100)])
def test_sizes_are_bounded(asked: int, given: int) -> None:
    assert Page.of(Request(asked)).size == given


def test_a_list_is_walked_to_its_end() -> None:
    everything, token = [f"{n:02}" for n in range(7)], ""
    seen: list[str] = []
    for _ in range(3):
        page = Page.of(Request(3, token))
        after = page.position("numbers")
        rows = [each for each in everything if after is None or (each,) > after][: page.size + 1]
        result = PageResult.cut(rows, page, "numbers", lambda row: [row])
        seen.extend(result.items)
        token = result.next_token
    assert (seen, token) == (everything, "")


def test_a_token_whose_position_was_changed_is_refused() -> None:
    mark, _ = json.loads(base64.urlsafe_b64decode(encode("numbers", ["2030-01-31"]) + "=="))
    garbled = base64.urlsafe_b64encode(json.dumps([mark, "2030-01-32"]).encode()).decode().rstrip("=")
    with pytest.raises(InvalidArgument) as raised:
        decode("numbers", garbled)
    assert raised.value.reason == "INVALID_PAGE_TOKEN"


def test_a_position_comes_back_as_what_it_was() -> None:
    position = (datetime(2030, 1, 31, 12, 0, 0, 5, UTC), 10, "a")
    kinds = [datetime, int, str]
    assert Page(token=encode("numbers", position)).after("numbers", kinds) == position
    assert Page().after("numbers", kinds) is None


@pytest.mark.parametrize("position", [("1", "2"), (), ("one",)])
def test_a_position_of_other_kinds_is_refused(position: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument) as raised:
        Page(token=encode("numbers", position)).after("numbers", [int])
    assert raised.value.reason == "INVALID_PAGE_TOKEN"


def test_something_is_made_of_each_item_of_a_page() -> None:
    assert PageResult(("1", "2"), "more").map(int) == PageResult((1, 2), "more")


@pytest.mark.parametrize("token", ["x", "!!!", "bnVsbA", "WzFd", "W10", encode("other", ["1"])])
def test_a_token_fits_its_list_alone(token: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        decode("numbers", token)
    assert raised.value.reason == "INVALID_PAGE_TOKEN"
