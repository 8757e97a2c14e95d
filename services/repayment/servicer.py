"""The RPCs of the repayment service: translate, call one use case, translate back."""

from collections.abc import Callable, Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.repayment.v1.repayment_service_pb2_grpc import RepaymentServiceServicer
from services.repayment import convert
from services.repayment.daily_run import DailyRunner
from services.repayment.handlers import RECEIPT_BYTES, RECEIPTS, App
from services.repayment.sheets import Sheets
from services.repayment.withdrawals import Withdrawals
from services.runtime.files import downloads, uploads
from services.runtime.files.uploads import UploadRules
from services.runtime.stores.paging import Page


class RepaymentServicer(RepaymentServiceServicer):
    """loanflow.repayment.v1.RepaymentService."""

    def __init__(
        self, app: App, runner: DailyRunner, sheets: Sheets, withdrawals: Withdrawals,
        receipt_bytes: Callable[[], int] = lambda: RECEIPT_BYTES,
    ) -> None:  # fmt: skip
        self._app, self._runner, self._sheets, self._withdrawals = app, runner, sheets, withdrawals
        self._receipt_bytes = receipt_bytes

    def RecordPayment(
        self, request: pb.RecordPaymentRequest, context: grpc.ServicerContext
    ) -> pb.RecordPaymentResponse:
        """A payment recorded."""
        recorded = self._app.record(convert.to_record(request))
        return pb.RecordPaymentResponse(payment=convert.from_payment(recorded))

    def UploadProof(
        self, request_iterator: Iterator[pb.UploadProofRequest], context: grpc.ServicerContext
    ) -> pb.UploadProofResponse:
        """A receipt stored."""
        first, pieces = uploads.first_of(request_iterator)
        rules = UploadRules(RECEIPTS, self._receipt_bytes())
        recorded = self._app.upload_proof(first.payment_id, uploads.read(pieces, rules))
        return pb.UploadProofResponse(payment=convert.from_payment(recorded))

    def GetProof(self, request: pb.GetProofRequest, context: grpc.ServicerContext) -> Iterator[pb.GetProofResponse]:
        """The receipt of a payment."""
        proof, chunks = self._app.receipt(request.payment_id)
        downloads.attach(context, convert.receipt_file_name(proof))
        for chunk in chunks:
            yield pb.GetProofResponse(file=HttpBody(content_type=proof.content_type, data=chunk))

    def WithdrawPayment(
        self, request: pb.WithdrawPaymentRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawPaymentResponse:
        """A payment taken back by its payer."""
        return pb.WithdrawPaymentResponse(payment=convert.from_payment(self._app.withdraw(request.payment_id)))

    def VerifyPayment(
        self, request: pb.VerifyPaymentRequest, context: grpc.ServicerContext
    ) -> pb.VerifyPaymentResponse:
        """A payment accepted or rejected."""
        recorded = self._app.decide(convert.to_decide(request))
        return pb.VerifyPaymentResponse(payment=convert.from_payment(recorded))

    def ReversePayment(
        self, request: pb.ReversePaymentRequest, context: grpc.ServicerContext
    ) -> pb.ReversePaymentResponse:
        """A payment taken back."""
        recorded = self._app.reverse(convert.to_reverse(request))
        return pb.ReversePaymentResponse(payment=convert.from_payment(recorded))

    def WaiveFee(self, request: pb.WaiveFeeRequest, context: grpc.ServicerContext) -> pb.WaiveFeeResponse:
        """A late fee given up."""
        waived = self._app.waive(convert.to_waive(request))
        owed = self._app.outstanding(request.loan_id)
        return convert.from_waived(waived, owed)

    def ListPayments(self, request: pb.ListPaymentsRequest, context: grpc.ServicerContext) -> pb.ListPaymentsResponse:
        """The payments of a loan."""
        page = self._app.payments(request.loan_id, Page.of(request))
        return pb.ListPaymentsResponse(payments=map(convert.from_payment, page.items), next_page_token=page.next_token)

    def GetOutstanding(
        self, request: pb.GetOutstandingRequest, context: grpc.ServicerContext
    ) -> pb.GetOutstandingResponse:
        """What is owed today."""
        found = self._app.outstanding(request.loan_id)
        return pb.GetOutstandingResponse(outstanding=convert.from_outstanding(found))

    def GetPayoff(self, request: pb.GetPayoffRequest, context: grpc.ServicerContext) -> pb.GetPayoffResponse:
        """What closes the loan on a day."""
        return pb.GetPayoffResponse(payoff=convert.from_payoff(self._app.payoff(convert.to_quote(request))))

    def GetStatement(self, request: pb.GetStatementRequest, context: grpc.ServicerContext) -> pb.GetStatementResponse:
        """What happened in a period."""
        statement = self._app.statement(convert.to_period(request))
        return pb.GetStatementResponse(statement=convert.from_statement(statement, request.loan_id))

    def GetStatementFile(
        self, request: pb.GetStatementFileRequest, context: grpc.ServicerContext
    ) -> pb.GetStatementFileResponse:
        """The same as a file."""
        order = convert.to_order(request)
        file = self._sheets.file(order)
        downloads.attach(context, convert.statement_file_name(order))
        return convert.from_statement_file(file)

    def GetYear(self, request: pb.GetYearRequest, context: grpc.ServicerContext) -> pb.GetYearResponse:
        """What was paid in a year."""
        return convert.from_year(self._app.year(request.loan_id, request.year))

    def GetWithdrawal(
        self, request: pb.GetWithdrawalRequest, context: grpc.ServicerContext
    ) -> pb.GetWithdrawalResponse:
        """Whether a borrower can withdraw from the agreement, and what is owed then."""
        standing = self._withdrawals.standing(request.loan_id)
        return pb.GetWithdrawalResponse(withdrawal=convert.from_standing(standing))

    def DeclareWithdrawal(
        self, request: pb.DeclareWithdrawalRequest, context: grpc.ServicerContext
    ) -> pb.DeclareWithdrawalResponse:
        """A withdrawal declared."""
        standing = self._withdrawals.declare(convert.to_declare(request))
        return pb.DeclareWithdrawalResponse(withdrawal=convert.from_standing(standing))

    def CloseLoan(self, request: pb.CloseLoanRequest, context: grpc.ServicerContext) -> pb.CloseLoanResponse:
        """A loan closed."""
        return pb.CloseLoanResponse(loan=convert.from_loan(self._app.close(request.loan_id)))

    def RunDaily(self, request: pb.RunDailyRequest, context: grpc.ServicerContext) -> pb.RunDailyResponse:
        """The work of a business date."""
        return pb.RunDailyResponse(daily_run=convert.from_progress(self._runner.run(convert.to_run(request))))
