"""The papers of an agreement are in one language: the customer's when it was made, the law's, or the lender's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from services import law
from services.agreement import verify
from services.agreement.evidence import EVIDENCE_FILE, attachments
from services.law import packs
from services.papers import LANGUAGES, lender_of
from services.papers.forms import texts
from tests.fakes.readers import data_of, language_of
from tests.fakes.signatories import ADA
from tests.integration.agreement.conftest import Agreements

PAPERS = ("AGREEMENT", "PRECONTRACT", "SCHEDULE")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_paper_is_in_the_language_that_the_customer_had_when_the_agreement_was_made(
    agreements: Agreements, language: str
) -> None:
    agreements.follow("EU")
    agreements.parties.party_ = replace(ADA, language=language)
    application_id = agreements.made()
    # Another choice since then changes no paper of this agreement.
    agreements.parties.party_ = replace(ADA, language="fr")
    papers = {name: agreements.pdf(application_id, document=name) for name in PAPERS}
    assert data_of(papers["PRECONTRACT"])["title"] == texts("precontract-eu-v1", language)["title"]
    agreements.confirm(application_id, agreements.start(application_id))
    signed, certificate = agreements.pdf(application_id), agreements.pdf(application_id, document="CERTIFICATE")
    papers |= {"SIGNED": signed, "CERTIFICATE": certificate}
    for name, pdf in papers.items():
        assert language_of(pdf) == language, name
    agreed = json.loads(attachments(signed)[EVIDENCE_FILE])["consent"]
    assert (agreed["language"], agreed["version"]) == (language, "consent-v1")
    assert agreements.verify(application_id).intact
    report = verify.checked(signed)
    assert report.intact, report.faults


def test_a_customer_without_a_language_gets_the_lender_s(agreements: Agreements) -> None:
    assert language_of(agreements.pdf(agreements.made())) == lender_of().language == "en"


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pack of law that wants papers in French, as loi no. 94-665, art. 2, does."""
    pack = replace(packs()["EU"], language="fr")
    monkeypatch.setattr(law, "packs", lambda: {**packs(), "EU": pack})
    law.pack_by_facility.cache_clear()
    yield
    law.pack_by_facility.cache_clear()


@pytest.mark.usefixtures("french")
def test_what_the_law_wants_counts_before_what_the_customer_wants(agreements: Agreements) -> None:
    agreements.follow("EU")
    agreements.parties.party_ = replace(ADA, language="de")
    application_id = agreements.made()
    assert {language_of(agreements.pdf(application_id, document=name)) for name in PAPERS} == {"fr"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", packs())
def test_one_that_is_made_again_is_what_it_was_whatever_it_would_be_now(
    agreements: Agreements, language: str, code: str
) -> None:
    """Its store has lost it, and since then the customer chose another language, and the facility type another law."""
    agreements.follow(code)
    agreements.parties.party_ = replace(agreements.parties.party_, language=language)
    application_id = agreements.made()
    before, kept = agreements.pdf(application_id), agreements.read(application_id)
    agreements.pdf(application_id, document="PRECONTRACT")
    agreements.follow("US" if code == "EU" else "EU")
    law.pack_by_facility.cache_clear()
    agreements.parties.party_ = replace(agreements.parties.party_, language="fr" if language == "ar" else "ar")
    agreements.clock.advance(timedelta(days=40))
    (key,) = (each for each in agreements.keys(application_id) if "/agreement-" in each)
    agreements.files.delete(key)
    again = agreements.generate(application_id)
    assert data_of(agreements.pdf(application_id)) == data_of(before)
    assert (again.generate_time, again.cost) == (kept.generate_time, kept.cost)
    said = agreements.traffic.audit(application_id)[-1]["why"]
    assert said.endswith("present particulars"), said
    agreements.start(application_id)
