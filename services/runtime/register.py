"""`python -m services.runtime.register kyc risk`: registers the schemas of the events of the named services.

A step of start-up and deploy; setting: LOANFLOW_REGISTRY_URL. An incompatible schema ends it with 1.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka.schema_registry import SchemaRegistryError

from services.runtime import settings
from services.runtime.avro import Registry, RegistrySettings, event_classes


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
    for name in names:
        for each in event_classes(name):
            try:
                registry.register(each.DESCRIPTOR.full_name)
            except SchemaRegistryError as error:
                sys.exit(f"{each.DESCRIPTOR.full_name}: {error}")
            count += 1
    print(f"{count} schemas registered")


if __name__ == "__main__":
    main()
