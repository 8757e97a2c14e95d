"""The answers of Equifax are read strictly: what has another shape is no answer, and its field is named."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.bureau_record import BureauAnswer
from services.risk.equifax import EquifaxSettings
from services.risk.equifax_answer import read
from services.risk.ports import Untaken
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable
from stack.servers.bureau_api import REPORT_PATH, TOKEN_PATH
from tests.fakes.bureau import CLIENT, MEMBER, FakeHttp, answer_of, equifax, person, stand_in

REPORT = "consumers.equifaxUSConsumerCreditReport"
Change = Callable[[dict[str, Any]], object]


def read_of(answer: Any, model: str = "05402") -> Any:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return read(content, "r1", model, datetime.now(UTC).date())


def test_a_report_says_what_is_owed_late_lost_and_asked() -> None:
    found = read_of(answer_of("Insolvent"))
    assert found.answer is BureauAnswer.HIT
    record = found.record
    assert (record.report_date, record.account_count, record.written_off_count) == (datetime.now(UTC).date(), 3, 1)
    assert (record.delinquent_count, record.collection_count, record.insolvency_count) == (0, 1, 1)
    # The other one is older than half a year.
    assert record.recent_inquiry_count == 1
    assert (found.score.score, found.score.least, found.score.greatest) == (528, 300, 850)
    assert found.score.factors[0] == "Serious delinquency"
    assert found.source.agency.startswith("EQUIFAX")
    assert found.source.reached_at == "P O BOX 1, ANYTOWN, GA 300000000, telephone 8005550100"
    assert len(found.bureau_report_id) == 32


def test_what_is_30_days_overdue_is_delinquent() -> None:
    assert read_of(answer_of("Late")).record.delinquent_count == 1


@pytest.mark.parametrize(("last_name", "answer"), [
    ("Nofile", BureauAnswer.NO_HIT), ("Frozen", BureauAnswer.FROZEN), ("Referred", BureauAnswer.UNDER_REVIEW),
])  # fmt: skip
def test_without_a_report_there_is_no_record_and_no_score(last_name: str, answer: BureauAnswer) -> None:
    found = read_of(answer_of(last_name))
    assert (found.answer, found.record, found.score, found.source) == (answer, None, None, None)


def test_a_report_without_a_score_or_with_another_models_has_none() -> None:
    assert read_of(answer_of("Unscored")).score is None
    assert read_of(answer_of("Muster"), model="99999").score is None
    assert read_of(answer_of("Muster"), model="99999").record is not None


def _report(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["consumers"]["equifaxUSConsumerCreditReport"][0]
    return found


WRONG: list[tuple[Change, str]] = [
    (lambda a: a.update(status="pending"), "status"),
    (lambda a: a.pop("status"), "status"),
    (lambda a: a.update(consumers=[]), "consumers"),
    (lambda a: a["consumers"].update(equifaxUSConsumerCreditReport={}), REPORT),
    (lambda a: a["consumers"]["equifaxUSConsumerCreditReport"].append({}), REPORT),
    (lambda a: _report(a).update(customerReferenceNumber="another"), f"{REPORT}[0].customerReferenceNumber"),
    (lambda a: _report(a).update(hitCode="1"), f"{REPORT}[0].hitCode"),
    (lambda a: _report(a)["hitCode"].update(code="Z"), f"{REPORT}[0].hitCode.code"),
    (lambda a: _report(a)["hitCode"].update(code=1), f"{REPORT}[0].hitCode.code"),
    (lambda a: _report(a).update(reportDate="2026-11-30"), f"{REPORT}[0].reportDate"),
    (lambda a: _report(a).update(trades={}), f"{REPORT}[0].trades"),
    (lambda a: _report(a)["trades"].append(1), f"{REPORT}[0].trades[2]"),
    (lambda a: _report(a)["trades"][0]["rate"].update(code="one"), f"{REPORT}[0].trades[0].rate.code"),
    (lambda a: _report(a)["trades"][0]["rate"].update(code=True), f"{REPORT}[0].trades[0].rate.code"),
    (lambda a: _report(a)["inquiries"][0].update(inquiryDate="0"), f"{REPORT}[0].inquiries[0].inquiryDate"),
    (lambda a: _report(a).update(bankruptcies=3), f"{REPORT}[0].bankruptcies"),
    (lambda a: _report(a)["models"][0].update(score=7810), f"{REPORT}[0].models[0].score"),
    (lambda a: _report(a)["models"][0].update(score=781.5), f"{REPORT}[0].models[0].score"),
    (lambda a: _report(a)["models"][0].pop("modelNumber"), f"{REPORT}[0].models[0].modelNumber"),
    (lambda a: _report(a).pop("consumerReferralLocation"), f"{REPORT}[0].consumerReferralLocation"),
    (lambda a: a.update(links=[{"href": 1}]), "links[0].href"),
]


@pytest.mark.parametrize(("change", "field"), WRONG, ids=[field for _, field in WRONG])
def test_a_wrong_shape_is_no_answer_and_names_its_field(change: Change, field: str) -> None:
    answer = answer_of("Muster")
    change(answer)
    found = read_of(answer)
    assert (found.answer, found.faulty_field) == (BureauAnswer.UNREADABLE, field)
    assert (found.record, found.score, found.source, found.bureau_report_id) == (None, None, None, "")


DAY, RATE, NAME = ("reportDate",), ("trades", 0, "rate", "code"), ("consumerReferralLocation", "bureauName")
ARABIC_DAY = "\u0661\u06611020\u0662\u0665"
IMPOSSIBLE: list[tuple[tuple[str | int, ...], Any]] = [
    *((DAY, day) for day in ("01010001", "12311899", "01012099", "1112026", "010120261", "02302026", ARABIC_DAY)),
    *((RATE, code) for code in (-3, 6, 10, 77, 10**400, "77")),
    *((NAME, name) for name in ("A\0", "\ud800", "A\nB", "A\x7f")),
    (("inquiries", 0, "inquiryDate"), "01012099"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), IMPOSSIBLE, ids=[f"{path[-1]}-{v!a:.12}" for path, v in IMPOSSIBLE])
def test_a_value_that_cannot_be_is_no_answer_and_names_its_field(path: tuple[str | int, ...], value: Any) -> None:
    found = read_of(_with(answer_of("Muster"), ("consumers", "equifaxUSConsumerCreditReport", 0, *path), value))
    assert found.answer is BureauAnswer.UNREADABLE
    assert found.faulty_field == f"{REPORT}[0]" + "".join(f"[{e}]" if isinstance(e, int) else f".{e}" for e in path)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value."""
    yield path
    names = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in names:
        yield from _places(each, (*path, name))


SOUND = answer_of("Insolvent")
PLACES = sorted(_places(SOUND), key=str)
HOSTILE = st.sampled_from(["01010001", "99999999", "A\0", "\ud800", "A\u2028B", "9" * 400, "-1", -1, 10**400])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
ANY = HOSTILE | st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A JSON value with another one at a path, where that is still there."""
    if not path:
        return new
    name, *rest = path
    if isinstance(value, dict):
        return {each: _with(below, tuple(rest), new) if each == name else below for each, below in value.items()}
    if isinstance(value, list):
        return [_with(below, tuple(rest), new) if at == name else below for at, below in enumerate(value)]
    return value


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANY), min_size=1, max_size=3))
def test_whatever_is_in_an_answer_it_can_be_stored_or_is_unreadable(changes: list[tuple[Any, Any]]) -> None:
    answer: Any = SOUND
    for path, value in changes:
        answer = _with(answer, path, value)
    found = read_of(answer)
    assert (found.answer is BureauAnswer.UNREADABLE) == bool(found.faulty_field)
    texts = [found.bureau_report_id, *(() if found.source is None else (found.source.agency, found.source.reached_at))]
    assert all(map(str.isprintable, (*texts, *(() if found.score is None else found.score.factors))))


@pytest.mark.parametrize("code", [0, 1, 7, "7"])
def test_an_account_that_is_too_new_paid_as_agreed_or_by_a_plan_is_fine(code: Any) -> None:
    answer = answer_of("Muster")
    _report(answer)["trades"][0]["rate"].update(code=code)
    assert (read_of(answer).record.delinquent_count, read_of(answer).record.written_off_count) == (0, 0)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"status": NaN}', b'{"status": "a", "status": "b"}'])
def test_what_is_no_json_object_is_no_answer(content: bytes) -> None:
    assert read_of(content).faulty_field == "body"


BORN = date(1990, 1, 2)
BIRTH_DATES = [
    ("01021990", True), ("00021990", True), ("01001990", True), ("00000000", True), (None, True),
    ("02011990", False), ("01021991", False), ("1990-01-02", False), ("", False), (19900102, False),
]  # fmt: skip


@pytest.mark.parametrize(("said", "theirs"), BIRTH_DATES)
def test_the_file_of_who_was_born_on_another_day_is_no_answer(said: Any, theirs: bool) -> None:
    answer = answer_of("Insolvent")
    _report(answer).update(birthDate=said)
    today, content = datetime.now(UTC).date(), json.dumps(answer).encode()
    found = read(content, "r1", "05402", today, BORN)
    assert (found.answer is BureauAnswer.HIT) is theirs
    assert theirs or (found.faulty_field, found.record) == (f"{REPORT}[0].birthDate", None)
    # Who was erased since is not known any more by their birth date.
    assert read(content, "r1", "05402", today).answer is BureauAnswer.HIT


def test_somebody_elses_file_is_found_out_at_the_question_and_at_the_look_up(tmp_path: Path) -> None:
    client = equifax(FakeHttp(stand_in()), tmp_path)
    client.pull("r1", person())
    other = replace(person(), birth_date=date(1960, 5, 5))
    for asked, answer in ((person(), BureauAnswer.HIT), (other, BureauAnswer.UNREADABLE), (None, BureauAnswer.HIT)):
        found = client.look_up("r1", asked)
        assert found is not None and found.answer is answer


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", ""])
def test_a_page_with_status_200_says_nothing(tmp_path: Path, kind: str) -> None:
    class Page(FakeHttp):
        def call(self, method: str, url: str, headers: Any = None, content: bytes = b"") -> Answer:
            found = super().call(method, url, headers, content)
            page = Answer(200, b"<html>We are away.</html>", {"content-type": kind})
            return page if REPORT_PATH in url else found

    client = equifax(Page(stand_in()), tmp_path)
    with pytest.raises(Unavailable) as unclear:
        client.pull("r1", person())
    assert not isinstance(unclear.value, Untaken)
    with pytest.raises(Unavailable):
        client.look_up("r1")


def test_a_question_has_what_identifies_a_person_and_no_more(tmp_path: Path) -> None:
    bureau = stand_in()
    equifax(FakeHttp(bureau), tmp_path).pull("r1", person())
    (question,) = bureau.questions
    assert question["consumers"] == {
        "name": [{"identifier": "current", "firstName": "Anna", "lastName": "Muster"}],
        "dateOfBirth": "01021990",
        "addresses": [{
            "identifier": "current", "houseNumber": "12", "streetName": "Main St", "city": "Electric City",
            "zip": "99123",
        }],
    }  # fmt: skip
    assert question["customerReferenceIdentifier"] == "r1"


def test_one_token_serves_many_questions_and_another_is_fetched_when_it_is_refused(tmp_path: Path) -> None:
    bureau = stand_in()
    http, calls = FakeHttp(bureau), list[str]()
    http.hears = lambda _, path: calls.append(path)
    client = equifax(http, tmp_path)
    client.pull("r1", person())
    client.pull("r2", person())
    assert calls.count(TOKEN_PATH) == 1
    bureau._tokens.clear()
    with pytest.raises(Untaken):
        client.pull("r3", person())
    assert client.pull("r3", person()).answer is BureauAnswer.HIT
    assert calls.count(TOKEN_PATH) == 2


def test_too_many_calls_are_not_taken_and_say_until_when(tmp_path: Path) -> None:
    client = equifax(FakeHttp(stand_in()), tmp_path)
    with pytest.raises(Untaken) as busy:
        client.pull("r1", person("Busy"))
    assert busy.value.retry_after == 1
    assert client.pull("r1", person("Busy")).answer is BureauAnswer.HIT


def test_without_a_token_nothing_was_asked(tmp_path: Path) -> None:
    http = FakeHttp(stand_in())
    http.away = True
    with pytest.raises(Untaken):
        equifax(http, tmp_path).pull("r1", person())


def test_a_question_that_is_refused_is_known_to_be(tmp_path: Path) -> None:
    assert equifax(FakeHttp(stand_in()), tmp_path).pull("r1", person("Refused")).answer is BureauAnswer.REFUSED


def test_silence_says_nothing_and_a_look_up_does(tmp_path: Path) -> None:
    client = equifax(FakeHttp(stand_in()), tmp_path)
    for last_name, reference in (("Silent", "r1"), ("Lost", "r2")):
        with pytest.raises(Unavailable) as unclear:
            client.pull(reference, person(last_name))
        assert not isinstance(unclear.value, Untaken)
    found = client.look_up("r1")
    assert found is not None
    assert found.answer is BureauAnswer.HIT
    assert client.look_up("r2") is None


def test_keys_and_reports_travel_encrypted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        EquifaxSettings(CLIENT, tmp_path, MEMBER, tmp_path, url="http://bureau.example")
