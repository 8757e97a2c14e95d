"""The RPCs of the agreement service: translate, call one use case, translate back."""

from collections.abc import Callable, Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.agreement.v1.agreement_service_pb2_grpc import AgreementServiceServicer
from services.agreement import convert
from services.agreement.adobe_sign import CLIENT_ID
from services.agreement.documents import PDF
from services.agreement.events import SigningMethod
from services.agreement.handlers import App
from services.agreement.leaflets import AgreementDocument
from services.agreement.provider_handlers import ProviderSignings
from services.runtime.files import downloads, uploads
from services.runtime.files.uploads import UploadRules
from services.runtime.serving.interceptors.context import metadata


class AgreementServicer(AgreementServiceServicer):
    """loanflow.agreement.v1.AgreementService."""

    def __init__(self, app: App, max_upload_bytes: Callable[[], int], providers: ProviderSignings) -> None:
        self._app, self._max_upload_bytes, self._providers = app, max_upload_bytes, providers

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
        agreement = self._app.confirm_signing(convert.to_confirm_signing(request), convert.to_origin(headers))
        return pb.ConfirmSigningResponse(agreement=convert.from_agreement(agreement))

    def BeginProviderSigning(
        self, request: pb.BeginProviderSigningRequest, context: grpc.ServicerContext
    ) -> pb.BeginProviderSigningResponse:
        """Where the caller signs."""
        begun = self._providers.begin_signing(request.application_id)
        return pb.BeginProviderSigningResponse(
            session=convert.from_session(begun.session), signing_url=begun.signing_url
        )

    def ReportDocusignEvent(
        self, request: pb.ReportDocusignEventRequest, context: grpc.ServicerContext
    ) -> pb.ReportDocusignEventResponse:
        """What becomes of an envelope."""
        headers = metadata(context)
        self._providers.hear(SigningMethod.DOCUSIGN, request.application_id, request.event.data, headers)
        return pb.ReportDocusignEventResponse()

    def ReportAdobeSignEvent(
        self, request: pb.ReportAdobeSignEventRequest, context: grpc.ServicerContext
    ) -> pb.ReportAdobeSignEventResponse:
        """What becomes of an agreement there; the application's name goes back, or it comes again."""
        headers = metadata(context)
        self._providers.hear(SigningMethod.ADOBE_SIGN, "", request.event.data, headers)
        context.send_initial_metadata(((CLIENT_ID, headers.get(CLIENT_ID, "")),))
        return pb.ReportAdobeSignEventResponse()

    def ConfirmAdobeSignWebhook(
        self, request: pb.ConfirmAdobeSignWebhookRequest, context: grpc.ServicerContext
    ) -> pb.ConfirmAdobeSignWebhookResponse:
        """That the webhook is ours, by the name of the application."""
        client_id = self._providers.client_of_adobe(metadata(context))
        context.send_initial_metadata(((CLIENT_ID, client_id),))
        return pb.ConfirmAdobeSignWebhookResponse()

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
