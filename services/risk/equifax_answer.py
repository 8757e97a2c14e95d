"""What an answer of Equifax says: its US consumer credit report as JSON, read strictly.

A field of the wrong type, a code that is none of the documented ones or an answer about another question makes the
whole answer unreadable, by the name of the field: nothing of it is used then. So does a file with the birth date of
somebody else. What lenders need not report may be left out. Dates are MMDDYYYY, in some fields with 00 for a day that
is not known.

Documented values that are used here. `hitCode.code`: 1 and 6 are a report; 2, 9 and C none; 3, 4 and 5 a file that has
to be looked into by the bureau; A one that the consumer had frozen. `trades[].rate.code`: 0 is too new to rate, 1 paid
as agreed, 2 to 5 are 30 days overdue to 120 and more, 7 is paid under a plan of debtors, 8 a repossession and 9 a
charge-off.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.lending.calendar import ONE_DAY
from services.risk.bureau_record import BureauAnswer, BureauRecord, BureauScore, BureauSource
from services.risk.ports import BureauReply

_REPORTS = "equifaxUSConsumerCreditReport"
_A = BureauAnswer
_ANSWERS: Mapping[str, BureauAnswer] = {
    "1": _A.HIT, "6": _A.HIT, "2": _A.NO_HIT, "9": _A.NO_HIT, "C": _A.NO_HIT,
    "3": _A.UNDER_REVIEW, "4": _A.UNDER_REVIEW, "5": _A.UNDER_REVIEW, "A": _A.FROZEN,
}  # fmt: skip
_DELINQUENT, _WRITTEN_OFF = frozenset({2, 3, 4, 5}), frozenset({8, 9})
_RATES = _DELINQUENT | _WRITTEN_OFF | {0, 1, 7}
_DAY = re.compile("([0-9]{2})([0-9]{2})([0-9]{4})")
# No file was kept before.
_FIRST_YEAR = 1900
_RECENT = timedelta(days=183)
# Of both families of scores that it sells.
_LEAST, _GREATEST = 300, 850
# 15 U.S.C. 1681g(f)(1)(C): four key factors, and a fifth where inquiries are one.
_FACTORS = 5
_LONGEST = 500


class _Unreadable(ValueError):
    """By the path of the field."""


class _Part:
    """An object of the answer, with its path."""

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        self.path, self._values = path, values

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def part(self, name: str) -> "_Part":
        """An object in it."""
        return _part(self.at(name), self._values.get(name))

    def parts(self, name: str) -> Iterator["_Part"]:
        """The objects of a list in it; none where it is left out."""
        found = self._values.get(name, [])
        if not isinstance(found, list):
            raise _Unreadable(self.at(name))
        for number, each in enumerate(found):
            yield _part(f"{self.at(name)}[{number}]", each)

    def has(self, name: str) -> bool:
        """Whether a field is there."""
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """A text, not empty, not endless and printable: others cannot be stored, or be read on a notice."""
        found = self._values.get(name)
        if not isinstance(found, str) or not 0 < len(found.strip()) <= _LONGEST or not found.strip().isprintable():
            raise _Unreadable(self.at(name))
        return found.strip()

    def whole(self, name: str) -> int:
        """A whole number, which is a number or a text of digits."""
        found = self._values.get(name)
        if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 10:
            return int(found)
        if isinstance(found, bool) or not isinstance(found, int):
            raise _Unreadable(self.at(name))
        return found

    def code(self, name: str, known: Collection[int]) -> int:
        """A number that is one of the documented ones."""
        if (found := self.whole(name)) not in known:
            raise _Unreadable(self.at(name))
        return found

    def day(self, name: str, today: date) -> date:
        """A date of the past; where the bureau is, today may have begun earlier."""
        said = _DAY.fullmatch(self.text(name))
        try:
            found = None if said is None else date(int(said[3]), int(said[1]), int(said[2]))
        except ValueError:
            found = None
        if found is None or found.year < _FIRST_YEAR or found > today + ONE_DAY:
            raise _Unreadable(self.at(name))
        return found


def read(content: bytes, reference: str, model: str, today: date, born: date | None = None) -> BureauReply:
    """What the answer to the question of that reference says, with the score of a model; UNREADABLE names the field.

    `born` is when the person was who was asked about, None where that is not known any more.
    """
    try:
        return _read(content, reference, model, today, born)
    except _Unreadable as error:
        return BureauReply(BureauAnswer.UNREADABLE, content, str(error))


def _read(content: bytes, reference: str, model: str, today: date, born: date | None) -> BureauReply:
    whole = _part("", _json(content))
    if whole.text("status") != "completed":
        raise _Unreadable("status")
    reports = list(whole.part("consumers").parts(_REPORTS))
    if len(reports) != 1:
        # Of several files none is known to be the applicant's.
        raise _Unreadable(f"consumers.{_REPORTS}")
    report = reports[0]
    if report.text("customerReferenceNumber") != reference:
        raise _Unreadable(report.at("customerReferenceNumber"))
    code = report.part("hitCode")
    answer = _ANSWERS.get(code.text("code"))
    if answer is None:
        raise _Unreadable(code.at("code"))
    report_id = _report_id(whole)
    if answer is not BureauAnswer.HIT:
        return BureauReply(answer, content, bureau_report_id=report_id)
    _check_born(report, born)
    return BureauReply(
        answer, content, "", report_id, _record(report, today), _score(report, model), _source(report),
    )  # fmt: skip


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _Unreadable("body") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that is there twice could mean either."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _part(path: str, value: Any) -> _Part:
    if not isinstance(value, dict):
        raise _Unreadable(path or "body")
    return _Part(path, value)


def _check_born(report: _Part, born: date | None) -> None:
    """Refuses the file of a person who was born on another day, as far as the file knows the day."""
    if born is None or not report.has("birthDate"):
        return
    said, real = _DAY.fullmatch(report.text("birthDate")), (born.month, born.day, born.year)
    if said is None or any(part not in (0, own) for part, own in zip(map(int, said.groups()), real, strict=True)):
        raise _Unreadable(report.at("birthDate"))


def _record(report: _Part, today: date) -> BureauRecord:
    made = report.day("reportDate", today)
    rates = [each.part("rate").code("code", _RATES) for each in report.parts("trades") if each.has("rate")]
    asked = [each.day("inquiryDate", today) for each in report.parts("inquiries")]
    return BureauRecord(
        made,
        account_count=sum(1 for _ in report.parts("trades")),
        delinquent_count=sum(each in _DELINQUENT for each in rates),
        written_off_count=sum(each in _WRITTEN_OFF for each in rates),
        collection_count=sum(1 for _ in report.parts("collections")),
        insolvency_count=sum(1 for _ in report.parts("bankruptcies")),
        recent_inquiry_count=sum(made - _RECENT <= each <= made for each in asked),
    )


def _score(report: _Part, model: str) -> BureauScore | None:
    """The score of the model that was asked for; None where it could not be computed."""
    for each in report.parts("models"):
        if each.text("modelNumber") != model or not each.has("score"):
            continue
        score = each.whole("score")
        if not _LEAST <= score <= _GREATEST:
            raise _Unreadable(each.at("score"))
        factors = tuple(reason.text("description") for reason in each.parts("reasons"))
        return BureauScore(score, model, _LEAST, _GREATEST, factors[:_FACTORS])
    return None


def _source(report: _Part) -> BureauSource:
    """Where the consumer can ask about the report, which a notice of a refusal has to say."""
    where = report.part("consumerReferralLocation")
    address, phone = where.part("address"), where.part("telephoneNumber")
    place = f"{address.text('cityName')}, {address.text('stateAbbreviation')} {address.text('zipCode')}"
    line = f"{address.text('primaryAddress')}, {place}, telephone {phone.text('telephoneNumber')}"
    return BureauSource(where.text("bureauName"), line)


def _report_id(whole: _Part) -> str:
    """The last part of the address under which the report can be read; empty where there is none."""
    for each in whole.parts("links"):
        return each.text("href").rpartition("/")[2]
    return ""
