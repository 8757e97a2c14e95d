"""What is done about signings at providers: they are sent, looked up, asked about, fetched and voided.

The order of things is what keeps an envelope from being sent twice, whatever dies in between: that it goes out is
committed first, then it goes out, then what came of it is committed. Found on its way, it is looked up, not sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.agreement.events import SigningMethod
from services.agreement.handlers import App
from services.agreement.metrics import count_session, note_oldest
from services.agreement.model import Agreement
from services.agreement.ports import (
    Envelope,
    EnvelopeRefused,
    EnvelopeSigner,
    EnvelopeState,
    SigningProvider,
    Untaken,
)
from services.agreement.sessions import (
    LIFE,
    PATIENCE,
    TRIED_AGAIN_AFTER,
    SigningSession,
    SigningSessionStatus,
)
from services.agreement.shown import NotAsShown
from services.agreement.store import SessionQueue
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable
from services.runtime.retry import on_conflict

log = structlog.get_logger(__name__)
# So long one replica has a signing in hand: longer than all calls to a provider and the making of a file may take.
LEASE = timedelta(minutes=1)
# What could not be sent is sent again after this, and not before the provider wants it: a customer waits.
SENT_AGAIN_AFTER = timedelta(seconds=5)
CALLBACKS = "/api/v1/agreement/callbacks/"
_S = SigningSessionStatus


@dataclass(frozen=True)
class Addresses:
    """Where providers report, at our own public address, and where they lead a signer who is done."""

    public_url: str
    return_url: str

    def callback(self, provider: SigningMethod, application_id: str) -> str:
        """Where a provider reports what becomes of an application's envelope."""
        return f"{self.public_url}{CALLBACKS}{provider.name.lower()}/{application_id}"


@dataclass(frozen=True)
class ProviderWork:
    """What is done; beside `App`, whose stores it uses."""

    app: App
    providers: Mapping[SigningMethod, SigningProvider]
    queue: SessionQueue
    addresses: Addresses

    def carry_on(self) -> bool:
        """Does what is due longest; False when nothing is."""
        now = self.app.clock.now()
        application_id = on_conflict(partial(self.queue.claim, now, now + LEASE))
        if application_id is None:
            note_oldest(self.queue.open_since(), now)
            return False
        agreement = self.app.read(application_id)
        for session in agreement.sessions:
            if session.look_time is not None and session.look_time <= now:
                self.go_on(agreement, session)
        return True

    def go_on(self, agreement: Agreement, session: SigningSession) -> SigningSession:
        """Takes a signing one step further, or leaves it for later while the provider is away; as it is then."""
        provider, application_id = self.providers.get(session.provider), agreement.application_id
        if provider is None:
            log.warning("signing_provider_unknown", application_id=application_id, provider=session.provider.name)
            return self._later(agreement, session, TRIED_AGAIN_AFTER)
        try:
            return self._step(agreement, session, provider)
        except Unavailable as error:
            log.warning("signing_unclear", application_id=application_id, cause=error.message)
            wanted = timedelta(seconds=error.retry_after)
            return self._later(agreement, session, max(wanted, TRIED_AGAIN_AFTER))

    def envelope_signers(self, agreement: Agreement) -> tuple[EnvelopeSigner, ...]:
        """Who signs, in their order, under the names of the agreement; FailedPrecondition NAME_CHANGED."""
        found = []
        for place, signer in enumerate(agreement.signers, 1):
            party = self.app.customers.party(signer.customer_id)
            self.app.documents.check_signer(signer, party.full_name)
            found.append(EnvelopeSigner(place, signer.customer_id, party.full_name, party.email))
        return tuple(found)

    def alter(
        self, application_id: str, session_id: str, change: Callable[[SigningSession], SigningSession]
    ) -> tuple[SigningSession, bool]:
        """Commits a change of a signing as it is now; the signing, and whether anything of it changed."""
        return on_conflict(partial(self._change, application_id, session_id, change))

    def _step(self, agreement: Agreement, session: SigningSession, provider: SigningProvider) -> SigningSession:
        if session.status is _S.SIGNED:
            return self._fetch(agreement, session, provider)
        if session.status is not _S.ORDERED:
            return self._ask(agreement, session, provider)
        if session.out_time is not None:
            return self._look_up(agreement, session, provider)
        return self._send(agreement, session, provider)

    def _send(self, agreement: Agreement, session: SigningSession, provider: SigningProvider) -> SigningSession:
        now = self.app.clock.now()
        if not session.wanted or now >= session.order_time + PATIENCE:
            return self._give_up(agreement, session, _S.VOIDED, "NEVER_SENT")
        try:
            self.app.applications.check_ongoing(agreement.application_id)
            envelope = self._envelope(agreement, session)
        except (FailedPrecondition, NotFound) as error:
            return self._give_up(agreement, session, _S.REFUSED, error.reason)
        emails = [each.email for each in envelope.signers]
        out, mine = self._with(agreement, session, lambda each: each.goes_out(emails, now))
        if not mine:
            return out
        try:
            envelope_id = provider.send(envelope)
        except Untaken as error:
            log.warning("signing_untaken", application_id=agreement.application_id, cause=error.message)
            look = now + max(timedelta(seconds=error.retry_after), SENT_AGAIN_AFTER)
            return self._with(agreement, session, lambda each: each.untaken(look))[0]
        except Unavailable as error:
            log.warning("signing_unclear", application_id=agreement.application_id, cause=error.message)
            return out
        except EnvelopeRefused as error:
            return self._end(agreement, session, _S.REFUSED, str(error))
        return self._taken(agreement, session, envelope_id)

    def _look_up(self, agreement: Agreement, session: SigningSession, provider: SigningProvider) -> SigningSession:
        envelope_id = provider.look_up(session.session_id)
        if envelope_id is not None:
            return self._taken(agreement, session, envelope_id)
        now = self.app.clock.now()
        return self._with(agreement, session, lambda each: each.not_found(now, now + SENT_AGAIN_AFTER))[0]

    def _ask(self, agreement: Agreement, session: SigningSession, provider: SigningProvider) -> SigningSession:
        if not session.wanted:
            provider.void(session.envelope_id)
        state, now = provider.state(session.envelope_id), self.app.clock.now()
        said = state.status, self._sign_times(agreement, session, state), now
        known, changed = self._with(agreement, session, lambda each: each.when_asked(session, *said))
        if known.status is _S.SIGNED and known.wanted:
            return self._fetch(agreement, known, provider)
        if not changed and known.is_live:
            next_look = known.next_look(now)
            assert next_look is not None
            self._postpone(agreement, max(next_look, now + TRIED_AGAIN_AFTER))
        return known

    def _sign_times(self, agreement: Agreement, session: SigningSession, state: EnvelopeState) -> dict[int, datetime]:
        """When who was to sign did: who signs in the place of another does not sign the agreement for them."""
        strangers = session.strangers(state.signed)
        if strangers:
            log.error("signing_by_another", application_id=agreement.application_id, places=strangers)
        return {place: each.at for place, each in state.signed.items() if place not in strangers}

    def _fetch(self, agreement: Agreement, session: SigningSession, provider: SigningProvider) -> SigningSession:
        """Fetches what all have signed, holds it against what was shown, and signs the agreement by it."""
        signed = provider.signed_document(session.envelope_id)
        certificate, at = provider.completion_certificate(session.envelope_id), self.app.clock.now()
        try:
            self.app.applications.check_ongoing(agreement.application_id)
            return on_conflict(partial(self._sign, agreement, session, signed, certificate, at))
        except NotAsShown as error:
            log.error("signing_not_as_shown", application_id=agreement.application_id, lacking=str(error))
            return self._end(agreement, session, _S.REJECTED, f"NOT_AS_SHOWN {error}")
        except (FailedPrecondition, NotFound) as error:
            # It is over, signed otherwise, made anew, or whose it was are erased: nothing is kept.
            log.warning("signing_too_late", application_id=agreement.application_id, cause=error.message)
            return self._end(agreement, session, _S.REJECTED, error.reason)

    def _sign(
        self, agreement: Agreement, session: SigningSession, signed: bytes, certificate: bytes, at: datetime
    ) -> SigningSession:  # fmt: skip
        given = self.app.documents.at_provider(agreement, session, signed, certificate, at)
        with given as (pdf, files), self.app.begin() as uow:
            changed = uow.agreements.change(agreement.application_id)
            present = _session(changed, session.session_id)
            if present.is_under_way:
                changed.sign_at_provider(present, pdf, files, at)
                uow.commit(why="signed at a provider")
        if not present.is_under_way:
            # Another replica was faster.
            for each in (pdf, files.signed_file, files.certificate_file):
                self.app.documents.discard(each)
        return present.concluded()

    def _taken(self, agreement: Agreement, session: SigningSession, envelope_id: str) -> SigningSession:
        now = self.app.clock.now()
        return self._with(agreement, session, lambda each: each.taken(envelope_id, now))[0]

    def _end(
        self, agreement: Agreement, session: SigningSession, status: SigningSessionStatus, fault: str
    ) -> SigningSession:  # fmt: skip
        now = self.app.clock.now()
        return self._with(agreement, session, lambda each: each.ended(status, now, fault))[0]

    def _give_up(
        self, agreement: Agreement, session: SigningSession, status: SigningSessionStatus, fault: str
    ) -> SigningSession:  # fmt: skip
        now = self.app.clock.now()
        return self._with(agreement, session, lambda each: each.given_up(status, now, fault))[0]

    def _later(self, agreement: Agreement, session: SigningSession, wait: timedelta) -> SigningSession:
        self._postpone(agreement, self.app.clock.now() + wait)
        return session

    def _postpone(self, agreement: Agreement, look: datetime) -> None:
        self.queue.postpone(agreement.application_id, look, self.app.clock.now())

    def _with(
        self, agreement: Agreement, session: SigningSession, change: Callable[[SigningSession], SigningSession]
    ) -> tuple[SigningSession, bool]:  # fmt: skip
        return self.alter(agreement.application_id, session.session_id, change)

    def _change(
        self, application_id: str, session_id: str, change: Callable[[SigningSession], SigningSession]
    ) -> tuple[SigningSession, bool]:  # fmt: skip
        with self.app.begin() as uow:
            agreement = uow.agreements.change(application_id)
            before = _session(agreement, session_id)
            after = change(before)
            if after != before:
                agreement.change_session(after, self.app.clock.now())
            uow.commit()
        if after.status is not before.status:
            count_session(after.provider, after.status)
            log.info("signing", application_id=application_id, status=after.status.name, fault=after.fault)
        return after, after != before

    def _envelope(self, agreement: Agreement, session: SigningSession) -> Envelope:
        return Envelope(
            session.session_id,
            f"Loan agreement {agreement.application_id}",
            self.app.documents.unsigned(agreement),
            self.envelope_signers(agreement),
            LIFE.days,
            session.expire_time,
            self.addresses.callback(session.provider, agreement.application_id),
            self.addresses.return_url,
        )


def _session(agreement: Agreement, session_id: str) -> SigningSession:
    return next(each for each in agreement.sessions if each.session_id == session_id)
