"""Maker and checker are persons: what a service keeps of who acted is the holder of the account, never the account."""

import ast
from collections.abc import Iterator

from services.catalog import SERVICES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings

# Who says of accounts whose they are, and what is about an account alone.
OF_ACCOUNTS = {"auth"}


def asks_for_accounts(name: str) -> Iterator[str]:
    """Where a service takes the id of the caller's account."""
    for path in sorted((ROOT / "services" / name).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "subject" and "caller" in ast.unparse(node.value):
                yield (
                    f"services/{name}/{path.name}:{node.lineno}: {ast.unparse(node)} is one of a person's accounts: "
                    "take caller().holder"
                )


def test_services_ask_for_the_person_who_acts() -> None:
    findings(
        each for service in SERVICES if service.name not in OF_ACCOUNTS for each in asks_for_accounts(service.name)
    )
