"""Runs the auth service: `python -m services.auth`."""

from services.auth.audit_trails import AuditTrails
from services.auth.challenges import SecondFactorSteps
from services.auth.consumer import subscriptions
from services.auth.handlers import App
from services.auth.hashing import Hashing
from services.auth.housekeeping import bootstrap, chores
from services.auth.key_rotation import RotatingKeys
from services.auth.partners import Clients
from services.auth.passwords import Passwords
from services.auth.peers import OwnTrail, TrailPeer
from services.auth.ports import Trail
from services.auth.registrations import REGISTRATION_HOURS
from services.auth.servicer import AuthServicer
from services.auth.settings import Settings
from services.auth.staff import Staff
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# The services whose audit trails are read over the mesh.
_AUDITED = (
    "activation", "agreement", "application", "approval", "customer", "discussion", "document", "kyc", "notification",
    "repayment", "risk",
)  # fmt: skip


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        clock, database = (
            SystemClock(),
            service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets)),
        )
        cipher = service.own_cipher(database)
        keys = RotatingKeys(lambda: UnitOfWork(database, cipher), clock)
        issuer = Issuer(settings.server.issuer, settings.server.audience, settings.public_url)
        passwords = Passwords(service.uses(Hashing(settings.hashing)))
        second = SecondFactorSteps.of(lambda: UnitOfWork(database, cipher), clock, issuer, keys)
        app = App(lambda: UnitOfWork(database, cipher), clock, passwords, issuer, keys, second)
        staff = Staff(lambda: UnitOfWork(database, cipher), clock, passwords)
        clients = Clients(lambda: UnitOfWork(database, cipher), clock, issuer, keys)
        trails: dict[str, Trail] = {name: TrailPeer(service.peer(name)) for name in _AUDITED}
        trails["auth"] = OwnTrail(service.trail)
        auditing = service.uses(AuditTrails(database, trails, cipher.index))
        hours = service.dynamic.current("registration_hours", REGISTRATION_HOURS)
        service.serves(AuthServicer(app, staff, clients, auditing, hours))
        service.requires(lambda: bootstrap(app))
        for chore in chores(app, database):
            service.background(chore)
        service.listens(subscriptions(app))
        service.run()


if __name__ == "__main__":
    main()
