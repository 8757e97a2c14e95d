"""The use cases of signings at providers: a signer begins one, or goes on with it, and the provider reports of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from services.agreement.adobe_sign import AdobeSign
from services.agreement.events import SigningMethod
from services.agreement.handlers import App
from services.agreement.metrics import count_report
from services.agreement.model import Agreement
from services.agreement.pdf import WITHOUT_DATA
from services.agreement.ports import ProviderReport, SigningProvider
from services.agreement.provider_work import ProviderWork
from services.agreement.sessions import IN_HAND, LIFE, SessionSigner, SigningSession, SigningSessionStatus
from services.runtime import ids
from services.runtime.context import caller
from services.runtime.errors import FailedPrecondition, NotFound, Unauthenticated
from services.runtime.retry import on_conflict


@dataclass(frozen=True)
class SigningBegun:
    """A signing at a provider, and where the caller signs; empty while they cannot yet."""

    session: SigningSession
    signing_url: str


@dataclass(frozen=True)
class ProviderSignings:
    """What a signer can do, and a provider; beside `App`, whose stores it uses.

    `offered` has the provider of each facility type that has one; `wake` has a worker look at once.
    """

    app: App
    work: ProviderWork
    offered: Mapping[str, SigningMethod]
    wake: Callable[[], None]

    def begin_signing(self, application_id: str) -> SigningBegun:
        """Leads the caller to the provider: orders the signing unless one is under way, and sends it at once."""
        by, agreement = caller().owner_id, self.app.read(application_id)
        agreement.check_signable()
        agreement.check_informed(by)
        self.app.applications.check_ongoing(application_id)
        self.app.signer_name(agreement, by)
        session = on_conflict(partial(self._order, agreement, by, self._provider(agreement)))
        if session.can_go_out:
            session = self.work.go_on(self.app.read(application_id), session)
        return SigningBegun(session, self._address(agreement, session, by))

    def hear(self, method: SigningMethod, application_id: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Takes what a provider reports; it is asked what is true, at once, when that was not known.

        `application_id` is the one that the provider was told to name; empty where it is found by the envelope.
        """
        report = self._provider_of(method).report(body, headers)
        application_id = application_id or self._found(report) or ""
        session = self._session(method, application_id, report)
        if session is None or report.status is None:
            return
        status, now = report.status, self.app.clock.now()
        _, changed = self.work.alter(application_id, session.session_id, lambda each: each.heard(status, now))
        count_report(method, changed=changed)
        if changed:
            self.wake()

    def client_of_adobe(self, headers: Mapping[str, str]) -> str:
        """The name under which Adobe looks whether a webhook is ours; Unauthenticated for any other."""
        found = self._provider_of(SigningMethod.ADOBE_SIGN)
        assert isinstance(found, AdobeSign)
        return found.check_client(headers)

    def _order(self, agreement: Agreement, by: str, method: SigningMethod) -> SigningSession:
        now = self.app.clock.now()
        signers = tuple(SessionSigner(each.customer_id, each.role) for each in agreement.signers)
        shown = agreement.made.pdf.sha256
        new = SigningSession(ids.new_id(), method, shown, signers, now, now + LIFE, now + IN_HAND)
        with self.app.begin() as uow:
            session = uow.agreements.change(agreement.application_id).order_session(by, new, now)
            uow.commit()
        return session

    def _provider(self, agreement: Agreement) -> SigningMethod:
        """The provider of the agreement's facility type; FailedPrecondition PROVIDER_NOT_OFFERED without."""
        facility_type = self.app.applications.applied(agreement.application_id).facility_type
        method = self.offered.get(facility_type)
        if method is None or agreement.made.template_version in WITHOUT_DATA:
            text = "no provider of signatures is offered for this agreement"
            raise FailedPrecondition(text, reason="PROVIDER_NOT_OFFERED")
        return method

    def _address(self, agreement: Agreement, session: SigningSession, by: str) -> str:
        """Where somebody signs now; empty when the envelope is not there yet, or they have signed already."""
        provider = self.work.providers.get(session.provider)
        if provider is None or not session.is_live or not session.envelope_id or session.has_signed(by):
            return ""
        signer = next(each for each in self.work.envelope_signers(agreement) if each.customer_id == by)
        return provider.signing_url(session.envelope_id, signer, self.work.addresses.return_url)

    def _provider_of(self, method: SigningMethod) -> SigningProvider:
        found = self.work.providers.get(method)
        if found is None:
            text = f"{method.name} is not connected, and is believed nothing"
            raise Unauthenticated(text, reason="SIGNATURE_INVALID", metadata={"provider": method.name})
        return found

    def _found(self, report: ProviderReport) -> str | None:
        with self.app.begin() as uow:
            return uow.agreements.with_envelope(report.envelope_id)

    def _session(self, method: SigningMethod, application_id: str, report: ProviderReport) -> SigningSession | None:
        """The signing that is reported of; None of one that is not known here.

        A provider may be faster than its own answer: of one that is on its way the envelope is not known yet.
        """
        try:
            sessions = self.app.read(application_id).sessions if application_id else ()
        except NotFound:
            return None
        ours = [each for each in sessions if each.provider is method]
        known = next((each for each in ours if each.envelope_id == report.envelope_id), None)
        out = (each for each in ours if each.status is SigningSessionStatus.ORDERED and each.out_time is not None)
        return known or next(out, None)
