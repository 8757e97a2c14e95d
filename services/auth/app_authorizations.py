"""What customers let apps do, and the codes by which apps learn of it. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.auth.scopes import Scope
from services.auth.sign_ins import REFRESH_LIFETIME, SESSION_LIFETIME, Session
from services.runtime.aggregate import Aggregate
from services.runtime.errors import NotFound

# RFC 6749 §4.1.2 has ten minutes at most; an app takes its code at once.
CODE_LIFETIME = timedelta(minutes=1)
# A code that comes again is known for as long as what it gave may run without being refreshed.
CODES_KEPT = REFRESH_LIFETIME
# As long as a session, however often it is refreshed.
CONSENT_LIFETIME = SESSION_LIFETIME
# A page on which the customer signs in is good for so long.
PAGE_LIFETIME = timedelta(minutes=10)


@dataclass
class Consent(Aggregate):
    """What a customer lets an app do; the latest of the two replaces all earlier ones."""

    consent_id: str
    account_id: str
    client_id: str
    scopes: frozenset[Scope]
    grant_time: datetime
    expire_time: datetime
    withdraw_time: datetime | None = None

    @classmethod
    def begin(
        cls, consent_id: str, account_id: str, client_id: str, scopes: frozenset[Scope], at: datetime
    ) -> "Consent":
        """The first consent of a customer for an app."""
        return cls(consent_id, account_id, client_id, scopes, at, at + CONSENT_LIFETIME)

    def renew(self, scopes: frozenset[Scope], at: datetime) -> bool:
        """Agrees anew; True when the app may have less than before."""
        less = not self.scopes <= scopes
        self.scopes, self.grant_time, self.expire_time = scopes, at, at + CONSENT_LIFETIME
        return less

    def stands(self, at: datetime) -> bool:
        """Whether the app may act by it."""
        return self.withdraw_time is None and at < self.expire_time

    def covers(self, scopes: frozenset[Scope], at: datetime) -> bool:
        """Whether the app may act by it within these scopes: a code of before a smaller consent goes further."""
        return self.stands(at) and scopes <= self.scopes

    def take_back(self, by: str, at: datetime) -> None:
        """Takes it back; NotFound for another's, and for one that does not stand."""
        if self.account_id != by or not self.stands(at):
            raise NotFound(f"there is no consent {self.consent_id} that stands")
        self.withdraw_time = at


@dataclass
class AuthorizationCode(Aggregate):
    """What an app turns into tokens, once: bound to the app, to where it was sent, and to the challenge."""

    code_id: str
    account_id: str
    client_id: str
    consent_id: str
    scopes: frozenset[Scope]
    methods: tuple[str, ...]
    create_time: datetime
    expire_time: datetime
    code_hash: str
    redirect_uri: str
    nonce: str
    code_challenge: str
    use_time: datetime | None = None
    # The session that it gave; empty before.
    session_id: str = ""

    def use(self, at: datetime) -> bool:
        """Uses the code up; False when it is good for nothing."""
        good = self.use_time is None and at < self.expire_time
        self.use_time = self.use_time or at
        return good

    def begin(self, session_id: str, token_hash: str, at: datetime) -> Session:
        """The session of the app that it gives."""
        self.session_id = session_id
        made = Session.begin(session_id, self.account_id, token_hash, self.methods, at)
        made.client_id, made.consent_id, made.scopes = self.client_id, self.consent_id, self.scopes
        return made
