"""The wheel of clients: built, installed where nothing of the checkout is seen, and used as README shows."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from services.runtime.stores.ports import Store
from tests.contract.conftest import ROOT
from tests.harness import Mesh, Servers

BAD = """
from loanflow_client import validate
try:
    validate(ListUsersRequest(page_size=1000))
except errors.InvalidArgument as refused:
    print(refused.violations[0].field)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel, and what it depends on from the packages of this one."""
    folder = tmp_path_factory.mktemp("client")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = str(ROOT / "stack" / "client")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), source]
    subprocess.run([*pip, *build], check=True, cwd=folder)
    (wheel,) = folder.glob("loanflow_client-*.whl")
    venv.create(folder / "venv", with_pip=False)
    found = folder / "venv" / "bin" / "python"
    (packages,) = (folder / "venv").glob("lib/*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([*pip, "--python", str(found), "install", "--no-deps", "--no-index", str(wheel)], check=True)
    return found


def _all_but(answers: dict[str, Any]) -> Any:
    """An auth service that answers these RPCs and none else."""
    rpcs = [name for name in vars(AuthServiceServicer) if name[0].isupper()]
    unused = {name: lambda *_: pytest.fail("an unexpected call") for name in rpcs}
    return type("Auth", (AuthServiceServicer,), {**unused, **answers})()


@pytest.mark.parametrize(("caller", "said"), [("kyc", "a1"), ("risk", "ACCESS_DENIED")])
def test_it_calls_a_running_service_as_readme_shows(
    python: Path, mesh: Mesh, client_for: Servers, caller: str, said: str, tmp_path: Path
) -> None:
    users = pb.ListUsersResponse(users=[{"account_id": "a1"}])
    servicer = _all_but({"ListUsers": lambda *_: users})
    target = client_for.serve(servicer, store=Mock(spec=Store), name="auth").target
    mesh.identity(caller)
    noted = (ROOT / "README.md").read_text().partition("## Call it from another service")[2]
    (shown,) = re.findall(r"```python\n(.*?)```", noted.partition("\n## ")[0], re.DOTALL)
    assert len([line for line in shown.splitlines() if line]) <= 12
    for old, new in (("127.0.0.1:8012", target), ('"kyc"', f'"{caller}"'), ('"pki"', repr(str(mesh.folder)))):
        assert old in shown
        shown = shown.replace(old, new)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = [python, "-c", shown + BAD]
    done = subprocess.run(run, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert done.stdout.split()[-1] == "page_size"
