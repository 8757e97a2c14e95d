"""The RPCs of the agreement service: translate, call one use case, translate back."""

from collections.abc import Callable, Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.agreement.v1.agreement_service_pb2_grpc import AgreementServiceServicer
from services.agreement import convert
from services.agreement.documents import PDF
from services.agreement.handlers import App
from services.agreement.leaflets import AgreementDocument
from services.runtime.files import downloads, uploads
from services.runtime.files.uploads import UploadRules


class AgreementServicer(AgreementServiceServicer):
    """loanflow.agreement.v1.AgreementService."""

    def __init__(self, app: App, max_upload_bytes: Callable[[], int]) -> None:
        self._app, self._max_upload_bytes = app, max_upload_bytes

    def Generate(self, request: pb.GenerateRequest, context: grpc.ServicerContext) -> pb.GenerateResponse:
        """The agreement, its PDF stored."""
        agreement = self._app.generate(request.application_id)
        return pb.GenerateResponse(agreement=convert.from_agreement(agreement))

    def GetAgreement(self, request: pb.GetAgreementRequest, context: grpc.ServicerContext) -> pb.GetAgreementResponse:
        """One agreement."""
        agreement = self._app.read(request.application_id)
        return pb.GetAgreementResponse(agreement=convert.from_agreement(agreement))

    def GetPdf(self, request: pb.GetPdfRequest, context: grpc.ServicerContext) -> Iterator[pb.GetPdfResponse]:
        """The PDF."""
        wanted = convert.to_document(request)
        if wanted is AgreementDocument.AGREEMENT:
            chunks = self._app.download(request.application_id, request.signed_copy)
        else:
            chunks = self._app.document(request.application_id, wanted)
        downloads.attach(context, f"{wanted.name.lower()}-{request.application_id}.pdf")
        for chunk in chunks:
            yield pb.GetPdfResponse(file=HttpBody(content_type=PDF, data=chunk))

    def StartSigning(self, request: pb.StartSigningRequest, context: grpc.ServicerContext) -> pb.StartSigningResponse:
        """A code on its way."""
        signing = self._app.start_signing(request.application_id)
        return pb.StartSigningResponse(signing=convert.from_signing(signing))

    def ConfirmSigning(
        self, request: pb.ConfirmSigningRequest, context: grpc.ServicerContext
    ) -> pb.ConfirmSigningResponse:
        """The agreement, signed."""
        headers = {str(key): str(value) for key, value in context.invocation_metadata() or ()}
        agreement = self._app.confirm_signing(request.application_id, request.code, convert.to_origin(headers))
        return pb.ConfirmSigningResponse(agreement=convert.from_agreement(agreement))

    def UploadSigned(
        self, request_iterator: Iterator[pb.UploadSignedRequest], context: grpc.ServicerContext
    ) -> pb.UploadSignedResponse:
        """The agreement with a copy that waits for an officer."""
        first, requests = uploads.first_of(request_iterator)
        rules = UploadRules(frozenset({PDF}), self._max_upload_bytes())
        agreement = self._app.upload_copy(first.application_id, uploads.read(requests, rules))
        return pb.UploadSignedResponse(agreement=convert.from_agreement(agreement))

    def ConfirmUpload(
        self, request: pb.ConfirmUploadRequest, context: grpc.ServicerContext
    ) -> pb.ConfirmUploadResponse:
        """The agreement after an officer's decision on its copy."""
        agreement = self._app.confirm_copy(convert.to_confirm_copy(request))
        return pb.ConfirmUploadResponse(agreement=convert.from_agreement(agreement))

    def VerifyAgreement(
        self, request: pb.VerifyAgreementRequest, context: grpc.ServicerContext
    ) -> pb.VerifyAgreementResponse:
        """Whether the stored files are what was recorded."""
        verification = self._app.verify(request.application_id)
        return pb.VerifyAgreementResponse(verification=convert.from_verification(verification))
