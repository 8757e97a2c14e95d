"""Invites one of the first two administrators: `python -m services.auth.first_administrator EMAIL NAME NUMBER`.

NUMBER is the person's personnel number. Prints the token of a link that is good once, for an hour. Once two
administrators have joined, each approves what the other asks for, and the command refuses. It runs where the service
does, with its settings.
"""

import argparse
import sys

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.options.v1 import access_pb2
from services.auth import convert
from services.auth.hashing import Hashing
from services.auth.passwords import Passwords
from services.auth.settings import Settings
from services.auth.staff import Staff
from services.auth.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.serving.interceptors.validation import validate
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of


def main() -> int:
    """Invites; 1 when that is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("email", "name", "personnel_number"):
        parser.add_argument(name)
    given = parser.parse_args()
    settings = load(Settings)
    database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    cipher, hashing = OwnCipher(database, settings.sealing_key_file), Hashing(settings.hashing)
    staff = Staff(lambda: UnitOfWork(database, cipher), SystemClock(), Passwords(hashing))
    try:
        # As the RPC has it: who comes in by the command is told from others by the same rules.
        asked = pb.CreateUserRequest(email=given.email, full_name=given.name, roles=[access_pb2.ROLE_ADMIN],
                                     personnel_number=given.personnel_number)  # fmt: skip
        validate(asked)
        cipher.load()
        with context.background("auth", "auth.first_administrator"):
            print(staff.invite_first(convert.to_create_user(asked)))
    except (Error, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        hashing.close()
        database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
