"""Whatever is in a file, the reader takes it whole or refuses it by element and line, and nothing else happens."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.risk.income_derive import derive
from services.risk.statement_camt053 import read
from services.risk.statement_record import BankStatement, RefusedStatement
from tests.factories.statements import Account, Booking, Month, employed

SOUND = employed().xml()
WORDS = st.binary(max_size=30) | st.sampled_from(
    [b"", b"<", b"&", b"<!DOCTYPE x>", b"<!ENTITY a 'b'>", b"\xff", b"-", b"9" * 30, b"<a xmlns='b'/>", b"\x00", b"]]>"]
)


def taken(content: bytes) -> BankStatement | None:
    """What is read; None for a file that is refused, with a fault that says where."""
    try:
        return read(content)
    except RefusedStatement as refused:
        fault = refused.fault
    assert fault.element
    assert fault.problem
    assert 1 <= fault.line <= content.count(b"\n") + 1
    return None


def adds_up(found: BankStatement) -> bool:
    moved = sum((each.amount if each.incoming else -each.amount for each in found.entries), Decimal(0))
    return found.opening + moved == found.closing


@given(content=st.binary(max_size=2000))
def test_any_bytes_are_refused(content: bytes) -> None:
    assert taken(content) is None


@given(start=st.integers(0, len(SOUND)), length=st.integers(0, 400), word=WORDS)
def test_a_sound_file_with_a_piece_replaced_is_whole_or_refused(start: int, length: int, word: bytes) -> None:
    found = taken(SOUND[:start] + word + SOUND[start + length :])
    assert found is None or adds_up(found)


@given(end=st.integers(0, len(SOUND) - 30))
def test_a_file_that_breaks_off_is_refused(end: int) -> None:
    assert taken(SOUND[:end]) is None


CENTS = st.integers(-(10**8), 10**8).filter(bool).map(lambda each: Decimal(each).scaleb(-2))
PURPOSES = st.sampled_from(["", "SALA", "RENT", "LOAN", "LOAR", "PENS"])
PARTIES = st.sampled_from(["", "An Employer", "A Landlord", "Ada Lovelace"])
DAYS = st.dates(date(2026, 8, 1), date(2026, 10, 31))
BOOKING = st.builds(Booking, DAYS, CENTS, PARTIES, st.just(""), PURPOSES, reverses=st.booleans())
BOOKINGS = st.lists(BOOKING, max_size=30)


@given(bookings=BOOKINGS, opening=CENTS, version=st.sampled_from(["02", "08"]))
def test_what_is_written_is_what_is_read(bookings: list[Booking], opening: Decimal, version: str) -> None:
    parts = tuple(
        Month(date(2026, month, 1), tuple(each for each in bookings if each.day.month == month)) for month in (8, 9, 10)
    )
    found = read(Account(parts, opening=opening, version=version).xml())
    assert adds_up(found)
    assert (found.opening, found.closing) == (opening, opening + sum((each.amount for each in bookings), Decimal(0)))
    assert len(found.entries) == len(bookings)


@given(bookings=BOOKINGS)
def test_an_income_is_never_more_than_came_in_and_never_below_nothing(bookings: list[Booking]) -> None:
    parts = tuple(
        Month(date(2026, month, 1), tuple(each for each in bookings if each.day.month == month)) for month in (8, 9, 10)
    )
    found = derive(read(Account(parts).xml()))
    came = sum((each.amount for each in bookings if each.amount > 0), Decimal(0))
    assert 0 <= found.monthly_income.amount <= came
    assert found.monthly_obligations.amount >= 0
    assert found.month_count == 3
