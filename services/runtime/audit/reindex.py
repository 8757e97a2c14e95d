"""`python -m services.runtime.audit.reindex <service>`: makes the index of a service's audit trail anew.

It runs under the settings of the service's store and LOANFLOW_SEARCH_*, while the service goes on: searches go to the
old index until the new one is whole, and what is chained meanwhile is written to both. For a mapping that changed, an
index that was damaged, or a key of tokens that was replaced; one that is lost the service makes anew by itself.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.runtime.audit.indexing import audit_index
from services.runtime.audit.opening import StoreEnvironment, opened
from services.runtime.errors import Unavailable
from services.runtime.secrets.loading import load
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class _Environment(StoreEnvironment):
    search: SearchSettings | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when the engine or the database is out of reach, or there is no engine."""
    parser = argparse.ArgumentParser(
        prog="python -m services.runtime.audit.reindex", description="Makes the index of an audit trail anew."
    )
    parser.add_argument("service")
    given, environment = parser.parse_args(arguments), load(_Environment)
    store = opened(environment)
    index = audit_index(environment.search, given.service, store)
    try:
        if index is None:
            raise Unavailable("this platform has no search engine: LOANFLOW_SEARCH_URL is not set")
        print(f"{index.name}: {index.rebuild()} rows")
    except Unavailable as error:
        print(f"error: {error.message}", file=sys.stderr)
        return 1
    finally:
        if index is not None:
            index.close()
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
