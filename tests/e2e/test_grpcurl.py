"""grpcurl walks one loan's journey at the edge, the very one of the Postman collection, with nothing but reflection."""

from pathlib import Path

import pytest

from proto.plugins import journey
from stack.demo.documents import sample_pdf
from stack.demo.mailbox import Mailbox
from stack.demo.registration import SUBJECT
from stack.demo.staff import Staff, credentials
from stack.layout import Layout
from tests.e2e.grpcurl import UnexpectedError, Walker
from tests.e2e.test_postman import invitations

JOURNEY = journey.read(Path(__file__).resolve().parents[2] / "proto" / "journey.yaml")


@pytest.fixture
def walker(layout: Layout, staff: Staff, tmp_path: Path) -> Walker:
    """The administrator at a terminal."""
    variables = {
        **JOURNEY["environment"],
        **credentials(layout),
        "paper": str(sample_pdf(tmp_path, "paper", "Ada Lovelace")),
    }
    return Walker(f"127.0.0.1:{layout.ports.of('edge')}", variables, staff.admin.token)


def test_grpcurl_walks_one_loans_journey(layout: Layout, walker: Walker) -> None:
    until_invited, until_confirmed, until_signed, to_the_end = journey.parts(JOURNEY)
    walker.walk(until_invited.steps)
    walker.variables |= invitations(layout.mails, walker.variables.__getitem__)
    walker.walk(until_confirmed.steps)
    mailbox = Mailbox(layout.mails, walker.variables["customerEmail"])
    walker.variables["confirmation"] = mailbox.token(SUBJECT)
    walker.walk(until_signed.steps)
    walker.variables["code"] = mailbox.code()
    walker.walk(to_the_end.steps)
    (pays,) = (step["name"] for step in to_the_end.steps if step["call"] == "RepaymentService_RecordPayment")
    assert walker.asked[pays] == 2


def test_a_refusal_is_answered_with_its_reason(walker: Walker) -> None:
    sign_in, _ = JOURNEY["sign_in"]
    walker.variables["password"] = "not the password"
    with pytest.raises(UnexpectedError, match=rf"(?s){sign_in['name']}.*BAD_CREDENTIALS"):
        walker.walk([sign_in])
