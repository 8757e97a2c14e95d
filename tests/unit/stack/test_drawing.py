"""The pages of boards: every panel is there, its lines stand where their values are, and why one is empty is said."""

import math
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from stack.observability import drawing
from stack.observability.boards import BOARDS, COUNT, SECONDS, SHARE, Board, Panel
from stack.observability.drawing import Drawn, Line, page, text
from stack.servers import boards

PANEL = Panel("Lag <b>", "x", COUNT, "{{service}} & {{type}}", 50)
BOARD = Board("one", "One", (PANEL,))


def picture(*lines: Line, panel: Panel = PANEL) -> str:
    return page(BOARD, [Drawn(panel, lines)], 0, 1000)


def ways(made: str) -> list[str]:
    """The paths of the lines themselves."""
    return re.findall(r'<path d="([^"]*)" fill="none"', made)


def test_a_line_is_where_its_values_are() -> None:
    [way] = ways(picture(Line({"service": "kyc", "type": "a"}, [(0, 0), (500, 40), (1000, 20)])))
    points = [tuple(map(float, each.split())) for each in re.split("[ML]", way)[1:]]
    assert [x for x, _ in points] == [58, 327, 596]
    bottom, top, middle = (y for _, y in points)
    # The line at 50 is near, so the picture ends there.
    assert bottom == drawing.HEIGHT - 18
    assert (bottom - top) / (bottom - 8) == pytest.approx(40 / 50, abs=0.01)
    assert (bottom - middle) / (bottom - 8) == pytest.approx(20 / 50, abs=0.01)


def test_a_page_begins_with_the_first_figure_and_is_not_too_short() -> None:
    def begins(*moments: float) -> str:
        lines = [Line({}, [(each, 1), (3600, 1)]) for each in moments]
        found = re.search(r"<p>(.*?) to 01:00 UTC", page(BOARD, [Drawn(PANEL, lines)], 0, 3600))
        assert found
        return found[1]

    assert [begins(0), begins(1800, 2400), begins(3590), begins()] == ["00:00", "00:30", "00:55", "00:55"]


def test_where_there_is_no_number_the_line_has_a_gap() -> None:
    points = [(0.0, 1.0), (10.0, 2.0), (20.0, math.nan), (30.0, 3.0), (40.0, math.inf), (50.0, 4.0)]
    [way] = ways(picture(Line({}, points)))
    assert re.sub("[^ML]", "", way) == "MLMM"


def test_what_is_far_below_the_line_is_not_pressed_flat_by_it() -> None:
    near, far = (picture(Line({}, [(0, value)])) for value in (30, 2))
    assert "stroke-dasharray" in near and "stroke-dasharray" not in far


def test_names_are_of_the_labels_the_highest_first_and_no_markup() -> None:
    made = picture(
        Line({"service": "kyc", "type": "<i>"}, [(0, 1)]), Line({"service": "risk", "type": "b"}, [(0, 7)])
    )  # fmt: skip
    assert re.findall(r"</span> (.*?)</li>", made) == ["risk &amp; b 7", "kyc &amp; &lt;i&gt; 1"]
    assert "Lag &lt;b&gt;" in made and "<b>" not in made


def test_of_many_lines_some_have_a_name_and_the_others_are_counted() -> None:
    made = picture(*(Line({"service": str(number)}, [(0, number)]) for number in range(20)))
    assert made.count("<li>") == 9 and "and 12 more" in made and len(ways(made)) == 20


def test_an_empty_panel_says_why() -> None:
    assert "nothing was counted" in picture() and "nothing was counted" in picture(Line({}, [(0, math.nan)]))
    assert "no answer" in page(BOARD, [Drawn(PANEL, problem="no answer")], 0, 100)


@pytest.mark.parametrize(
    "value, unit, said",
    [
        (0.0123, SECONDS, "0.0123 s"), (90_000, SECONDS, "25 h"), (0.995, SHARE, "99.5 %"), (3e6, "bytes", "3 MB"),
        (12_000, COUNT, "12 k"), (5e4, "reqps", "50 k/s"), (512, "bytes", "512 B"),
        (2.5, "reqps", "2.5/s"), (800, "ms", "800 ms"), (0, COUNT, "0"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_read_them(value: float, unit: str, said: str) -> None:
    assert text(value, unit) == said


def answer(request: httpx.Request) -> httpx.Response:
    """As Prometheus: one series for each query, but for one that it refuses."""
    asked = request.url.params
    if asked["query"].startswith("topk"):
        return httpx.Response(400, json={"status": "error", "error": "too many"})
    values = [[float(asked["start"]), "1"], [float(asked["end"]), "NaN"]]
    result = [{"metric": {"service": "kyc"}, "values": values}]
    return httpx.Response(200, json={"status": "success", "data": {"result": result}})


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://prometheus") as client:
        yield client


def test_every_board_has_a_page_with_all_its_panels(client: httpx.Client) -> None:
    for board in BOARDS:
        got = boards.drawn(client, f"/{board.name}", 10_000.0)
        assert re.findall("<figcaption>(.*?)</figcaption>", got) == [each.title for each in board.panels]
        refused = sum(each.query.startswith("topk") for each in board.panels)
        assert (got.count("<svg "), got.count("too many")) == (len(board.panels) - refused, refused)
        assert all(f'href="/{each.name}"' in got for each in BOARDS)


def test_the_first_page_is_the_first_board_and_others_there_are_not(client: httpx.Client) -> None:
    assert f"<h1>{BOARDS[0].title}</h1>" in boards.drawn(client, "/", 10_000.0)
    with pytest.raises(KeyError):
        boards.drawn(client, "/nothing", 10_000.0)


@pytest.mark.parametrize("why", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_without_prometheus_a_panel_says_so(why: Exception) -> None:
    def fails(request: httpx.Request) -> Any:
        raise why

    with httpx.Client(transport=httpx.MockTransport(fails), base_url="http://prometheus") as client:
        assert "Prometheus does not answer" in boards.asked(client, PANEL, 0, 1).problem
