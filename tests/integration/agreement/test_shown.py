"""Nothing is signed that was not shown: consent and file go out with the code, and have to come back with it."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from services.agreement import verify
from services.agreement.evidence import EVIDENCE_FILE, attachments
from services.law import packs
from services.papers.forms import consent
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.stores.data_keys import key_of
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.test_agreement import refusal

Status = agreement_pb2.AgreementStatus


def started(agreements: Agreements, application_id: str) -> Any:
    request = pb.StartSigningRequest(application_id=application_id)
    return agreements.client().StartSigning(request).signing


def agreed(shown: Any) -> dict[str, str]:
    return {"consent_version": shown.consent_version, "document_sha256": shown.document_sha256}


def row(agreements: Agreements, application_id: str) -> Any:
    return agreements.traffic.store.database["agreements"].find_one({"_id": application_id})


def evidence(agreements: Agreements, application_id: str) -> Any:
    return json.loads(attachments(agreements.pdf(application_id))[EVIDENCE_FILE])


@pytest.mark.parametrize("field, other", [("consent_version", "consent-v9"), ("document_sha256", "f" * 64)])
def test_what_was_not_shown_is_refused_and_nothing_is_done(agreements: Agreements, field: str, other: str) -> None:
    application_id = agreements.made()
    code, before = agreements.start(application_id), agreements.read(application_id)
    for tried in (code, f"{(int(code) + 1) % 10**6:06}"):
        with pytest.raises(FailedPrecondition) as caught:
            agreements.confirm(application_id, tried, agreed={field: other})
        assert (caught.value.reason, caught.value.metadata) == ("NOT_AS_SHOWN", {"field": field})
    assert agreements.read(application_id) == before
    assert len(agreements.keys(application_id)) == 1
    # It was no try: the code is good, and has all of them left.
    assert agreements.confirm(application_id, code).status == Status.AGREEMENT_STATUS_SIGNED
    assert evidence(agreements, application_id)["code"]["tries"] == 1


def test_who_does_not_say_what_they_were_shown_signs_nothing(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    for missing in ("consent_version", "document_sha256"):
        with refusal(InvalidArgument, "INVALID_FIELD"):
            agreements.confirm(application_id, code, agreed={missing: ""})


def test_what_is_shown_is_what_is_signed_and_is_evidence_of_it(agreements: Agreements) -> None:
    application_id = agreements.made()
    shown = started(agreements, application_id)
    unsigned = agreements.pdf(application_id)
    assert shown.document_sha256 == hashlib.sha256(unsigned).hexdigest()
    code = agreements.mail.codes[application_id][-1]
    agreements.clock.advance(timedelta(seconds=90))
    with refusal(InvalidArgument, "CODE_WRONG"):
        agreements.confirm(application_id, f"{(int(code) + 1) % 10**6:06}", agreed=agreed(shown))
    agreements.confirm(application_id, code, agreed=agreed(shown))
    said = evidence(agreements, application_id)
    assert said["document_sha256"] == shown.document_sha256
    assert said["consent"]["sha256"] == hashlib.sha256(shown.consent_text.encode()).hexdigest()
    assert (said["code"]["sent_to"], said["code"]["channel"], said["code"]["tries"]) == ("a•••@example.org", "EMAIL", 2)
    assert code not in json.dumps({**said, "code_hash": "", "time": ""})


def test_a_file_that_is_made_anew_is_shown_anew(agreements: Agreements) -> None:
    application_id = agreements.made()
    code, shown = agreements.start(application_id), dict(agreements.shown[application_id])
    agreements.files.delete(agreements.keys(application_id)[0])
    agreements.generate(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.confirm(application_id, code)
    again = agreements.start(application_id)
    with refusal(FailedPrecondition, "NOT_AS_SHOWN"):
        agreements.confirm(application_id, again, agreed=shown)
    assert agreements.confirm(application_id, again).status == Status.AGREEMENT_STATUS_SIGNED


def test_a_code_of_the_release_before_is_asked_for_again(agreements: Agreements) -> None:
    """A replica of before has sent it, and kept nothing of what was shown."""
    application_id = agreements.made()
    code = agreements.start(application_id)
    rows = agreements.traffic.store.database["agreements"]
    lacks = ("signing.shown", "signing.sent_to", "signing.send_time", "given", "contract.law", "contract.language")
    rows.update_one({"_id": application_id}, {"$unset": dict.fromkeys(lacks, "")})
    with refusal(FailedPrecondition, "NOT_AS_SHOWN"):
        agreements.confirm(application_id, code)
    assert agreements.confirm(application_id, agreements.start(application_id)).status == Status.AGREEMENT_STATUS_SIGNED


def test_where_a_code_went_is_sealed_and_kept_no_longer_than_the_code(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    kept = row(agreements, application_id)["signing"]["sent_to"]
    assert key_of(kept) is not None and "example.org" not in kept
    assert "example.org" not in str(agreements.traffic.audit(application_id))
    agreements.confirm(application_id, code)
    assert row(agreements, application_id)["signing"] is None


def test_the_american_consent_is_that_of_its_pack(agreements: Agreements) -> None:
    agreements.follow("US")
    application_id = agreements.made()
    agreements.pdf(application_id, document="PRECONTRACT")
    shown = started(agreements, application_id)
    assert (shown.consent_version, shown.consent_text) == consent("en", packs()["US"].consent)
    for said in ("on paper", "withdraw this consent", "web browser", "By downloading the disclosures"):
        assert said in shown.consent_text
    agreements.confirm(application_id, agreements.mail.codes[application_id][-1], agreed=agreed(shown))
    report = verify.checked(agreements.pdf(application_id))
    assert report.intact and report.pages[0].consent == "consent-us-v1"
