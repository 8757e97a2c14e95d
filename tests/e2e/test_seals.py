"""An agreement of the running platform, checked as anybody would: at which level it is sealed, and by which key.

Without the timestamp authority a signer is refused, and signs by the same code once it is back.
"""

from pathlib import Path

import httpx
from cryptography import x509

from services.agreement import verify
from services.papers.seals import B_LT
from stack import papers as sealing
from stack.demo import papers
from stack.demo.mailbox import Mailbox
from stack.demo.signing import ask_to_sign, confirm_signing
from stack.layout import Layout
from stack.servers import timestamps
from tests.e2e.conftest import NewJourney
from tests.e2e.outages import Impatient, away


def roots(layout: Layout) -> list[x509.Certificate]:
    """What the lender publishes: the authority of its seals, and that of their times."""
    chain = layout.secret_file(sealing.chain_secret("agreement")).read_bytes()
    return [
        x509.load_pem_x509_certificates(chain)[-1],
        x509.load_pem_x509_certificate(timestamps.root(layout).read_bytes()),
    ]


def test_an_agreement_has_a_key_of_the_key_service_the_time_of_an_authority_and_lists_of_both(
    layout: Layout, new_journey: NewJourney, raw: httpx.Client, tmp_path: Path
) -> None:
    journey = new_journey()
    journey.register()
    journey.apply()
    journey.agree()
    journey.wait("AGREEMENT_GENERATED")
    agreement = f"/api/v1/agreement/{journey.application_id}"
    shown = ask_to_sign(journey.customer, journey.application_id)
    code = Mailbox(journey.mail_folder, journey.email).code()
    with away(layout, "timestamps"):
        Impatient(raw, journey.customer).waits("POST", f"{agreement}/esign/confirm", json={"code": code, **shown})
        assert journey.customer.get(agreement)["agreement"]["status"] == "AGREEMENT_STATUS_SIGNING"
    confirm_signing(journey.customer, journey.application_id, code, shown)
    report = verify.checked(journey.keep(papers.AGREEMENT).read_bytes(), roots(layout))
    assert report.intact and [each["method"] for each in report.signatures] == ["ONE_TIME_CODE"]
    assert [seal.countersigns for seal in report.seals] == [False, True]
    found = journey.customer.get(f"{agreement}/verify")["verification"]
    assert (found["finding"], found["faults"], found["termsIntact"]) == ("SEAL_FINDING_SEALED", [], True)
    for seal, said in zip(report.seals, found["seals"], strict=True):
        assert (seal.level, seal.timestamped, seal.authority) == (B_LT, True, "Timestamps (stand-in)")
        assert seal.key.startswith("seal-agreement, version ")
        assert (said["trusted"], said["timestamped"], said["level"], said["key"]) == (True, True, B_LT, seal.key)
        assert said["certificateSha256"] == seal.certificate_sha256
    (signature,) = found["signatures"]
    assert (signature["fullName"], signature["documentSha256"]) == (journey.applicant.name, shown["documentSha256"])
