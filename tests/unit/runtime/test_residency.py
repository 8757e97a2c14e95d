"""Nothing starts whose store is in a region where personal data may not be; the refusal names the setting."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog import SERVICES
from services.runtime.settings import SettingsError, load
from stack import variables

REGIONS = st.sampled_from(["", "eu-central-1", "eu-west-1", "us-east-1"])
STORES = ("postgres", "mongo", "redis", "objects", "kafka")


@dataclasses.dataclass(frozen=True)
class Server:
    """What of a service's settings names the regions."""

    name: str
    residency: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Store:
    """A store, with another within."""

    host: str
    region: str = ""


@dataclasses.dataclass(frozen=True)
class Settings:
    """A service's."""

    server: Server
    postgres: Store
    redis: Store


@given(REGIONS, REGIONS, st.sets(st.sampled_from(["eu-central-1", "eu-west-1", "us-east-1"])))
def test_every_store_is_where_personal_data_may_be(first: str, second: str, allowed: set[str]) -> None:
    environ = {
        "LOANFLOW_SERVER_NAME": "kyc", "LOANFLOW_SERVER_RESIDENCY": ",".join(sorted(allowed)),
        "LOANFLOW_POSTGRES_HOST": "db", "LOANFLOW_POSTGRES_REGION": first,
        "LOANFLOW_REDIS_HOST": "cache", "LOANFLOW_REDIS_REGION": second,
    }  # fmt: skip
    places = {"LOANFLOW_POSTGRES_REGION": first, "LOANFLOW_REDIS_REGION": second}
    wrong = [name for name, region in places.items() if allowed and region not in allowed]
    if not wrong:
        assert load(Settings, environ).server.residency == tuple(sorted(allowed))
        return
    with pytest.raises(SettingsError) as refused:
        load(Settings, environ)
    assert [problem.split()[0] for problem in refused.value.problems] == wrong
    assert all("LOANFLOW_SERVER_RESIDENCY" in problem for problem in refused.value.problems)


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_every_store_of_a_service_tells_its_region(service: str) -> None:
    paths = {setting.path for setting in variables.of_service(service)}
    groups = {path.partition(".")[0] for path in paths}
    silent = sorted(store for store in groups & {*STORES} if f"{store}.region" not in paths)
    assert not silent, (
        f"services/{service}/settings.py: {silent[0]} tells no region: give its settings class a `region`"
    )
    assert "server.residency" in paths


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_a_cluster_says_where_each_store_is(service: str) -> None:
    text = Path(f"k8s/base/services/{service}.yaml").read_text()
    for setting in variables.of_service(service):
        if setting.field in ("region", "residency"):
            assert setting.variable in text, f"k8s/base/services/{service}.yaml lacks {setting.variable}: make gen"
