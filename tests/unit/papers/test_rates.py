"""The two annual percentage rates are two figures: an agreement and an offer print the one that their law wants."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.agreement.pdf import contract_pdf
from services.discussion.documents import document
from services.discussion.ports import Party
from services.law import packs
from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.cost import schedule_us_apr_percent
from services.papers import LANGUAGES, lender_of
from services.papers.formats import percent
from tests.fakes.readers import data_of, text_of
from tests.unit.agreement.test_pdf import START, contract_data
from tests.unit.discussion.test_model import offered

FIGURES: dict[str, Any] = {"tenure_months": 24, "fee": Decimal(900), "currency": "USD"}


def rates(terms: LoanTerms) -> tuple[str, str]:
    """That of the EU and that of 12 CFR 1026.22, as they are printed in English."""
    every, unit = terms.frequency.period
    theirs = schedule_us_apr_percent(loan_schedule(terms, START), unit, every)
    return percent(loan_cost(terms, START).apr_percent), percent(theirs)


def agreement(law: str, language: str = "en") -> bytes:
    return contract_pdf(replace(contract_data(**FIGURES), law=packs()[law], language=language))


def offer(law: str, language: str = "en") -> bytes:
    discussion = offered()
    assert discussion.latest is not None
    terms = replace(contract_data(**FIGURES).terms, principal=Decimal(15000))
    made = replace(discussion.latest, terms=terms, cost=loan_cost(terms, START))
    party = Party("Ada Lovelace", ("Berlin",))
    return document(discussion, made, party, lender_of(), language, packs()[law], made.create_time).pdf()


@pytest.mark.parametrize("law", packs())
@pytest.mark.parametrize("paper", [agreement, offer])
def test_one_rate_is_printed_and_the_other_is_nowhere(paper: Any, law: str) -> None:
    european, american = rates(contract_data(**FIGURES).terms)
    assert european != american
    pdf = paper(law)
    said, values = " ".join(text_of(pdf).split()), data_of(pdf)["values"]
    box = ("ANNUAL PERCENTAGE RATE", "FINANCE CHARGE", "Amount financed", "Total of payments", "12 CFR 1026")
    if law == "US":
        assert american in said and european not in said and "apr" not in values
        assert all(each in said for each in box)
        assert values["us_apr"]
    else:
        assert european in said and american not in said and "us_apr" not in values
        assert not any(each in said for each in box)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", [agreement, offer])
def test_the_box_is_there_in_every_language(paper: Any, language: str) -> None:
    blocks = data_of(paper("US", language))["blocks"]
    kinds = [each["kind"] for each in blocks]
    assert kinds.count("box") == 1 and "headline" not in kinds
    (box,) = (each for each in blocks if each["kind"] == "box")
    assert len(box["rows"]) == 4 and all(len(row) == 3 and all(row) for row in box["rows"])
