"""Invites one of the first two administrators: `python -m services.auth.first_administrator EMAIL NAME NUMBER`.

NUMBER is the person's personnel number. Prints the token of a link that is good once, for an hour. Once two
administrators have joined, each approves what the other asks for, and the command refuses. It runs where the service
does, with its settings.
"""

import argparse
import sys

from services.auth.commands import CreateUser
from services.auth.hashing import Hashing
from services.auth.model import Role
from services.auth.passwords import Passwords
from services.auth.settings import Settings
from services.auth.staff import Staff
from services.auth.store import UnitOfWork
from services.kinds.contacts import email
from services.kinds.texts import person_name
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of


def main() -> int:
    """Invites; 1 when that is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("email", "name", "personnel_number"):
        parser.add_argument(name)
    given = parser.parse_args()
    settings = load(Settings)
    cipher, hashing = FieldCipher(settings.sealing_key_file), Hashing(settings.hashing)
    database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    staff = Staff(lambda: UnitOfWork(database, cipher), SystemClock(), Passwords(hashing))
    try:
        invited = CreateUser(
            email(given.email), person_name(given.name), frozenset({Role.ADMIN}), given.personnel_number
        )
        with context.background("auth", "auth.first_administrator"):
            print(staff.invite_first(invited))
    except (Error, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        hashing.close()
        database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
