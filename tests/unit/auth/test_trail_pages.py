"""Several trails read as one list: whatever is in them and however far a look goes, nothing is lost or out of order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.ports import Place, Portion, Shown
from services.auth.trail_pages import ENDED, Places, merged, places_of, token_of
from services.runtime.errors import InvalidArgument
from services.runtime.stores import paging

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def _rows(name: str, seconds: list[int]) -> list[Shown]:
    """The rows of a trail that were written at these seconds, newest first; several may be of the same moment."""
    places = [Place(_EPOCH + timedelta(seconds=each), str(number)) for number, each in enumerate(sorted(seconds))]
    return [Shown(place, (name, place.entry_id)) for place in reversed(places)]


def _look(rows: list[Shown], after: Place | None, limit: int, looked: int) -> Portion:
    """What a trail finds that looks at `looked` rows for a page, of which every third one fits."""
    begin = 0 if after is None else next(n for n, each in enumerate(rows, 1) if each.place == after)
    seen = rows[begin : begin + looked]
    fit = [each for each in seen if int(each.place.entry_id) % 3 == 0]
    if len(fit) > limit:
        return Portion(tuple(fit[:limit]), fit[limit - 1].place)
    return Portion(tuple(fit), seen[-1].place if begin + looked < len(rows) else None)


_TRAILS = st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 30), max_size=25), min_size=1)


@given(_TRAILS, st.integers(1, 7), st.integers(1, 9))
def test_pages_have_every_row_once_and_newest_first(trails: dict[str, list[int]], size: int, looked: int) -> None:
    kept = {name: _rows(name, seconds) for name, seconds in trails.items()}
    token, found, pages = "", list[Shown](), 0
    while pages == 0 or token:
        places = places_of("list", token, set(kept))
        open_trails = [name for name in kept if name not in places or places[name] is not ENDED]
        portions = {name: _look(kept[name], places.get(name), size, looked) for name in open_trails}
        page = merged(portions, places, size)
        assert len(page.rows) <= size
        found += page.rows
        token, pages = token_of("list", page.places, portions), pages + 1
        assert pages < 500, "the pages do not end"
    times = [each.place.create_time for each in found]
    assert times == sorted(times, reverse=True)
    expected = [each.row for rows in kept.values() for each in rows if int(each.place.entry_id) % 3 == 0]
    assert sorted(each.row for each in found) == sorted(expected)


def test_a_trail_that_does_not_answer_keeps_its_place_and_no_page_waits_for_it() -> None:
    rows = _rows("a", [1, 2, 3])
    places: Places = {"b": rows[0].place}
    page = merged({"a": Portion(tuple(rows), None)}, places, 5)
    assert page.places == {"a": ENDED, "b": rows[0].place}
    assert token_of("list", page.places, {"a"}) == ""
    assert token_of("list", page.places, {"a", "b"}) != ""
    assert token_of("list", page.places, {"c"}) != "", "a trail that is not begun has more"


@pytest.mark.parametrize("texts", [["a"], ["a 1 2 3"], ["a yesterday 1"], ["z end"], [""], ["a end", "a  "]])
def test_a_token_with_other_places_is_refused(texts: list[str]) -> None:
    with pytest.raises(InvalidArgument) as refused:
        places_of("list", paging.encode("list", texts), {"a", "b"})
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


def test_a_token_of_another_list_is_refused() -> None:
    token = token_of("list", {"a": Place(_EPOCH, "1")}, {"a"})
    assert places_of("list", token, {"a"}) == {"a": Place(_EPOCH, "1")}
    with pytest.raises(InvalidArgument):
        places_of("another", token, {"a"})
