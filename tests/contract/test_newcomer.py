"""README's recipe for a field of a request, followed step by step on a copy."""

import os
import re
import subprocess
import sys

import pytest

from proto.evolution import __main__ as evolution
from proto.plugins.generate import generate
from tests.contract.conftest import ROOT
from tests.contract.copies import Copy

TRY = """
from loanflow.document.v1 import document_service_pb2 as pb
from services.document import convert
from services.runtime.errors import InvalidArgument
from services.runtime.serving.interceptors.validation import validate

named = {"document_id": "0b0f6a52-6ad8-4a5e-8a53-7c2cf9b4a6a1", "rejection_reason": 1, "reason": "blurred"}
good = pb.RejectDocumentRequest(**named, priority=3)
validate(good)
print(convert.to_reject(good).priority)
try:
    validate(pb.RejectDocumentRequest(**named, priority=10))
except InvalidArgument as refused:
    print(refused.violations[0].field)
"""


def test_adding_a_field_to_a_request_goes_as_readme_says(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    recipe = (ROOT / "README.md").read_text().partition("## Add a field to a request")[2].partition("\n## ")[0]
    (proto,), (code,) = (re.findall(rf"```{kind}\n(.*?)\n *```", recipe, re.DOTALL) for kind in ("proto", "python"))
    contract, handlers = re.search(r"`(proto/\S+)`", recipe), re.search(r"`(services/\S+)`", recipe)
    assert contract and handlers
    _append(
        copy, contract[1], "message RejectDocumentRequest {", "\n}", re.sub(r"^ +", "  ", proto, flags=re.MULTILINE)
    )
    _append(copy, handlers[1], "class Reject:", "\n\n\n", f"    {code.strip()}")

    assert generate(copy.root) == 0, capfd.readouterr().err
    assert evolution.main(copy.root) == 0, capfd.readouterr().err
    for check in (["buf", "lint"], ["buf", "format", "proto", "--diff", "--exit-code"]):
        subprocess.run(check, cwd=copy.root, check=True)
    environment = {**os.environ, "PYTHONPATH": f"{copy.root}{os.pathsep}{copy.root / 'gen'}"}
    done = subprocess.run(
        [sys.executable, "-c", TRY], env=environment, cwd=copy.root, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["3", "priority"], done.stderr


def _append(copy: Copy, file: str, start: str, end: str, lines: str) -> None:
    """Adds lines to the end of a block of a file."""
    block = copy.root.joinpath(file).read_text().partition(start)[2].partition(end)[0]
    copy.change(file, block, f"{block}\n{lines}")
