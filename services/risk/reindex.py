"""`python -m services.risk.reindex`: makes the index of the reports anew, out of the reports themselves.

It runs where the service runs, with the service's settings, while the service goes on: searches go to the old index
until the new one is whole, and what changes meanwhile is written to both. For a mapping that changed, an index that was
damaged, or a key of tokens that was replaced.
"""

import sys

from services.risk.commands import NoEvents
from services.risk.searching import NAME, report_index
from services.risk.settings import Settings
from services.risk.store import UnitOfWork
from services.runtime.errors import Unavailable
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of


def main() -> int:
    """The command; 1 when the engine or the database is out of reach, or there is no engine."""
    settings = load(Settings)
    database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
    index = report_index(settings.search, lambda: UnitOfWork(database, NoEvents()))
    try:
        if index is None:
            raise Unavailable("this platform has no search engine: LOANFLOW_SEARCH_URL is not set")
        print(f"{NAME}: {index.rebuild()} reports")
    except Unavailable as error:
        print(f"error: {error.message}", file=sys.stderr)
        return 1
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
