"""An income by month is the median of whole months: of what is a salary by its code, or regular by payer and amount."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.risk.income_derive import Derived, derive, whole_months
from services.risk.income_finding import IncomeSourceKind, ObligationKind
from services.risk.income_owner import is_same_person, may_be_same_person
from services.risk.statement_camt053 import read
from services.runtime.money import Money
from tests.factories.statements import Account, Booking, employed, instalment, months, rent, salary

AUGUST = date(2026, 8, 1)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def derived(*of_each: tuple[Booking, ...], first: date = AUGUST) -> Derived:
    """What months come to with these bookings."""
    return derive(read(Account(months(first, len(of_each), *of_each)).xml()))


def paid(month: int, amount: str, purpose: str = "", **changes: object) -> tuple[Booking, ...]:
    return (replace(salary(date(2026, month, 20), amount, purpose), **changes),)  # type: ignore[arg-type]


def test_salary_rent_and_instalment_are_found_with_who_pays_and_is_paid() -> None:
    found = derive(read(employed().xml()))
    assert (found.month_count, found.monthly_income, found.monthly_obligations) == (3, euros("3000"), euros("1150"))
    [source] = found.sources
    assert (source.payer, source.kind, source.month_count) == (
        "Analytical Engines Ltd", IncomeSourceKind.PURPOSE, 3,
    )  # fmt: skip
    assert [(each.payee, each.kind, each.monthly_amount) for each in found.obligations] == [
        ("House & Home", ObligationKind.RENT, euros("900")), ("Other Lender", ObligationKind.LOAN, euros("250")),
    ]  # fmt: skip


def test_the_median_leaves_a_bonus_out_and_counts_a_month_without_pay() -> None:
    bonus = derived(paid(8, "3000", "SALA"), paid(9, "9000", "SALA"), paid(10, "3000", "SALA"))
    assert bonus.monthly_income == euros("3000")
    unpaid = derived(paid(8, "3000", "SALA"), (), ())
    assert unpaid.monthly_income == euros("0")
    assert unpaid.sources[0].month_count == 1
    amounts = ("1000", "2000", "2000.01", "5000")
    even = derived(*(paid(month, amount, "SALA") for month, amount in enumerate(amounts, 8)))
    assert even.monthly_income == euros("2000.00"), "down to the cent"


def test_a_salary_is_known_by_the_banks_code_too() -> None:
    code = ("PMNT", "RCDT", "SALA")
    found = derived(*(paid(month, "2500", code=code) for month in (8, 9, 10)))
    assert found.sources[0].kind is IncomeSourceKind.TRANSACTION_CODE
    assert found.monthly_income == euros("2500")


def test_without_a_code_it_has_to_come_every_month_and_be_about_the_same() -> None:
    regular = derived(paid(8, "2000"), paid(9, "2400"), paid(10, "1900"))
    assert (regular.sources[0].kind, regular.monthly_income) == (IncomeSourceKind.REGULAR, euros("2000"))
    assert not derived(paid(8, "2000"), paid(9, "2401"), paid(10, "2000")).sources
    assert not derived(paid(8, "2000"), paid(9, "2000"), ()).sources
    assert not derived(*(paid(month, "2000", party="", party_account="") for month in (8, 9, 10))).sources


@pytest.mark.parametrize("purpose", ["LOAN", "CASH", "INTE", "SAVG"])
def test_money_that_nobody_earns_is_no_income_however_regular(purpose: str) -> None:
    assert not derived(*(paid(month, "2000", purpose) for month in (8, 9, 10))).sources


@pytest.mark.parametrize("purpose", ["LOAN", "CASH", "INTE", "SAVG"])
def test_what_a_payment_is_for_overrules_how_the_bank_books_it(purpose: str) -> None:
    code = ("PMNT", "RCDT", "SALA")
    found = derived(*(paid(month, "3000", purpose, code=code) for month in (8, 9, 10)))
    assert (found.monthly_income, found.sources) == (euros("0"), ())


@pytest.mark.parametrize(
    "code",
    [
        ("LDAS", "CSLN", "DDWN"), ("SECU", "SETT", "TRAD"), ("ACMT", "MCOP", "INTR"), ("CAMT", "ACCB", "SWEP"),
        ("FORX", "SPOT", "NTAV"), ("PMNT", "CNTR", "CDPT"),
    ],
)  # fmt: skip
def test_a_drawing_on_a_loan_a_sale_interest_or_cash_is_no_income_however_regular(code: tuple[str, str, str]) -> None:
    found = derived(*(paid(month, "3000", code=code) for month in (8, 9, 10)))
    assert (found.monthly_income, found.sources) == (euros("0"), ())


def back(month: int, amount: str) -> Booking:
    """What goes back to the employer."""
    return replace(salary(date(2026, month, 25), amount, ""), code=("PMNT", "ICDT", "ESCT"))


def test_what_goes_back_to_who_pays_it_is_no_income() -> None:
    some = derived(*((*paid(month, "3000", "SALA"), back(month, "-1000")) for month in (8, 9, 10)))
    assert some.monthly_income == euros("2000")
    more = derived(*((*paid(month, "3000", "SALA"), back(month, "-9000")) for month in (8, 9, 10)))
    assert more.monthly_income == euros("0")
    other = paid(8, "500", "BENE", party="Social Security", party_account="DE02500105170137075030")
    beside = derived((*paid(8, "3000", "SALA"), *other, back(8, "-9000")))
    assert beside.monthly_income == euros("500"), "of another payer nothing went back"


@pytest.mark.parametrize(
    "there, returned",
    [
        ({}, {"party_account": "DE02500105170137075030"}),
        ({}, {"party_account": "DE02500105170137075030", "party": "ANALYTICAL  ENGINES, LTD"}),
        ({}, {"party_account": ""}),
        ({"party_account": ""}, {}),
        ({}, {"party": "Somebody Else"}),
    ],
)
def test_a_payer_who_is_paid_back_at_another_account_or_by_another_name_pays_nothing(
    there: dict[str, Any], returned: dict[str, Any]
) -> None:
    rounds = ((*paid(at, "2000", "SALA", **there), replace(back(at, "-2000"), **returned)) for at in (8, 9, 10))
    assert derived(*rounds).monthly_income == euros("0")


@pytest.mark.parametrize("apart", [("Somebody Else", "DE02500105170137075030"), ("", "")])
def test_what_goes_to_somebody_else_is_taken_of_nobody(apart: tuple[str, str]) -> None:
    party, account = apart
    went = (replace(back(at, "-2000"), party=party, party_account=account) for at in (8, 9, 10))
    assert derived(*((*paid(each.day.month, "2000", "SALA"), each) for each in went)).monthly_income == euros("2000")


def test_what_goes_back_is_taken_once_of_all_that_one_payer_pays() -> None:
    both = derived(*((*paid(month, "3000", "SALA"), *paid(month, "500"), back(month, "-1000")) for month in (8, 9, 10)))
    assert both.monthly_income == euros("2500")
    reversed_ = replace(salary(date(2026, 8, 21), "-3000.00"), reverses=True)
    none = derived((*paid(8, "3000", "SALA"), reversed_, back(8, "-1000")))
    assert none.monthly_income == euros("0")


@pytest.mark.parametrize("party", ["Ada Lovelace", "LOVELACE, ADA", "A. Lovelace", "Lovelace A", "A. K. Lovelace"])
def test_what_the_owner_moves_between_accounts_is_neither_income_nor_debt(party: str) -> None:
    for amount in ("2000", "-2000"):
        found = derived(*(paid(month, amount, party=party, party_account="") for month in (8, 9, 10)))
        assert not found.sources
        assert not found.obligations


def test_what_was_taken_back_counts_against_it() -> None:
    back = replace(salary(date(2026, 8, 22), "-3000", "SALA"), reverses=True)
    found = derived((*paid(8, "3000", "SALA"), back), paid(9, "3000", "SALA"), paid(10, "3000", "SALA"))
    assert found.sources[0].month_count == 2
    assert found.monthly_income == euros("3000")
    every = tuple((*paid(month, "3000", "SALA"), replace(back, day=date(2026, month, 22))) for month in (8, 9, 10))
    assert derived(*every).monthly_income == euros("0")


def test_what_goes_out_regularly_is_shown_and_only_debts_and_rents_count() -> None:
    club = Booking(date(2026, 1, 9), Decimal("-40.00"), "A Club")
    every = (club, rent(date(2026, 1, 3)), instalment(date(2026, 1, 15)))
    found = derive(read(Account(months(AUGUST, 3, every=every)).xml()))
    assert found.obligations[-1].kind is ObligationKind.REGULAR
    assert found.monthly_obligations == euros("1150")


@pytest.mark.parametrize(
    "first, last, found",
    [
        (date(2026, 8, 1), date(2026, 10, 31), [(2026, 8), (2026, 9), (2026, 10)]),
        (date(2026, 8, 2), date(2026, 10, 30), [(2026, 9)]),
        (date(2026, 11, 15), date(2027, 2, 28), [(2026, 12), (2027, 1), (2027, 2)]),
        (date(2026, 8, 1), date(2026, 8, 30), []),
    ],
)
def test_only_whole_months_are_looked_at(first: date, last: date, found: list[tuple[int, int]]) -> None:
    assert list(whole_months(first, last)) == found


@pytest.mark.parametrize(
    "on_account, customer, same",
    [
        ("Ada Lovelace", "Ada Lovelace", True),
        ("LOVELACE ADA", "Ada Lovelace", True),
        ("Lovelace, Ada", "Ada King Lovelace", True),
        ("Ada King Lovelace", "Ada Lovelace", True),
        ("Frau Dr. Ada Lovelace und Charles Babbage", "Ada Lovelace", True),
        ("Jürgen Müller", "JUERGEN MUELLER", True),
        ("Jürgen Müller", "Jurgen Muller", True),
        ("José Ångström", "Jose Angstrom", True),
        ("Suharto", "Suharto", True),
        ("Łukasz Wójcik", "Lukasz Wojcik", True),
        ("SOREN KIERKEGAARD", "Søren Kierkegaard", True),
        ("Soeren Kierkegaard", "Søren Kierkegaard", True),
        ("ISIK YILMAZ", "I\u015f\u0131k Y\u0131lmaz", True),
        ("Dorde Petrovic", "Đorđe Petrović", True),
        ("Djordje Petrovic", "Đorđe Petrović", True),
        ("CONAN OBRIEN", "Conan O'Brien", True),
        ("Conan O\u2019Brien", "Conan O'Brien", True),
        ("Conan O Brien", "Conan O'Brien", True),
        ("Ada und Charles Lovelace", "Ada Lovelace", True),
        ("Ada & Charles Lovelace", "Charles Lovelace", True),
        ("Lovelace, Ada und Charles", "Charles Lovelace", True),
        ("LOVELACE ADA/BABBAGE CHARLES", "Charles Babbage", True),
        ("José Ortega y Gasset", "Jose Ortega Gasset", True),
        ("Ana Costa", "Ana Sá Costa", True),
        ("Analytical Engines Ltd.", "Analytical Engines Ltd", True),
        ("Ada Lovelace GmbH", "Ada Lovelace", False),
        ("Ada Lovelace Ltd.", "Ada Lovelace", False),
        ("Ada Lovelace S.r.l.", "Ada Lovelace", False),
        ("Ada Lovelace", "Ada Lovelace Ltd", False),
        ("Estate of Ada Lovelace", "Ada Lovelace", False),
        ("Nachlass Ada Lovelace", "Ada Lovelace", False),
        ("Karl Lovelace und Ada Byron", "Ada Lovelace", False),
        ("Karl Lovelace & Ada Byron", "Ada Lovelace", False),
        ("Ada Byron/Karl Lovelace", "Ada Lovelace", False),
        ("Karl Lovelace und Ada", "Ada Lovelace", False),
        ("Ada Byron", "Ada Lovelace", False),
        ("Lovelace", "Ada Lovelace", False),
        ("A Lovelace", "Ada Lovelace", False),
        ("Lovelace Ltd", "Ada Lovelace", False),
        ("", "Ada Lovelace", False),
        ("Ada Lovelace", "", False),
        ("", "", False),
        ("Herr Frau", "Ada Lovelace", False),
    ],
)
def test_whose_account_it_is_goes_by_the_parts_of_the_names(on_account: str, customer: str, same: bool) -> None:
    assert is_same_person(on_account, customer) is same
    assert may_be_same_person(on_account, customer) >= same


@pytest.mark.parametrize(
    "one, other, may_be",
    [
        ("A Lovelace", "Ada Lovelace", True),
        ("Ada Lovelace", "A. Lovelace", True),
        ("Ada King Lovelace", "A. Lovelace", True),
        ("Ada Lovelace", "Ada K. Lovelace", True),
        ("B Lovelace", "Ada Lovelace", False),
        ("A Byron", "Ada Lovelace", False),
        ("A L", "Ada Lovelace", False),
        ("Lovelace", "Ada Lovelace", False),
        ("Lovelace Analytical Engines Ltd", "Ada Lovelace", False),
        ("", "", False),
    ],
)
def test_initials_are_enough_where_a_doubt_counts_against_an_income(one: str, other: str, may_be: bool) -> None:
    assert may_be_same_person(one, other) is may_be
    assert may_be_same_person(other, one) is may_be
