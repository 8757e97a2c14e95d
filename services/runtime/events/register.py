"""`python -m services.runtime.events.register <service>...`: registers the schemas of the events of the named services.

A step of start-up and deploy; setting: LOANFLOW_REGISTRY_URL. A registry that is slow to begin is waited for; an
incompatible schema ends it with 1.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from services.runtime import errors, settings
from services.runtime.events.avro import event_classes
from services.runtime.events.registry import Incompatible, Registry, RegistrySettings

_PATIENCE_SECONDS, _PAUSE_SECONDS = 30.0, 0.5


@dataclass(frozen=True)
class _Environment:
    registry: RegistrySettings


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.events.register", description="Registers.")
    parser.add_argument("service", nargs="+", help="a service that publishes events")
    names: list[str] = parser.parse_args(arguments).service
    registry = Registry(settings.load(_Environment).registry)
    kinds = [kind.DESCRIPTOR.full_name for name in names for kind in event_classes(name)]
    try:
        _patiently(registry.demand_compatibility)
        for kind in kinds:
            _patiently(partial(registry.register, kind))
    except (Incompatible, errors.Unavailable) as error:
        sys.exit(str(error))
    finally:
        registry.close()
    print(f"{len(kinds)} schemas registered")


def _patiently(step: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            step()
            return
        except errors.Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
