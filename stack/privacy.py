"""What all services of the stack keep about a person: each is asked by its own command, under its own settings."""

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from services import catalog
from stack import environment
from stack.layout import Layout


def run(layout: Layout, _: object, given: argparse.Namespace) -> int:
    """Has services.privacy locate, export, hold or release a person in every service; one JSON document of all."""
    answers: list[Any] = []
    refused = 0
    # A hold begins with the customer service, which refuses erasures from then on.
    for service in catalog.SERVICES:
        done = subprocess.run(
            _command(service.name, given),
            check=False, stdout=subprocess.PIPE, env={**os.environ, **environment.of_service(layout, service.name)},
        )  # fmt: skip
        if done.returncode:
            refused += 1
        else:
            answers.append(json.loads(done.stdout))
    print(json.dumps({"person": given.person, given.what: answers}, ensure_ascii=False, indent=2))
    return 1 if refused else 0


def _command(service: str, given: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-m", "services.privacy", given.what, service, given.person]
    command += ["--files", given.files] if given.files else []
    return command + (["--why", given.why] if given.why else [])
