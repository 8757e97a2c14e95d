"""gen/load: scripts with which a user puts the load of customers on an installation, by k6 or by vegeta.

What they do is proto/journey.yaml's, as far as a customer comes alone; bodies, paths and types are those of
gen/openapi.yaml, and the thresholds are the objectives of stack/observability/journeys.py. Pure Python: neither
k6 nor vegeta is needed to make them, and neither is part of the project.
"""

import json
from pathlib import Path

import yaml

from proto.plugins.journey import read
from proto.plugins.load.page import page
from proto.plugins.load.plan import LoadError, planned
from proto.plugins.load.script import script
from proto.plugins.load.targets import targets

__all__ = ("TSCONFIG", "LoadError", "generate")

# Strict, and without what a browser has; `types` are the globals of k6.
TSCONFIG = {
    "compilerOptions": {
        "target": "ES2020",
        "lib": ["ES2020"],
        "module": "ES2022",
        "moduleResolution": "bundler",
        "types": ["k6"],
        "strict": True,
        "noUncheckedIndexedAccess": True,
        "noUnusedLocals": True,
        "isolatedModules": True,
        "skipLibCheck": True,
        "noEmit": True,
    },
    "files": ["journey.ts"],
}


def generate(openapi: Path, journey: Path, folder: Path) -> None:
    """Writes `folder`/journey.ts, its tsconfig.json, targets.jq and README.md; LoadError with what does not fit."""
    document = yaml.load(openapi.read_text(), Loader=yaml.CSafeLoader)
    plan = planned(read(journey), document)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "journey.ts": script(plan, document["components"]["schemas"]),
        "tsconfig.json": json.dumps(TSCONFIG, indent=2) + "\n",
        "targets.jq": targets(plan),
        "README.md": page(plan),
    }.items():
        (folder / name).write_text(text)
