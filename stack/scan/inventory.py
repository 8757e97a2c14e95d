"""What the services are made of, as CycloneDX: the locked packages of the image, each with its version and hashes."""

import subprocess
from pathlib import Path

from stack import folders, programs

FILE = Path("dist") / "loanflow.cdx.json"


def write(checkout: Path = folders.CHECKOUT) -> Path:
    """Writes it, valid by its schema; where it is."""
    target = checkout / FILE
    target.parent.mkdir(exist_ok=True)
    command = [programs.python(), "-m", "cyclonedx_py", "requirements", "stack/services.txt"]
    form = ["--spec-version", "1.6", "--output-reproducible", "--validate", "--output-file", str(target)]
    subprocess.run([*command, *form], cwd=checkout, check=True, capture_output=True)
    return target
