"""Erases customers again whose erasure a restore has undone: `python -m services.customer.erased_again < IDS`.

A step of every restore, after the incarnation was raised and before the services start; ids are a line each, and what
is erased already, or was no customer yet, is passed over. It runs where the service does, with its settings.
"""

import sys

from services.customer import convert
from services.customer.handlers import App
from services.customer.ports import Registration
from services.customer.settings import Settings
from services.customer.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.events import versions
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.events.registry import Registry
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of


class _NoAccounts:
    """ports.Accounts, of which an erasure asks nothing."""

    def start(self, customer_id: str, registration: Registration, password: str) -> None:
        """No one registers here."""
        raise NotImplementedError

    def prove(self, token: str, password: str) -> tuple[str, Registration]:
        """Nor confirms."""
        raise NotImplementedError

    def open_account(self, customer_id: str, email: str, password: str) -> None:
        """None is made here."""
        raise NotImplementedError


def main() -> int:
    """Erases them; 1 when that fails. What was done before stays done, and can be begun anew."""
    settings, ids = load(Settings), sys.stdin.read().split()
    database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    outbox = Outbox("customer", convert.event_message, Codec(Registry(settings.registry)))
    cipher = OwnCipher(database, settings.sealing_key_file)
    try:
        cipher.load()
        with database.transaction():
            outbox.incarnation = int(database.archive.noted(versions.NOTE) or 0)
        app = App(lambda: UnitOfWork(database, outbox, cipher), SystemClock(), _NoAccounts())
        with context.background("customer", "customer.erased_again"):
            print(f"{sum(app.erase_again(each) for each in ids)} of {len(ids)} customers were erased again")
    except Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
