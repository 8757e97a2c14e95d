"""Which parts are looked at before anything signs in there."""

import yaml

from services.bootstrap.reach import Place, places
from services.catalog import BY_NAME
from stack.mesh.network import PLATFORM, parties
from stack.mesh.policies import PUBLIC_HOST
from stack.variables import Setting, of_service


def test_every_part_of_the_platform_is_looked_at() -> None:
    """By the ConfigMap alone, as by the settings of all services."""
    settings: set[Setting] = {each for name in BY_NAME for each in of_service(name)}
    wanted = {(each.host, each.port) for each in parties(settings) if each.host != PUBLIC_HOST}
    found = places(yaml.safe_load(PLATFORM.read_text())["data"])
    assert {(each.host, each.port) for each in found} == wanted
    assert len({each.part for each in found}) == len(found)


def test_lists_defaults_and_what_is_no_address() -> None:
    found = places(
        {
            "LOANFLOW_KAFKA_BOOTSTRAP": "a:1,b:2", "LOANFLOW_BANK_URL": "https://bank", "LOANFLOW_MONGO_HOST": "m",
            "LOANFLOW_MONGO_PORT": "x", "LOANFLOW_SMTP_SENDER": "a@b", "LOANFLOW_PUBLIC_URL": "https://edge",
            "LOANFLOW_REDIS_HOST": "", "LOANFLOW_REDIS_PORT": "1", "OTHER_URL": "https://x",
        }
    )  # fmt: skip
    kafka = [Place("kafka", "a", 1), Place("kafka", "b", 2)]
    assert found == [Place("bank", "bank", 443), *kafka, Place("mongo", "m", 0)]
