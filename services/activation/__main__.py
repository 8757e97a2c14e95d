"""Runs the activation service: `python -m services.activation`."""

from services.activation import convert
from services.activation.bank import HttpBank
from services.activation.consumer import subscriptions
from services.activation.handlers import App
from services.activation.openings import Openings
from services.activation.payouts import Payouts
from services.activation.peers import Channels, CustomerPeer, OwnerPeers
from services.activation.servicer import ActivationServicer
from services.activation.settings import Settings
from services.activation.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    with Server(settings.server) as server:
        database = Postgres(settings.postgres)
        server.closes(database.close)
        bank = HttpBank(settings.bank)
        server.closes(bank.close)
        events = Events(server, database, settings.kafka, settings.registry)
        outbox = events.publish(convert.event_message)
        peers, clock = settings.peers, SystemClock()
        stages = ("application", "kyc", "risk", "discussion", "approval", "agreement")
        owners = OwnerPeers(Channels(**{name: server.channel(name, getattr(peers, name)) for name in stages}))
        customers = CustomerPeer(server.channel("customer", peers.customer))

        def begin() -> UnitOfWork:
            return UnitOfWork(database, outbox)

        app = App(
            begin=begin,
            clock=clock,
            customers=customers,
            openings=Openings(begin, clock, owners),
            payouts=Payouts(begin, clock, customers, owners, bank),
        )
        server.add(ActivationServicer(app), owners={"loan_id": app.owner_of}, store=database)
        events.listen(subscriptions(app))
        server.background(Periodic("activation", "activation.opening", app.open_next, 0.05))
        server.background(Periodic("activation", "activation.payout", app.pay_out_next, 0.1))
        server.run()


if __name__ == "__main__":
    main()
