"""What all services of the stack keep about a person: each is asked by its own command, under its own settings."""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services import catalog
from stack import environment
from stack.layout import Layout

# Each takes a second of processor, most of it to load the service.
_AT_ONCE = 4


def run(layout: Layout, _: object, given: argparse.Namespace) -> int:
    """Has services.privacy locate, export, hold or release a person, or seal all; one JSON document of it."""
    # A hold begins with the customer service, which refuses erasures from then on.
    first, *others = (service.name for service in catalog.SERVICES)
    with ThreadPoolExecutor(_AT_ONCE) as asking:
        answers = [_ask(layout, first, given), *asking.map(lambda service: _ask(layout, service, given), others)]
    found = [answer for answer in answers if answer is not None]
    print(json.dumps({"person": given.person, given.what: found}, ensure_ascii=False, indent=2))
    return 0 if len(found) == len(answers) else 1


def _ask(layout: Layout, service: str, given: argparse.Namespace) -> Any:
    """What a service answers; None when it could not, which it has said."""
    command = [sys.executable, "-m", "services.privacy", given.what, service, *([given.person] if given.person else [])]
    command += ["--files", given.files] if given.files else []
    command += ["--why", given.why] if given.why else []
    env = {**os.environ, **environment.of_service(layout, service)}
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, env=env)
    return None if done.returncode else json.loads(done.stdout)
