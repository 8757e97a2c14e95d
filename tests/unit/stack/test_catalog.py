"""The twelve services stand in services/catalog.py alone: what has to repeat their names has all of them."""

import tomllib
from collections.abc import Iterator

import pytest

from services import catalog
from stack.folders import CHECKOUT
from stack.servers import mongo, postgres

CONTRACTS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def lists() -> Iterator[tuple[str, list[str]]]:
    for contract in CONTRACTS:
        for key in ("modules", "source_modules", "forbidden_modules", "containers"):
            yield f"{contract['name']}: {key}", contract.get(key, [])


@pytest.mark.parametrize(("where", "modules"), list(lists()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_contract_of_imports_is_about_all_services_or_none(where: str, modules: list[str]) -> None:
    """All services, or all that keep what they keep in the one kind of store."""
    kinds = [{f"services.{name}" for name in names} for names in (catalog.BY_NAME, postgres.SERVICES, mongo.DATABASES)]
    assert kinds[0] & set(modules) in (*kinds, set()), (
        f"pyproject.toml, {where} lacks {sorted(kinds[0] - set(modules))}: name every service of services/catalog.py"
    )


def test_every_service_has_its_folder_contract_and_entry() -> None:
    for service in catalog.SERVICES:
        for path in (f"services/{service.name}/__main__.py", f"proto/loanflow/{service.name}/v1"):
            assert (CHECKOUT / path).exists(), f"services/catalog.py names {service.name}, and {path} is missing"
    listed = {path.parent.parent.name for path in (CHECKOUT / "proto/loanflow").glob("*/v1/*_service.proto")}
    shared = {name.split(".")[1] for name in catalog.SHARED}
    assert listed == set(catalog.BY_NAME) | shared, "a contract with a service needs its line in services/catalog.py"
