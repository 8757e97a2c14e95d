"""Every paper is in the language that was chosen for it, whoever chose it: for readers, machines, and in its title."""

import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from buf.validate import validate_pb2
from loanflow.customer.v1.customer_service_pb2 import UpdateProfileRequest
from services.agreement.clauses import CLAUSES, worded
from services.law import packs
from services.papers import LANGUAGES, Unfit, forms, language_of
from tests.factories.documents import LATE_FEE, document
from tests.fakes import readers

RULES: Any = validate_pb2.field
# Those that papers are made by today; earlier versions are there for what was made by them.
BY_AGE = sorted(forms.FORMS, key=lambda name: (len(name), name))
LATEST = sorted({each.rpartition("-v")[0]: each for each in BY_AGE}.values())
OTHERS = [each for each in LANGUAGES if each != "en"]
SPOKEN = st.sampled_from(["", *LANGUAGES])
UNSPOKEN = st.sampled_from(["it", "tlh", "DE", "de-AT"])


@pytest.mark.parametrize("form", LATEST)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_is_in_the_language_that_is_chosen(form: str, language: str) -> None:
    pdf = document(form, language_of("", language, "en")).pdf()
    assert readers.language_of(pdf) == language
    metadata: Any = PdfReader(BytesIO(pdf)).metadata
    title = readers.data_of(pdf)["title"]
    pattern = forms.texts(form, language)["title"].partition("{")[0].strip()
    assert title.startswith(pattern) and title in metadata.title
    others = {forms.texts(form, each)["title"] for each in LANGUAGES if each != language}
    assert forms.texts(form, language)["title"] not in others


@given(SPOKEN, SPOKEN, SPOKEN, SPOKEN.filter(bool))
def test_the_law_counts_first_then_who_asks_then_the_customer_then_the_lender(
    law: str, asked: str, customer: str, lender: str
) -> None:
    wanted = [each for each in (law, asked, customer, lender) if each]
    assert language_of(law, customer, lender, asked) == wanted[0]


@given(UNSPOKEN, UNSPOKEN, SPOKEN)
def test_a_language_that_no_paper_is_in_counts_as_none(customer: str, asked: str, lender: str) -> None:
    if lender:
        assert language_of("", customer, lender, asked) == lender
    else:
        with pytest.raises(Unfit, match="there are ar, de, en, es, fr"):
            language_of("", customer, lender, asked)


def test_a_profile_can_say_the_languages_of_the_papers_or_none() -> None:
    field = UpdateProfileRequest.DESCRIPTOR.fields_by_name["language"]
    assert list(getattr(field.GetOptions().Extensions[RULES].string, "in")) == ["", *LANGUAGES]


def test_each_law_wants_a_language_of_the_papers_or_none() -> None:
    assert {each.language for each in packs().values()} <= {"", *LANGUAGES}


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_of_a_paper_is_left_in_english(language: str) -> None:
    """What is the same word in both languages is named here: whatever else is equal was not translated."""
    same = {"fr": {"Total", "Conditions", "Document", "Signatures", "Date"}, "es": {"Total"}}
    for name in (forms.COMMON, forms.CONSENT, "consent-us-v1", *LATEST):
        english = forms.texts(name, "en") if name in forms.FORMS else forms._sections("en")[name]
        said = forms.texts(name, language) if name in forms.FORMS else forms._sections(language)[name]
        for key, text in english.items():
            words = re.search("[A-Za-z]{2}", re.sub(r"\{.*?\}", "", text))
            left = words and said[key] == text and text not in same.get(language, ())
            assert not left, f"services/papers/texts/{language}.json: {name}: {key} is in English: {text}"


@pytest.mark.parametrize("language", OTHERS)
def test_no_clause_and_no_right_is_left_in_english(language: str) -> None:
    for clause in CLAUSES:
        # A title may be the same word.
        (_, english), (_, said) = (worded(clause, LATE_FEE, "EUR", each) for each in ("en", language))
        assert english != said, f"services/agreement/wordings.json: {language}: {clause.promise.name}"
    for pack in packs().values():
        found, theirs = (pack.rights[each] for each in (language, "en"))
        assert not {*found.refusal, *found.scored} & {*theirs.refusal, *theirs.scored}, f"rights.json: {pack.code}"
