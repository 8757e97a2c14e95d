"""Nothing is lost between a message and a class: all pairs fit, and what is built by hand has every field."""

import importlib
from pathlib import Path

import pytest

from services.catalog import SERVICES
from tests.contract.built import forgotten
from tests.contract.conftest import ROOT

FILES = [
    path for name in ("convert", "servicer", "consumer", "peers") for path in sorted(ROOT.glob(f"services/*/{name}.py"))
]


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_every_pair_fits_and_every_message_is_whole(path: Path) -> None:
    # Importing it checks the pairs it declares.
    importlib.import_module(f"services.{path.parent.name}.{path.stem}")
    lacking = list(forgotten(path, ROOT))
    assert not lacking, "\n".join(lacking)


def test_every_service_has_its_conversions() -> None:
    named = {path.parent.name for path in FILES if path.stem == "convert"}
    missing = sorted({service.name for service in SERVICES} - named)
    assert not missing, f"services/{missing[0]}/convert.py is missing: declare its pairs there"
