"""What the model looks at, in the words and units of the service's tables, from the rows of credit_data.

Only what a lender may ask and a customer may change or know of: no age, sex, marital status or nationality. Amounts
come as ratios, so that neither the currency nor the prices of the data's years are in the model. Every ratio is rounded
as the service rounds it, to two decimals half up, so that no value falls into another band there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_CENT = Decimal("0.01")
# The values of `Home` and `Job` in the data, by the words of the contract; `priv` and `ignore` are not explained there.
_HOUSING = {"owner": "OWNED", "rent": "RENTED", "parents": "WITH_PARENTS", "priv": "OTHER", "ignore": "OTHER",
            "other": "OTHER"}  # fmt: skip
_EMPLOYMENT = {"fixed": "PERMANENT", "partime": "TEMPORARY", "freelance": "SELF_EMPLOYED", "others": "OTHER"}
_RECORD = {"yes": "ADVERSE", "no": "CLEAN"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Feature:
    """One characteristic: how it is read, where its bands begin, and the sentences of its bands.

    `rises` is +1 when more of it is more risk, -1 when less is, 0 when the data may say. `subject` begins the sentence
    of a band, `first` is that of the lowest where it needs another; `less` and `more` are what would have to change, by
    the bound of the band to get to; `missing` is the sentence where there is no value. A missing value costs and brings
    nothing, unless it is `learned`: only for what an application never lacks is it as it was in the data.
    """

    name: str
    read: Callable[[Row], Decimal | str | None]
    missing: str
    subject: str = ""
    unit: str = ""
    cuts: tuple[str, ...] = ()
    rises: int = 0
    less: str = ""
    more: str = ""
    first: str = ""
    learned: bool = False
    categories: Mapping[str, tuple[str, str]] | None = None

    @property
    def is_categorical(self) -> bool:
        """Whether its values are names."""
        return self.categories is not None


def _number(row: Row, column: str) -> Decimal | None:
    value = row[column]
    return None if value is None or value != value else Decimal(str(value))


def _ratio(part: Decimal | None, whole: Decimal | None, times: int = 100) -> Decimal | None:
    if part is None or not whole:
        return None
    return (part * times / whole).quantize(_CENT, ROUND_HALF_UP)


def _named(column: str, names: Mapping[str, str]) -> Callable[[Row], str | None]:
    return lambda row: names.get(str(row[column]))


def _principal(row: Row) -> Decimal | None:
    amount, months = _number(row, "Amount"), _number(row, "Time")
    return None if amount is None or not months else amount / months


def _left(row: Row) -> Decimal | None:
    """What is left of the income after expenses and the month's part of the principal."""
    income, expenses, principal = _number(row, "Income"), _number(row, "Expenses"), _principal(row)
    return None if income is None or expenses is None or principal is None else income - expenses - principal


FEATURES = (
    Feature(
        "EMPLOYMENT_YEARS", lambda row: _number(row, "Seniority"), "How long the employment has lasted is not stated.",
        "The present employment has lasted", "years", ("1", "2", "3", "5", "8", "12", "18"), -1,
        more="The employment would have to have lasted {} years or more.",
    ),
    Feature(
        "EMPLOYMENT", _named("Job", _EMPLOYMENT), "The kind of employment is not stated.",
        categories={
            "PERMANENT": ("The employment is permanent.", ""),
            "SELF_EMPLOYED": ("The customer is self-employed.", "An employment without an end would score better."),
            "TEMPORARY": ("The employment is temporary or in part time.",
                          "An employment without an end would score better."),
            "OTHER": ("The income is from something other than work.",
                      "An income from permanent employment would score better."),
        },
    ),
    Feature(
        "HOUSING", _named("Home", _HOUSING), "How the customer lives is not stated.",
        categories={
            "OWNED": ("The customer owns their home.", ""),
            "RENTED": ("The customer rents their home.", "A home of one's own would score better."),
            "WITH_PARENTS": ("The customer lives with their parents.", "A household of one's own would score better."),
            "OTHER": ("The customer neither owns nor rents their home.",
                      "A home that is owned or rented would score better."),
        },
    ),
    Feature(
        "CREDIT_RECORD", _named("Records", _RECORD), "No credit bureau was asked for the credit record.",
        categories={
            "CLEAN": ("The credit record has nothing adverse.", ""),
            "ADVERSE": ("The credit record has payments that were missed.",
                        "What the credit record holds would have to be settled, and be deleted from it."),
        },
    ),
    Feature(
        "TENURE", lambda row: _number(row, "Time"), "There is no tenure.", "The loan runs for", "months",
        ("13", "25", "37", "49"), 0,
        "The loan would have to run for less than {} months.", "The loan would have to run for {} months or more.",
    ),
    Feature(
        "FINANCED_SHARE", lambda row: _ratio(_number(row, "Amount"), _number(row, "Price")),
        "The project has no cost to compare with.", "The loan pays for", "% of what the project costs",
        ("40", "55", "65", "75", "85", "95"), 1,
        "The loan would have to pay for less than {} % of what the project costs.",
    ),
    Feature(
        "AMOUNT_TO_INCOME", lambda row: _ratio(_number(row, "Amount"), _number(row, "Income"), 1),
        "There is no income to compare the amount with.", "The amount is", "times the income of a month",
        ("3", "5", "7", "9", "12", "16"), 1,
        "The amount would have to be less than {} times the income of a month.", learned=True,
    ),
    Feature(
        "PRINCIPAL_TO_INCOME", lambda row: _ratio(_principal(row), _number(row, "Income")),
        "There is no income to repay from.", "Repaying the amount takes", "% of the income",
        ("8", "12", "16", "20", "25", "32"), 1,
        "Repaying the amount would have to take less than {} % of the income.", learned=True,
    ),
    Feature(
        "EXPENSES_TO_INCOME", lambda row: _ratio(_number(row, "Expenses"), _number(row, "Income")),
        "What the household spends is not stated.", "The household spends", "% of the income",
        ("20", "30", "40", "50", "60", "80"), 1,
        "The household would have to spend less than {} % of the income.",
    ),
    Feature(
        "CAPACITY_TO_PRINCIPAL", lambda row: _ratio(_left(row), _principal(row)),
        "What is left after household and repayment is not known.",
        "After household and repayment there is left", "% of a month's repayment",
        ("0", "50", "100", "150", "250", "400"), -1,
        more="After household and repayment there would have to be left {} % of a month's repayment or more.",
        first="Household and repayment take more than the income.",
    ),
    Feature(
        "ASSETS_TO_AMOUNT", lambda row: _ratio(_number(row, "Assets"), _number(row, "Amount")),
        "What the customer owns is not stated.", "What the customer owns is worth", "% of the amount",
        ("1", "150", "300", "500", "800", "1500"), -1,
        more="What the customer owns would have to be worth {} % of the amount or more.",
        first="The customer owns nothing of worth.",
    ),
    Feature(
        "DEBTS_TO_ASSETS", lambda row: _ratio(_number(row, "Debt"), _number(row, "Assets")),
        "There is nothing owned to compare the debts with.", "Other debts are", "% of what the customer owns",
        ("1", "20", "40", "60"), 1,
        "Other debts would have to be less than {} % of what the customer owns.", first="There are no other debts.",
    ),
)  # fmt: skip
