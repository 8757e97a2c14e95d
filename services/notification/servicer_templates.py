"""The RPCs of the wordings of notices: translate, call one use case, translate back."""

import grpc

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceServicer
from services.notification import template_convert as convert
from services.notification.template_handlers import TemplatesApp
from services.runtime.stores.paging import Page


class TemplatesServicer(NotificationServiceServicer):
    """The part of loanflow.notification.v1.NotificationService that is about wordings."""

    def __init__(self, templates: TemplatesApp) -> None:
        self._templates = templates

    def ListTemplates(
        self, request: pb.ListTemplatesRequest, context: grpc.ServicerContext
    ) -> pb.ListTemplatesResponse:
        """All templates."""
        return pb.ListTemplatesResponse(templates=map(convert.from_template, self._templates.list_templates()))

    def PreviewTemplate(
        self, request: pb.PreviewTemplateRequest, context: grpc.ServicerContext
    ) -> pb.PreviewTemplateResponse:
        """What a customer would get."""
        return convert.from_preview(self._templates.preview(convert.to_preview(request)))

    def ProposeTemplateVersion(
        self, request: pb.ProposeTemplateVersionRequest, context: grpc.ServicerContext
    ) -> pb.ProposeTemplateVersionResponse:
        """A wording that waits for a second person."""
        version = self._templates.propose(convert.to_propose(request))
        return pb.ProposeTemplateVersionResponse(template_version=convert.from_version(version))

    def ListTemplateVersions(
        self, request: pb.ListTemplateVersionsRequest, context: grpc.ServicerContext
    ) -> pb.ListTemplateVersionsResponse:
        """A page of wordings."""
        page = self._templates.versions(request.event_type, Page.of(request))
        found = map(convert.from_version, page.items)
        return pb.ListTemplateVersionsResponse(template_versions=found, next_page_token=page.next_token)

    def DecideTemplateVersion(
        self, request: pb.DecideTemplateVersionRequest, context: grpc.ServicerContext
    ) -> pb.DecideTemplateVersionResponse:
        """A wording with its decision."""
        version = self._templates.decide(convert.to_decide(request))
        return pb.DecideTemplateVersionResponse(template_version=convert.from_version(version))

    def WithdrawTemplateVersion(
        self, request: pb.WithdrawTemplateVersionRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawTemplateVersionResponse:
        """A wording that is in force no more."""
        version = self._templates.withdraw(convert.to_withdraw(request))
        return pb.WithdrawTemplateVersionResponse(template_version=convert.from_version(version))
