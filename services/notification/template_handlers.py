"""The use cases of wordings: seen by staff, proposed by one person, put in force by another, taken back by any."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from google.protobuf.descriptor import Descriptor

from services.notification import template_lint, templates
from services.notification.mails import Letterhead
from services.notification.model import Channel, Rule
from services.notification.pages import Pages
from services.notification.ports import Message, Party
from services.notification.store import UnitOfWork
from services.notification.template_examples import IDS, PERSON, example
from services.notification.template_versions import TemplateDecision, TemplateVersion, Wording, in_force
from services.notification.text_messages import said, segments
from services.runtime import ids
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import InvalidArgument, NotFound, Violation
from services.runtime.stores.paging import Page, PageResult

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ProposeTemplateVersion:
    """A person proposes a wording of a type of event in a language, ISO 639-1."""

    event_type: str
    wording: Wording
    purpose: str
    language: str


@dataclass(frozen=True)
class DecideTemplateVersion:
    """A second person decides on a proposed wording."""

    template_version_id: str
    decision: TemplateDecision
    reason: str


@dataclass(frozen=True)
class WithdrawTemplateVersion:
    """A person takes a wording back."""

    template_version_id: str
    reason: str


@dataclass(frozen=True)
class PreviewTemplate:
    """What is to be seen; `template_version` is empty for the wording in force."""

    event_type: str
    channel: Channel
    template_version: str
    language: str


@dataclass(frozen=True)
class Preview:
    """What a customer would get; what its channel has not, is empty."""

    template_version: str
    subject: str
    text: str
    html: str = ""
    sms_segments: int = 0


@dataclass(frozen=True)
class Template:
    """How customers are told of a type of event; `in_force` has the version of its wording by language."""

    event_type: str
    mandatory: bool
    channels: tuple[Channel, ...]
    variables: tuple[str, ...]
    required_variables: tuple[str, ...]
    in_force: Mapping[str, str]


class InForce:
    """The lender's own wordings that are in force, as this process knows them; read by many threads."""

    def __init__(self) -> None:
        self._found: Mapping[tuple[str, str], templates.Wording] = {}

    def of(self, event_type: str, language: str) -> templates.Wording | None:
        """The lender's own of a type of event in a language; None where the delivered one is in force."""
        return self._found.get((event_type, language or templates.ENGLISH))

    def replace(self, found: Mapping[tuple[str, str], templates.Wording]) -> None:
        """These are in force from now on."""
        self._found = found


@dataclass(frozen=True)
class TemplatesApp:
    """What can be done with wordings.

    `messages` has, by type of event, what its template is filled with. Text messages come from `sender`. `wake` has
    this process look at once what is in force.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    messages: Mapping[str, Descriptor]
    rules: Mapping[str, Rule]
    channels: frozenset[Channel]
    pages: Pages
    sender: str
    wake: Callable[[], None]
    in_force: InForce = field(default_factory=InForce)
    letterhead: Letterhead = field(default_factory=Letterhead)

    def list_templates(self) -> list[Template]:
        """Every template, in the order of a loan's lifecycle."""
        return [self._template(rule, self.messages[event_type]) for event_type, rule in self.rules.items()]

    def preview(self, command: PreviewTemplate) -> Preview:
        """What a customer would get, filled with made-up values; NotFound where there is no such wording."""
        message = self._message(command.event_type)
        chosen = self._chosen(command.event_type, command.language, command.template_version)
        return self._shown(command, message, chosen)

    def propose(self, command: ProposeTemplateVersion) -> TemplateVersion:
        """Keeps a wording that can be used; InvalidArgument TEMPLATE_INVALID names what cannot."""
        self._message(command.event_type)
        with self.begin() as uow:
            earlier = uow.template_versions.of(command.event_type, command.language)
            proposed = TemplateVersion(
                template_version_id=ids.new_id(), **vars(command), proposed_by=caller().holder,
                delivered_version=templates.wording(command.event_type, command.language).version,
                ordinal=max((each.ordinal for each in earlier), default=0) + 1, propose_time=self.clock.now(),
            )  # fmt: skip
            self._require_usable(proposed)
            uow.template_versions.add(proposed)
            uow.commit(why=command.purpose)
        return proposed

    def versions(self, event_type: str, page: Page) -> PageResult[TemplateVersion]:
        """A page of a type of event's wordings, or without a type of those that wait for a decision."""
        with self.begin() as uow:
            return uow.template_versions.latest(event_type, page)

    def decide(self, command: DecideTemplateVersion) -> TemplateVersion:
        """Takes the decision of a second person; an approved wording is in force at once."""
        with self.begin() as uow:
            version = uow.template_versions.get(command.template_version_id)
            version.decide(command.decision, command.reason, caller().holder, self.clock.now())
            if command.decision is TemplateDecision.APPROVED:
                self._require_usable(version)
            uow.transaction.after_commit(self.wake)
            uow.commit(why=command.reason)
        return version

    def withdraw(self, command: WithdrawTemplateVersion) -> TemplateVersion:
        """Takes a wording out of force at once."""
        with self.begin() as uow:
            version = uow.template_versions.get(command.template_version_id)
            version.withdraw(command.reason, caller().holder, self.clock.now())
            uow.transaction.after_commit(self.wake)
            uow.commit(why=command.reason)
        return version

    def refresh(self) -> None:
        """Has this process know what is in force, also by what another decided.

        One that fits its event no more, after an upgrade, is left out and named in the log; the delivered one is used.
        """
        with self.begin() as uow:
            found = in_force(uow.template_versions.approved())
        self.in_force.replace({place: each.filled() for place, each in found.items() if self._is_usable(each)})

    def _is_usable(self, version: TemplateVersion) -> bool:
        if version.event_type not in self.messages or version.language not in templates.LANGUAGES:
            faults = ["there is no such template any more"]
        else:
            faults = [f"{each.part} {each.text}" for each in self._faults(version)]
        if faults:
            named = {"template": version.event_type, "language": version.language}
            log.error("wording_unfit", template_version=version.template_version, faults=faults, **named)
        return not faults

    def _faults(self, version: TemplateVersion) -> tuple[template_lint.Fault, ...]:
        of = version.event_type, version.language
        return template_lint.faults(*of, version.filled(), self.messages[version.event_type], self.sender)

    def _require_usable(self, version: TemplateVersion) -> None:
        found = [Violation(f"wording.{each.part}", each.text) for each in self._faults(version)]
        if found:
            text = "; ".join(f"{each.field} {each.description}" for each in found)
            raise InvalidArgument(text, reason="TEMPLATE_INVALID", violations=found)

    def _message(self, event_type: str) -> Descriptor:
        if event_type not in self.rules:
            raise NotFound(f"customers are not notified of {event_type}")
        return self.messages[event_type]

    def _chosen(self, event_type: str, language: str, number: str) -> templates.Wording:
        delivered = templates.wording(event_type, language)
        if not number:
            return self.in_force.of(event_type, language) or delivered
        if number == delivered.number:
            return delivered
        with self.begin() as uow:
            known = uow.template_versions.of(event_type, language)
        for each in known:
            if each.template_version == number:
                return each.filled()
        raise NotFound(f"there is no version {number} of {event_type} in {language}")

    def _shown(self, command: PreviewTemplate, message: Descriptor, chosen: templates.Wording) -> Preview:
        text = templates.render(command.event_type, example(message), command.language, chosen)
        if command.channel is Channel.SMS:
            whole = said(self.sender, text)
            return Preview(text.version, "", whole, sms_segments=segments(whole))
        if command.channel is Channel.PUSH:
            return Preview(text.version, text.subject, text.line)
        if command.channel is Channel.IN_APP:
            return Preview(text.version, text.subject, text.body)
        action = self.pages.action(command.event_type, command.language, IDS)
        mandatory = self.rules[command.event_type].mandatory
        reference = IDS["application_id"] if "application_id" in message.fields_by_name else ""
        leave = "" if mandatory else self.pages.preferences
        party = Party(PERSON, "")
        mail = self.letterhead.mail(Message("", party, text, mandatory, (), "", action, reference, leave))
        return Preview(text.version, mail.subject, mail.text, mail.html)

    def _template(self, rule: Rule, message: Descriptor) -> Template:
        name = rule.event_type
        return Template(
            event_type=name, mandatory=rule.mandatory,
            channels=tuple(each for each in rule.channels if each in self.channels),
            variables=tuple(sorted(templates.variables(message))),
            required_variables=template_lint.required(name, templates.ENGLISH, message),
            in_force={each: self._chosen(name, each, "").number for each in templates.LANGUAGES},
        )  # fmt: skip
