"""The tokens of a session: the one place where tokens for persons are signed."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.auth import passwords as secret
from services.auth.commands import Grant
from services.auth.key_rotation import RotatingKeys
from services.auth.model import Account
from services.auth.sign_ins import UNKNOWN, Origin, Session
from services.auth.signing_keys import TOKEN_LIFETIME
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.runtime import ids


@dataclass(frozen=True)
class TokenGrants:
    """Begins sessions and signs what goes with them."""

    issuer: Issuer
    keys: RotatingKeys

    def begin(
        self, uow: UnitOfWork, account: Account, methods: tuple[str, ...], at: datetime, origin: Origin = UNKNOWN
    ) -> Grant:
        """Starts a session of one who was authenticated by these methods."""
        token = secret.draw()
        session = Session.begin(ids.new_id(), account.account_id, secret.digest(token), methods, at, origin)
        uow.sessions.add(session)
        return self.granted(account, session, token, at)

    def begin_here(
        self, uow: UnitOfWork, account: Account, methods: tuple[str, ...], at: datetime, origin: Origin, device_id: str
    ) -> Grant:
        """The same for one who signs in on a device of their own, which is known from now on."""
        device_token = uow.devices.recognise(account.account_id, device_id, at)
        return replace(self.begin(uow, account, methods, at, origin), device_token=device_token)

    def granted(self, account: Account, session: Session, refresh_token: str, at: datetime) -> Grant:
        """The tokens of a session; RuntimeError for an app's, or staff's without a second factor, whatever led here."""
        if not account.admits(session.methods):
            raise RuntimeError("no token of staff is signed without a second factor")
        if session.client_id:
            raise RuntimeError("what an app has is no sign-in of the customer")
        key = self.keys.signing(at)
        return Grant(
            account_id=account.account_id,
            access_token=self.issuer.sign(
                account.account_id, account.kind.value, account.claimed_roles(), key, at, sid=session.session_id,
                epoch=account.epoch, **account.claimed_holder(), **session.claimed_methods(),
            ),
            refresh_token=refresh_token,
            expires_in=int(TOKEN_LIFETIME.total_seconds()),
            refresh_expires_in=int((session.expire_time - at).total_seconds()),
        )  # fmt: skip
