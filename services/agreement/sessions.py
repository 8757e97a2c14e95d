"""A signing at a provider: one envelope for all who sign, from its order to its end; pure.

A provider reports late, twice and out of order, and is asked besides. So the status of a session is the furthest of all
that was ever learnt, whatever the order: nothing goes back, and what is said again changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.agreement.events import SignerRole, SigningMethod
from services.agreement.signers import Signature, Signer
from services.runtime.errors import FailedPrecondition

# For so long a session is tried to be sent; who wants to sign has other ways meanwhile.
PATIENCE = timedelta(hours=1)
# What went out is looked up so long after it at the earliest: a provider that takes its time is done with it by then.
LOOKED_UP_AFTER = timedelta(seconds=30)
# A provider that has not called back is asked so often: DocuSign allows one question about an envelope in 15 minutes.
ASKED_EVERY, LATER_ASKED_EVERY, OFTEN_ASKED_FOR = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# What could not be done is tried again after this, and not before the provider wants it.
TRIED_AGAIN_AFTER = timedelta(minutes=1)
# So long who ordered a session has it in hand, before a worker takes it up.
IN_HAND = timedelta(seconds=10)
# For so long an envelope can be signed.
LIFE = timedelta(days=7)
# So often an agreement can be sent to a provider, which charges for each.
MOST = 5


class SigningSessionStatus(Enum):
    """How far a session is, each further than those before it; ORDERED, SENT and DELIVERED are live.

    REFUSED is what the provider did not take, REJECTED what it says is signed and is not what was shown, or not by whom
    it was to be.
    """

    ORDERED = auto()
    SENT = auto()
    DELIVERED = auto()
    REFUSED = auto()
    VOIDED = auto()
    EXPIRED = auto()
    DECLINED = auto()
    SIGNED = auto()
    REJECTED = auto()

    def is_beyond(self, other: "SigningSessionStatus") -> bool:
        """Whether it is further than another."""
        return self.value > other.value


S = SigningSessionStatus
LIVE = frozenset({S.ORDERED, S.SENT, S.DELIVERED})


@dataclass(frozen=True)
class Signed:
    """That somebody signed, as the provider says: when, and under which e-mail address."""

    at: datetime
    email: str


@dataclass(frozen=True)
class SessionSigner:
    """Who signs at the provider, in the order of the session; `sign_time` is None until the provider says when.

    `email_sha256` is of the address that the envelope went out with, together with the session, so that it is one here
    alone; empty before that, and in sessions from before it was kept.
    """

    customer_id: str
    role: SignerRole
    sign_time: datetime | None = None
    email_sha256: str = ""

    def with_time(self, at: datetime | None) -> "SessionSigner":
        """Them, who signed at a time; the first time that was ever said counts."""
        known = [time for time in (self.sign_time, at) if time is not None]
        return replace(self, sign_time=min(known, default=None))


@dataclass(frozen=True)
class SigningSession:
    """One envelope. `document_sha256` is the file that is shown in it, and nothing else may come back signed.

    `out_time` is when it went out, while it is not known whether the provider has it; `look_time` when something is to
    be done about it next, None when nothing is. One that is not `wanted` any more is voided at the provider.
    """

    session_id: str
    provider: SigningMethod
    document_sha256: str
    signers: tuple[SessionSigner, ...]
    order_time: datetime
    expire_time: datetime
    look_time: datetime | None
    status: SigningSessionStatus = S.ORDERED
    out_time: datetime | None = None
    send_count: int = 0
    envelope_id: str = ""
    send_time: datetime | None = None
    end_time: datetime | None = None
    fault: str = ""
    wanted: bool = True

    @property
    def is_live(self) -> bool:
        """Whether it can still be signed, as far as is known."""
        return self.status in LIVE

    @property
    def is_nowhere(self) -> bool:
        """Whether it was never sent, or is not at the provider as far as that itself says."""
        return self.status is S.ORDERED and self.out_time is None

    @property
    def can_go_out(self) -> bool:
        """Whether it may be sent now."""
        return self.is_nowhere and self.wanted

    @property
    def unsigned(self) -> list[int]:
        """The places of those of whom the provider has not said that they signed, from 1 on."""
        return [place for place, each in enumerate(self.signers, 1) if each.sign_time is None]

    @property
    def is_under_way(self) -> bool:
        """Whether the agreement may still be signed by it: it is live, or what was signed is still to be fetched."""
        return self.wanted and (self.is_live or (self.status is S.SIGNED and self.look_time is not None))

    def has_signed(self, customer_id: str) -> bool:
        """Whether the provider has said that somebody signed."""
        return any(each.customer_id == customer_id and each.sign_time is not None for each in self.signers)

    def goes_out(self, emails: Sequence[str], at: datetime) -> "SigningSession":
        """On its way, to these addresses in the order of who signs.

        Whatever happens from here on, it is looked up before it is sent again.
        """
        if not self.can_go_out:
            return self
        pairs = zip(self.signers, emails, strict=True)
        signers = tuple(replace(each, email_sha256=self._digest(email)) for each, email in pairs)
        out = replace(self, signers=signers, out_time=at, look_time=at + LOOKED_UP_AFTER)
        return replace(out, send_count=self.send_count + 1)

    def strangers(self, signed: Mapping[int, Signed]) -> list[int]:
        """The places, from 1 on, in which somebody else has signed than who was to, by their address."""
        known = {place: each.email_sha256 for place, each in enumerate(self.signers, 1)}
        return [place for place, each in signed.items() if known.get(place) not in (None, "", self._digest(each.email))]

    def untaken(self, look: datetime) -> "SigningSession":
        """Not taken by the provider, as that itself says: it can be sent again."""
        return replace(self, out_time=None, look_time=look) if self.status is S.ORDERED else self

    def not_found(self, at: datetime, look: datetime) -> "SigningSession":
        """Looked up, and not there; it can be sent again, unless it went out so lately that it may be on its way."""
        if self.status is not S.ORDERED or self.out_time is None:
            return self
        due = self.out_time + LOOKED_UP_AFTER
        return replace(self, look_time=due) if at < due else self.untaken(look)

    def given_up(self, status: SigningSessionStatus, at: datetime, fault: str) -> "SigningSession":
        """Ended before it was sent, unless somebody has sent it meanwhile."""
        return self.ended(status, at, fault) if self.is_nowhere else self

    def taken(self, envelope_id: str, at: datetime) -> "SigningSession":
        """At the provider, as that envelope; one that has an envelope already keeps it."""
        if self.envelope_id:
            return self
        known = replace(self, envelope_id=envelope_id, send_time=at, out_time=None)
        return known.learnt(S.SENT, {}, at)

    def learnt(self, status: SigningSessionStatus, signed: Mapping[int, datetime], at: datetime) -> "SigningSession":
        """With what the provider says of it: the status, and when who signed, by their place from 1 on."""
        signers = tuple(each.with_time(signed.get(place)) for place, each in enumerate(self.signers, 1))
        known = replace(self, signers=signers)
        if not status.is_beyond(self.status):
            return known
        known = replace(known, status=status, end_time=None if status in LIVE else at)
        return replace(known, look_time=known.next_look(at))

    def when_asked(
        self, seen: "SigningSession", status: SigningSessionStatus, signed: Mapping[int, datetime], at: datetime
    ) -> "SigningSession":
        """With what the provider answered who was asked when it was as `seen`.

        Whatever was reported since is asked about as early as it would have been; of what is over and brings no
        signature nothing more is asked.
        """
        known = self.learnt(status, signed, at)
        if self.look_time != seen.look_time:
            looks = [each for each in (self.look_time, known.look_time) if each is not None]
            return replace(known, look_time=min(looks, default=None))
        return known if known.is_live or known.is_under_way else replace(known, look_time=None)

    def heard(self, status: SigningSessionStatus, at: datetime) -> "SigningSession":
        """Reported further than it is known to be: the provider is asked at once. All else changes nothing."""
        return replace(self, look_time=at) if status.is_beyond(self.status) else self

    def next_look(self, at: datetime) -> datetime | None:
        """When to look at it after it was looked at; None when nothing can become of it any more.

        What was signed is fetched at once, and what is live and not wanted is voided at once.
        """
        if not self.is_live:
            return at if self.status is S.SIGNED and self.wanted else None
        if not self.wanted:
            return at
        young = at < self.order_time + OFTEN_ASKED_FOR
        return at + (ASKED_EVERY if young else LATER_ASKED_EVERY)

    def unwanted(self, at: datetime) -> "SigningSession":
        """Not wanted any more: signed otherwise, over, or about another file. Whatever comes of it counts nothing."""
        if not self.wanted:
            return self
        return replace(self, wanted=False, look_time=at if self.is_live else None)

    def ended(self, status: SigningSessionStatus, at: datetime, fault: str = "") -> "SigningSession":
        """Ended by what is known here: never sent, refused, voided, or rejected; `fault` says why, without a text."""
        if not status.is_beyond(self.status):
            return self
        return replace(self, status=status, end_time=at, fault=fault, look_time=None, out_time=None)

    def signatures(self, signers: Iterable[Signer], shown_sha256: str, at: datetime) -> list[Signer]:
        """Who signs, in the order of the session, as they have signed by it.

        FailedPrecondition WRONG_STATUS when it is not wanted any more, another file was shown than that of the hash, or
        not all have signed.
        """
        if not self.wanted or self.document_sha256 != shown_sha256 or self.unsigned:
            raise FailedPrecondition("what was signed is not wanted any more", reason="WRONG_STATUS")
        pairs = zip(signers, self.signers, strict=True)
        return [
            signer.with_signature(Signature(self.provider, signer.customer_id, "", there.sign_time or at))
            for signer, there in pairs
        ]

    def concluded(self) -> "SigningSession":
        """With the agreement signed by it; there is nothing more to do."""
        return replace(self, look_time=None)

    def _digest(self, email: str) -> str:
        return hashlib.sha256(f"{self.session_id} {email.strip().casefold()}".encode()).hexdigest()


def present(sessions: Iterable[SigningSession]) -> SigningSession | None:
    """The one that is under way; there is one at most."""
    return next((each for each in sessions if each.is_under_way), None)


def ordered(
    sessions: tuple[SigningSession, ...], signers: Iterable[Signer], new: SigningSession
) -> tuple[SigningSession, ...]:
    """The sessions with a new one at the end, unless one is under way.

    FailedPrecondition PROVIDER_NOT_OFFERED after too many, and once somebody has signed with a code: all do then.
    """
    if present(sessions) is not None:
        return sessions
    if len(sessions) >= MOST:
        raise FailedPrecondition("it was sent to the provider too often", reason="PROVIDER_NOT_OFFERED")
    if any(each.signature is not None for each in signers):
        raise FailedPrecondition("somebody has signed with a code already: all do", reason="PROVIDER_NOT_OFFERED")
    return (*sessions, new)


def put(sessions: Iterable[SigningSession], changed: SigningSession) -> tuple[SigningSession, ...]:
    """The sessions with one as it is now."""
    return tuple(changed if each.session_id == changed.session_id else each for each in sessions)


def dropped(sessions: Iterable[SigningSession], at: datetime) -> tuple[SigningSession, ...]:
    """The sessions, of which none is wanted any more."""
    return tuple(each.unwanted(at) for each in sessions)
