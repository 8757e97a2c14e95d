"""Runs the activation service: `python -m services.activation`."""

from functools import partial

from services.activation import convert
from services.activation.bank import HttpBank
from services.activation.consumer import read_ahead, subscriptions
from services.activation.handlers import App
from services.activation.openings import Openings
from services.activation.payouts import Payouts
from services.activation.peers import Channels, CustomerPeer, OwnerPeers
from services.activation.servicer import ActivationServicer
from services.activation.settings import Settings
from services.activation.store import UnitOfWork
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# Who is asked before an account is opened and before money is sent.
_OWNERS = ("application", "kyc", "risk", "discussion", "approval", "agreement")


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        bank = service.uses(HttpBank(settings.bank))
        outbox = service.publishes(convert.event_message)
        owners = OwnerPeers(Channels(**{name: service.peer(name) for name in _OWNERS}))
        customers = CustomerPeer(service.peer("customer"))
        clock = SystemClock()

        def begin() -> UnitOfWork:
            return UnitOfWork(database, outbox, due)

        app = App(
            begin=begin,
            clock=clock,
            customers=customers,
            openings=Openings(begin, clock, owners),
            payouts=Payouts(begin, clock, customers, owners, bank),
        )
        service.serves(ActivationServicer(app), owners={"loan_id": app.owner_of})
        service.listens(subscriptions(app), partial(read_ahead, app))
        # What a change makes due is looked for at once, the rest is what is tried again and what others left behind.
        opening = Periodic("activation", "activation.opening", app.open_next, 0.5)
        payout = Periodic("activation", "activation.payout", app.pay_out_next, 0.5)

        def due() -> None:
            opening.wake()
            payout.wake()

        service.background(opening)
        service.background(payout)
        service.run()


if __name__ == "__main__":
    main()
