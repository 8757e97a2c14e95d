"""What goes out with a mail: the completion letter with the one that says that a loan is fully repaid."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.repayment.v1 import repayment_service_pb2 as repayment_pb
from loanflow.repayment.v1 import statement_pb2
from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid
from loanflow.repayment.v1.repayment_service_pb2_grpc import RepaymentServiceServicer
from loanflow.types.v1.money_pb2 import Money
from services.notification.delivery import PAPER_RETRY
from services.notification.model import Channel
from services.notification.peers import RepaymentPeer
from services.notification.ports import Enclosure
from services.notification.sendgrid import SendGridMailer
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable
from services.runtime.ids import new_id
from tests.fakes.mail_server import page, plain
from tests.fakes.providers import FakeProviders
from tests.harness import Mesh, Servers
from tests.integration.notification.conftest import Service

LOAN, OPEN, AWAY = new_id(), new_id(), new_id()
PDF = b"%PDF-1.7 a letter"


def repaid(running: Service, loan_id: str = LOAN) -> None:
    paid = Money(currency="EUR", amount="15512.30")
    running.happens(LoanFullyRepaid, loan_id=loan_id, value_date="2030-06-01", total_paid=paid)


def settle(running: Service) -> None:
    # Notices of one moment are a millisecond apart.
    running.clock.advance(timedelta(seconds=1))
    while running.deliver():
        pass


def enclosed(mail: Any) -> list[tuple[str, str, bytes]]:
    return [(each.get_filename(), each.get_content_type(), each.get_content()) for each in mail.iter_attachments()]


def test_the_completion_letter_goes_out_with_the_mail_in_its_language(running: Service) -> None:
    repaid(running)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == [("completion-letter.pdf", "application/pdf", f"%PDF-1.7 {LOAN} en".encode())]
    assert "Attached to this mail: completion-letter.pdf\n" in plain(mail).replace("\r\n", "\n")
    assert "completion-letter.pdf" in page(mail)


def test_no_other_mail_has_anything_with_it(running: Service) -> None:
    running.happens(KycApproved)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == []
    assert "Attached" not in plain(mail) + page(mail)


def test_a_letter_that_is_out_of_reach_holds_up_its_own_mail_alone(running: Service) -> None:
    running.letters.away = True
    repaid(running)
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    settle(running)
    assert [enclosed(mail) for mail in running.mail_server.mails] == [[]]
    running.letters.away = False
    settle(running)
    assert len(running.mail_server.mails) == 1
    running.clock.advance(PAPER_RETRY)
    settle(running)
    assert [len(enclosed(mail)) for mail in running.mail_server.mails] == [0, 1]


def test_a_mail_whose_letter_there_is_not_goes_out_and_says_nothing_of_it(running: Service) -> None:
    running.letters.open.add(LOAN)
    repaid(running)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == []
    assert "Attached" not in plain(mail) + page(mail)


def test_by_other_channels_nothing_is_asked_for(running: Service) -> None:
    running.letters.away = True
    repaid(running)
    running.clock.advance(timedelta(seconds=1))
    assert not running.deliver(Channel.SMS)
    assert [each.subject for each in running.inbox()] == ["Your loan is fully repaid"]


def test_sendgrid_gets_the_letter_as_its_api_has_files(running: Service, mesh: Mesh, tmp_path: Path) -> None:
    companies = FakeProviders(mesh.identity("notification"), tmp_path)
    mailer = SendGridMailer(companies.sendgrid())
    running.delivery = replace(running.delivery, providers={Channel.EMAIL: mailer})
    repaid(running)
    settle(running)
    mailer.close()
    companies.stop()
    (mail,) = companies.messages
    (file,) = mail["attachments"]
    assert base64.b64decode(file.pop("content")) == f"%PDF-1.7 {LOAN} en".encode()
    assert file == {"type": "application/pdf", "filename": "completion-letter.pdf", "disposition": "attachment"}


class _Loans(RepaymentServiceServicer):
    """One loan that is repaid, one that is open, one whose customer is out of reach."""

    def GetStatementFile(  # noqa: N802 - the name is the contract's
        self, request: repayment_pb.GetStatementFileRequest, context: grpc.ServicerContext
    ) -> repayment_pb.GetStatementFileResponse:
        assert request.kind == statement_pb2.STATEMENT_KIND_REPAID
        assert request.language == statement_pb2.STATEMENT_LANGUAGE_AR
        if request.loan_id == OPEN:
            raise FailedPrecondition.wrong_status("loan", "OPEN", ["CLOSED"])
        if request.loan_id == AWAY:
            raise Unavailable("the customer service is out of reach")
        if request.loan_id != LOAN:
            raise NotFound("no such loan")
        return repayment_pb.GetStatementFileResponse(file=HttpBody(content_type="application/pdf", data=PDF))


def test_the_letter_comes_from_the_repayment_service(running: Service, mesh: Mesh, client_for: Servers) -> None:
    loans: type[Any] = _Loans
    for name in vars(RepaymentServiceServicer):
        if name[0].isupper() and name not in vars(loans):
            setattr(loans, name, lambda *_: pytest.fail("an unexpected call"))
    owners = {"loan_id": lambda _: "", "payment_id": lambda _: ""}
    target = client_for.serve(loans(), owners=owners, store=running.database).target
    with clients.channel("tested", target, mesh.identity("notification")) as channel:
        peer = RepaymentPeer(channel)
        assert peer.completion_letter(LOAN, "ar") == Enclosure("completion-letter.pdf", "application/pdf", PDF)
        assert peer.completion_letter(OPEN, "ar") is None
        assert peer.completion_letter(new_id(), "ar") is None
        with pytest.raises(Unavailable):
            peer.completion_letter(AWAY, "ar")
