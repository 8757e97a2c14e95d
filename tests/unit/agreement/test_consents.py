"""A consent that was given stays what it was when the next text comes: to whoever checks a copy, and on its pages."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from services.agreement import pdf, verify
from services.agreement.evidence import EVIDENCE_FILE, SignaturePage, attachments, evidence_file, page_of
from services.agreement.pdf import contract_pdf, signed_pdf
from services.papers import LANGUAGES, Unfit, forms
from services.papers.forms import CONSENT, consent
from tests.fakes.readers import text_of
from tests.unit.agreement.test_pdf import contract_data
from tests.unit.agreement.test_seals import page, sealed, sealer

NEXT = "consent-v2"
NEXT_TEXT = "I agree to another thing."


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts of a time when there is a further one."""
    known = forms._sections
    monkeypatch.setattr(forms, "_sections", lambda language: {**known(language), NEXT: {"text": NEXT_TEXT}})


def agreed(*pages: SignaturePage) -> bytes:
    found = None
    for each in pages:
        found = sealer().seal(signed_pdf(sealed(), each, found), "signed")
    assert found is not None
    return found


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("versions", [[CONSENT], [NEXT], [CONSENT, NEXT], [NEXT, CONSENT]])
def test_a_copy_is_held_against_the_text_that_its_evidence_names(versions: list[str]) -> None:
    """Also when the text was changed between two signatures."""
    content = agreed(*(page(consent=version) for version in versions))
    report = verify.checked(content, sealer().certificates)
    assert report.intact, report.faults
    assert [each["consent"]["version"] for each in report.signatures] == versions
    said = " ".join(text_of(content).split())
    for version in (CONSENT, NEXT):
        assert said.count(consent("en", version)[1][:20]) == versions.count(version)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_agreed_to_is_in_the_evidence_and_read_from_it(language: str) -> None:
    for version in (CONSENT, NEXT):
        made = evidence_file(page(consent=version), language, "00" * 32)
        said = json.loads(made)["consent"]
        text = consent(language, version)[1]
        assert said == {"version": version, "language": language, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        assert page_of(made) == page(consent=version)


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"version": "consent-v9"}, "the consent is of no known text: consent-v9 in en: is no consent"),
        ({"version": "common-v1"}, "the consent is of no known text: common-v1 in en: is no consent"),
        ({"version": ""}, "the consent is of no known text:  in en: is no consent"),
        ({"language": "tlh"}, "the consent is of no known text: tlh: is no language of the documents"),
        ({"sha256": "00" * 32}, "the consent is not the known text of consent-v1"),
    ],
)
def test_a_consent_that_nobody_knows_is_named(
    changes: dict[str, str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.loads(attachments(agreed(page()))[EVIDENCE_FILE])
    said["consent"] |= changes
    monkeypatch.setattr(pdf, "evidence_file", lambda *_: json.dumps(said).encode())
    monkeypatch.setattr(pdf, "page_of", lambda _: page())
    (found,) = verify.checked(agreed(page()), sealer().certificates).faults
    assert found.startswith(fault)


@pytest.mark.parametrize("asked", [("en", "consent-v9"), ("en", "signature-v3"), ("tlh", CONSENT)])
def test_a_text_that_there_is_not_is_refused_by_name(asked: tuple[str, str]) -> None:
    with pytest.raises(Unfit, match=asked[1] if asked[0] == "en" else asked[0]):
        consent(*asked)


def test_a_signature_of_now_is_of_the_present_text() -> None:
    contract: Any = replace(contract_data(), language="fr")
    made = json.loads(attachments(signed_pdf(contract_pdf(contract), page()))[EVIDENCE_FILE])
    assert (made["consent"]["version"], made["consent"]["language"]) == (CONSENT, "fr")
