"""No part is reached in plain text or without a log-in: every setting of every service is taken away in turn."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from services import catalog
from services.runtime.settings import SettingsError, load
from stack import environment, pki
from stack.layout import Layout
from stack.servers import timestamps
from tests.contract.findings import findings

# By the end of a variable's name, what there must be of a connection; what an optional group lacks is not there at all.
NEEDED = ("_TLS_AUTHORITY_FILE", "_TLS_CERTIFICATE_FILE", "_TLS_KEY_FILE", "_PASSWORD_FILE", "_USER", "_CA_FILE",
          "_LOGIN_FILE", "_LOGIN_CERTIFICATE_FILE", "_LOGIN_KEY_FILE", "_SECRET_KEY_FILE")  # fmt: skip
# What is checked as it is used, by the client that reads it.
ADDRESSES = ("OBJECTS_URL", "REGISTRY_URL", "JASMIN_URL", "BANK_URL", "OPENBAO_URL", "SERVER_JWKS_URL")
# The groups of settings that say how a store or a party is reached; a new one needs its word here.
REACHED = {"POSTGRES", "MONGO", "REDIS", "OBJECTS", "KAFKA", "REGISTRY", "SMTP", "JASMIN", "BANK", "OPENBAO"}


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    found = Layout(18000, tmp_path_factory.mktemp("state"))
    pki.ensure(found.pki)
    timestamps.prepare(found)
    for name in catalog.BY_NAME:
        for secret in (*environment.static_secrets(found, name), "postgres-password"):
            (found.delivered(name) / secret).write_text("delivered")
    return found


def settings(name: str) -> type[Any]:
    kind: type[Any] = importlib.import_module(f"services.{name}.settings").Settings
    return kind


def takes(name: str, variables: dict[str, str]) -> bool:
    """Whether the service would start with these."""
    try:
        load(settings(name), variables)
    except SettingsError:
        return False
    return True


def weakened(whole: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each way to reach a part that is not encrypted, or not under a log-in."""
    for key, value in whole.items():
        short = key.removeprefix("LOANFLOW_")
        if short.partition("_")[0] in REACHED and short.endswith(NEEDED):
            yield f"without {key}", {name: each for name, each in whole.items() if name != key}
        if short in ADDRESSES:
            yield f"{key} by http", whole | {key: value.replace("https:", "http:")}
    yield "spans by http", whole | {"LOANFLOW_SERVER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_service_that_would_reach_a_part_unprotected_does_not_start(layout: Layout, name: str) -> None:
    whole = environment.of_service(layout, name)
    assert takes(name, whole)
    tried = dict(weakened(whole))
    assert len(tried) >= 12
    findings((f"services.{name} starts {what}" for what, less in tried.items() if takes(name, less)), "refuse it")


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_only_the_switch_of_development_goes_without(layout: Layout, name: str) -> None:
    whole = environment.of_service(layout, name)
    groups = {key.removesuffix("_TLS_AUTHORITY_FILE") for key in whole if key.endswith("_TLS_AUTHORITY_FILE")}
    assert {each.removeprefix("LOANFLOW_") for each in groups} <= REACHED
    for group in groups:
        left = {key: each for key, each in whole.items() if not key.startswith(f"{group}_TLS_")}
        assert not takes(name, left)
        assert takes(name, left | {f"{group}_TLS_PLAINTEXT": "true"}), group
    assert not [key for key in whole if key.endswith("PLAINTEXT") and whole[key]]


def test_every_group_that_is_encrypted_is_walked(layout: Layout) -> None:
    seen = {
        key.removeprefix("LOANFLOW_").partition("_")[0]
        for name in catalog.BY_NAME
        for key in environment.of_service(layout, name)
        if key.endswith(NEEDED)
    }
    assert seen == REACHED
