"""What the manifests start in containers of the image, and whether it can be imported there.

It is tried with the files and the Python of the image, without running it: what was left out of packages, and a
library that the base lacks, is found when the image is built.
"""

import re
import subprocess
from pathlib import Path

import yaml

from stack import folders
from stack.image import ImageError, inside, packages
from stack.image.root import APP


def modules(checkout: Path = folders.CHECKOUT) -> list[str]:
    """The modules that Deployments, Jobs and CronJobs start."""
    pods = [
        each
        for path in (checkout / "k8s").rglob("*.yaml")
        for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
        if each["kind"] in ("Deployment", "Job", "CronJob")
    ]
    return sorted(set(re.findall(r"'((?:services|envoy)\.[a-z_.]+)'", str(pods))))


def mains(checkout: Path = folders.CHECKOUT) -> list[str]:
    """The same as they are imported, without being run."""
    return [f"{name}.__main__" if (checkout / name.replace(".", "/")).is_dir() else name for name in modules(checkout)]


def check(root: Path) -> None:
    """Imports them all in the Python below `root`, which has the folders of the layers; raises ImageError."""
    app = root / "app" / APP
    path = (app, app / "gen", root / "packages" / packages.SITE)
    imports = f"import importlib\nfor each in {mains()}: importlib.import_module(each)"
    command = [*inside.command(root / "base", inside.PYTHON), "-c", imports]
    environment = inside.environment(root / "base", *path)
    done = subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageError(f"what the manifests start cannot be imported in the image: {done.stderr.strip()[-2000:]}")
