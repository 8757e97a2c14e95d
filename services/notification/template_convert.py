"""Between the contract and the wordings; pure."""

from typing import Any

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1 import preferences_pb2, template_pb2
from services.notification.template_handlers import (
    DecideTemplateVersion,
    Preview,
    PreviewTemplate,
    ProposeTemplateVersion,
    Template,
    WithdrawTemplateVersion,
)
from services.notification.template_versions import TemplateVersion
from services.notification.templates import ENGLISH
from services.runtime.messages import In, Out

_LANGUAGE = "NOTICE_LANGUAGE_"
_LANGUAGE_GIVEN = {"language": preferences_pb2.NoticeLanguage}
_PREVIEW = In(pb.PreviewTemplateRequest, PreviewTemplate, given={"language": str})
_PROPOSE = In(pb.ProposeTemplateVersionRequest, ProposeTemplateVersion, given={"language": str})
_DECIDE = In(pb.DecideTemplateVersionRequest, DecideTemplateVersion)
_WITHDRAW = In(pb.WithdrawTemplateVersionRequest, WithdrawTemplateVersion)
_SHOWN = Out(Preview, pb.PreviewTemplateResponse)
_TEMPLATE = Out(Template, template_pb2.Template, given={"in_force": list[template_pb2.WordingInForce]})
_VERSION = Out(TemplateVersion, template_pb2.TemplateVersion, given=_LANGUAGE_GIVEN)


def to_language(number: Any) -> str:
    """The language of the contract's, ISO 639-1; empty for none."""
    return preferences_pb2.NoticeLanguage.Name(number).removeprefix(_LANGUAGE).lower() if number else ""


def from_language(language: str) -> Any:
    """The contract's language of one, ISO 639-1; unspecified for none."""
    return preferences_pb2.NoticeLanguage.Value(f"{_LANGUAGE}{language.upper() or 'UNSPECIFIED'}")


def to_preview(request: pb.PreviewTemplateRequest) -> PreviewTemplate:
    """What is to be seen."""
    return _PREVIEW(request, language=to_language(request.language) or ENGLISH)


def to_propose(request: pb.ProposeTemplateVersionRequest) -> ProposeTemplateVersion:
    """The command of a request."""
    return _PROPOSE(request, language=to_language(request.language))


def to_decide(request: pb.DecideTemplateVersionRequest) -> DecideTemplateVersion:
    """The command of a request."""
    return _DECIDE(request)


def to_withdraw(request: pb.WithdrawTemplateVersionRequest) -> WithdrawTemplateVersion:
    """The command of a request."""
    return _WITHDRAW(request)


def from_preview(preview: Preview) -> pb.PreviewTemplateResponse:
    """What a customer would get."""
    return _SHOWN(preview)


def from_template(template: Template) -> template_pb2.Template:
    """How customers are told of a type of event."""
    rows = [
        template_pb2.WordingInForce(language=from_language(language), template_version=version)
        for language, version in template.in_force.items()
    ]
    return _TEMPLATE(template, in_force=rows)


def from_version(version: TemplateVersion) -> template_pb2.TemplateVersion:
    """The resource of a wording."""
    return _VERSION(version, language=from_language(version.language))
