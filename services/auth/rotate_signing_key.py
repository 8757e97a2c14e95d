"""Makes the next key that signs tokens, before its time: `python -m services.auth.rotate_signing_key`.

It signs once every verifier knows it, an hour later; running replicas find it by themselves. It runs where the service
does, with its settings.
"""

import sys

from services.auth.key_rotation import RotatingKeys
from services.auth.settings import Settings
from services.auth.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of


def main() -> int:
    """Rotates; 1 when that fails."""
    settings = load(Settings)
    database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    cipher = OwnCipher(database, settings.sealing_key_file)
    try:
        cipher.load()
        with context.background("auth", "auth.rotate_signing_key"):
            key, begins = RotatingKeys(lambda: UnitOfWork(database, cipher), SystemClock()).rotate()
            print(f"{key.key_id} is published, and signs from {begins.isoformat()}")
    except Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
