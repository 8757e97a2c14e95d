"""`make terraform-check`: format, types, policies, and as much as an emulator of AWS can make, with nothing left to do.

Skipped, with a message, where there is no Terraform or nothing to load the provider from: no change of the rest of the
project needs them.
"""

import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from stack import folders
from stack.aws import catalogue, emulator, environment
from stack.aws.tool import CheckError, Missing, Terraform, found

ROOT = catalogue.FILE.parent
STATE = ROOT / "state"
OVERRIDES = ROOT.with_name("emulator") / "overrides"
KEPT = folders.CHECKOUT / "build" / "terraform"
PLACE = "production-eu"
Result = TypeVar("Result")
_AUTHORITY = f"arn:aws:acm-pca:eu-central-1:{emulator.ACCOUNT}:certificate-authority/0"
# What the emulator does not know, or never has ready; it is planned there, and not made.
_MADE: dict[str, object] = {"parts": [], "addons": []}
_PLANNED: dict[str, object] = {"redis_password": "0" * 32, "client_authorities": [_AUTHORITY]}


def check() -> None:
    """All of it, one step after another; CheckError, or Missing when there is nothing to check with."""
    terraform = found(KEPT)
    shutil.rmtree(KEPT, ignore_errors=True)
    if catalogue.FILE.read_text(encoding="utf-8") != catalogue.text():
        raise CheckError(f"{catalogue.FILE.name} is not what the project says: python -m stack.aws catalogue")
    _step("format", lambda: terraform.run(ROOT, "fmt", "-check", "-recursive", "-diff"))
    _step("the provider", lambda: _prepare(terraform))
    _step("types of the state's bucket", lambda: terraform.run(STATE, "validate"))
    _step("types of a place", lambda: terraform.run(ROOT, "validate"))
    said = _step("policies", lambda: terraform.run(ROOT, "test"))
    print("  " + _line(r"Success!.*", said))
    with emulator.running(environment.program(), KEPT / "emulator.log") as settings:
        _emulated(replace(terraform, settings=settings))


def _prepare(terraform: Terraform) -> None:
    """Loads the provider into both roots; Missing when it cannot be had."""
    locked = () if terraform.is_opentofu else ("-lockfile=readonly",)
    try:
        for folder in (STATE, ROOT):
            terraform.run(folder, "init", "-backend=false", *locked)
    except CheckError as error:
        if terraform.mirror is None:
            said = "the provider hashicorp/aws cannot be loaded: LOANFLOW_TERRAFORM_MIRROR names a mirror of it"
            raise Missing(said) from error
        raise


def _emulated(terraform: Terraform) -> None:
    """Makes a place at the emulator, and looks what a second plan would still change."""
    place = (f"-var-file=places/{PLACE}.tfvars", f"-var=account_id={emulator.ACCOUNT}")
    made, planned = (*place, *_variables(_MADE)), (*place, *_variables(_PLANNED))
    backend = _step("the state's bucket", lambda: _state(terraform))
    copy = _copy()
    _step("the state in it", lambda: terraform.run(copy, "init", *backend))
    said = _step("what the emulator can make", lambda: terraform.run(copy, "apply", "-auto-approve", *made))
    print("  " + _line(r"Apply complete!.*", said))
    said = _step("a second plan", lambda: terraform.run(copy, "plan", "-detailed-exitcode", *made))
    print("  " + _line(r"No changes\..*", said))
    said = _step("a plan of all", lambda: terraform.run(copy, "plan", "-detailed-exitcode", *planned, fine=(2,)))
    print("  " + _line(r"Plan: \d+ to add, 0 to change, 0 to destroy\.", said))


def _copy() -> Path:
    """The configuration, which does not look at what the emulator does not keep."""
    copy = KEPT / "emulated"
    shutil.copytree(ROOT, copy)
    for override in OVERRIDES.glob("*.tf"):
        shutil.copy(override, copy / "modules" / override.stem / "emulator_override.tf")
    return copy


def _state(terraform: Terraform) -> list[str]:
    """Makes the bucket of the state; what `init` has to be told of it."""
    file, region = f"-state={KEPT / 'state.tfstate'}", catalogue.catalogue()["places"][PLACE]["region"]
    # The emulator takes a denial without its condition, so the policy of the bucket would close it to everybody.
    parts = ("versioning", "server_side_encryption_configuration", "public_access_block")
    targets = [f"-target=aws_s3_bucket_{part}.state" for part in parts]
    own = (*targets, f"-var=account_id={emulator.ACCOUNT}", f"-var=region={region}")
    terraform.run(STATE, "init")
    terraform.run(STATE, "apply", "-auto-approve", file, *own)
    made = json.loads(terraform.run(STATE, "output", "-json", file, "backend"))
    # The emulator has no name for each bucket.
    told = {**made, "key": f"{PLACE}.tfstate", "use_path_style": "true"}
    return [f"-backend-config={name}={value}" for name, value in told.items()]


def _variables(values: dict[str, object]) -> list[str]:
    return [f"-var={name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in values.items()]


def _line(pattern: str, said: str) -> str:
    """The line that a step has to say; CheckError when it does not."""
    if line := re.search(pattern, said):
        return line[0]
    raise CheckError(f"Terraform did not say {pattern}: {said[-2000:]}")


def _step(what: str, do: Callable[[], Result]) -> Result:
    began = time.monotonic()
    result = do()
    print(f"{what}: fine, {time.monotonic() - began:.0f} s", flush=True)
    return result
