"""Forms and texts are whole and printable in every language, look as they were seen to look, and bad ones are named."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader

from services.lending import LoanTerms, Method, loan_cost, loan_schedule
from services.papers import LANGUAGES, Unfit, forms
from services.papers.figures import loan_values, payment_lines
from services.papers.formats import Amount, Value
from tests.factories.documents import MADE, NAMES, TERMS, document
from tests.fakes.readers import data_of, glyphs_of, text_of

PAGES = Path(__file__).with_name("pages")
# Pictures that were looked at: every document in one language of each direction, and the agreement in all.
SEEN = [(form, language) for form in forms.FORMS for language in ("en", "ar")]
SEEN += [(f"agreement-v{each}", language) for each in (3, 4, 5) for language in ("de", "es", "fr")]
# Mean difference of grey values, of 255, after a blur that takes the edges of letters away; a missing line is above it.
TOLERATED = 1.0
COMPLETION = json.loads((Path(forms.__file__).with_name("forms") / "completion-v1.json").read_text())


def pages_of(pdf: bytes) -> Image.Image:
    """The pages beside each other, in grey, at 50 dots for an inch."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        found = [page.render(scale=50 / 72).to_pil().convert("L") for page in opened]
    finally:
        opened.close()
    whole = Image.new("L", (sum(each.width for each in found), found[0].height), 255)
    for number, each in enumerate(found):
        whole.paste(each, (number * each.width, 0))
    return whole


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart where they differ most: the greatest mean of a band of a tenth of an inch."""
    if one.size != other.size:
        return 255.0
    blurred = (each.filter(ImageFilter.GaussianBlur(1.5)) for each in (one, other))
    apart = ImageChops.difference(*blurred)
    bands = [apart.crop((0, top, apart.width, top + 5)) for top in range(0, apart.height, 5)]
    return max(ImageStat.Stat(band).mean[0] for band in bands)


def test_every_form_is_whole_and_printable_in_every_language() -> None:
    assert LANGUAGES == ("ar", "de", "en", "es", "fr")
    forms.check()


@pytest.mark.parametrize("form, language", SEEN)
def test_a_document_looks_as_it_was_seen_to_look(form: str, language: str) -> None:
    pdf = document(form, language).pdf()
    kept = PAGES / f"{form}.{language}.png"
    found = pages_of(pdf)
    assert kept.exists(), f"{kept} is missing: look at the page, and keep it by python -m tests.unit.papers.pages"
    assert difference(found, Image.open(kept)) <= TOLERATED, (
        f"{form} in {language} looks otherwise: look at it, and keep it by python -m tests.unit.papers.pages"
    )
    assert 0 not in set(glyphs_of(pdf))
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == language
    assert reader.metadata is not None and reader.metadata.creation_date_raw == "D:20300615000000Z"
    title = data_of(pdf)["title"]
    assert title in (reader.metadata.title or "") and "{" not in text_of(pdf)


@pytest.mark.parametrize(
    "values", [{"borrower_address": ("10115 Berlin",)}, {"borrower": "A much longer name of someone"}]
)
def test_a_line_that_is_missing_or_another_is_seen(values: dict[str, Any]) -> None:
    kept = document("completion-v1", "en")
    other = replace(kept, values={**kept.values, **values})
    assert difference(pages_of(kept.pdf()), pages_of(other.pdf())) > TOLERATED


def changed(place: str, value: Any) -> dict[str, Any]:
    form = deepcopy(COMPLETION)
    form["blocks"][1][place] = value
    return dict(form)


@pytest.mark.parametrize(
    "form, words, said",
    [
        (changed("text", "no_such"), {}, "completion-v1 in de: has no text no_such"),
        (changed("when", "no_such"), {}, "a block of text names no_such, which is no variable"),
        (COMPLETION, {"intro": "On {payday} it was repaid."}, "the text intro names payday, which is no variable"),
        (COMPLETION, {"title": "For {nobody}"}, "the text title names nobody, which is no variable"),
    ],
)
def test_an_unfit_form_is_refused_with_its_name(form: dict[str, Any], words: dict[str, str], said: str) -> None:
    texts = {**forms.texts("completion-v1", "de"), **words}
    with pytest.raises(Unfit, match=said):
        forms.lint("completion-v1", "de", form, texts)


def test_a_text_that_no_font_has_is_refused_with_the_fonts() -> None:
    with pytest.raises(Unfit, match=r"the texts of de: none of Noto Sans, .* has ᚠ \(U\+16A0\)"):
        forms.printed("de", {"common-v1": {"page": "Seite ᚠ"}})


def test_values_that_are_missing_or_unknown_are_refused() -> None:
    values: dict[str, Value] = {"reference": "l1", "made": MADE, "principal": Amount(Decimal(1), "EUR"), "color": "red"}
    with pytest.raises(Unfit, match=r"missing \['closed', 'start', 'total_paid'\] and does not know \['color'\]"):
        forms.filled("completion-v1", "en", values)
    for form, language in (("completion-v0", "en"), ("completion-v1", "tlh")):
        with pytest.raises(Unfit, match=r"completion-v0|tlh"):
            forms.filled(form, language, values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_borrower_and_the_figures_are_read_back(language: str) -> None:
    pdf = document("statement-v2", language).pdf()
    assert NAMES[language] in text_of(pdf)
    data = data_of(pdf)
    assert data["values"]["closing"] == {"amount": "13783.72", "currency": "EUR"}
    assert data["values"]["rows"][1][3]["amount"] == "-1454.77" and data["language"] == language


@pytest.mark.parametrize("method", Method)
def test_the_figures_of_the_disclosure_are_those_of_the_engine(method: Method) -> None:
    terms = LoanTerms(TERMS.principal, "USD", TERMS.annual_rate_percent, 36, method=method, fee=TERMS.fee)
    cost, schedule = loan_cost(terms, MADE), loan_schedule(terms, MADE)
    values: dict[str, Any] = loan_values(terms, cost, schedule)
    # 12 CFR 1026.18: what is financed and what it costs make the total of payments, and so do the payments.
    assert values["amount_financed"].value + values["finance_charge"].value == values["total_paid"].value
    lines: Any = payment_lines(schedule)
    assert sum(count * each.value for count, each, _ in lines) == values["total_paid"].value
    assert sum(count for count, _, _ in lines) == len(schedule.rows)
