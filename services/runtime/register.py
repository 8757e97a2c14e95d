"""`python -m services.runtime.register <service>...`: registers the schemas of the events of the named services.

A step of start-up and deploy; setting: LOANFLOW_REGISTRY_URL. An incompatible schema ends it with 1.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.runtime import errors, settings
from services.runtime.avro import Incompatible, Registry, RegistrySettings, event_classes


@dataclass(frozen=True)
class _Environment:
    registry: RegistrySettings


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.register", description="Registers schemas.")
    parser.add_argument("service", nargs="+", help="a service that publishes events")
    names: list[str] = parser.parse_args(arguments).service
    registry = Registry(settings.load(_Environment).registry)
    count = 0
    try:
        registry.demand_compatibility()
        for kind in [kind for name in names for kind in event_classes(name)]:
            registry.register(kind.DESCRIPTOR.full_name)
            count += 1
    except (Incompatible, errors.Unavailable) as error:
        sys.exit(str(error))
    finally:
        registry.close()
    print(f"{count} schemas registered")


if __name__ == "__main__":
    main()
