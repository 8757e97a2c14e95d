"""Removes those of some files that no agreement names: `python -m services.agreement.unnamed < KEYS`, a line each.

A step of every restore, which puts back each file that may have been there at its moment: also one that was deleted
shortly before, such as the agreement that an erased customer never signed, or one that came shortly after. It runs
with the service's settings, before the service starts: a file on its way in has no agreement yet.
"""

import sys
from collections.abc import Callable
from functools import partial

from services.agreement.settings import Settings
from services.agreement.store import UnitOfWork
from services.runtime import context
from services.runtime.errors import Error
from services.runtime.files.objects import Objects
from services.runtime.files.unnamed import remove_unnamed
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.wrapping import wrapping_of


def is_named(begin: Callable[[], UnitOfWork], key: str) -> bool:
    """Whether an agreement names the file of this key."""
    with begin() as uow:
        agreement = uow.agreements.find(key.partition("/")[0])
        return agreement is not None and key in {file.key for file in uow.agreements.files(agreement)}


def main() -> int:
    """Removes them; 1 when that fails, and can be begun anew."""
    settings, keys = load(Settings), sys.stdin.read().splitlines()
    database = Mongo(settings.mongo, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    bucket = Objects(settings.objects)
    try:
        with context.background("agreement", "agreement.unnamed"):
            removed = remove_unnamed(partial(is_named, lambda: UnitOfWork(database, None)), bucket, keys)
    except Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        bucket.close()
        database.close()
    print(f"{len(removed)} of {len(keys)} files that may have been there had no agreement, and are removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
