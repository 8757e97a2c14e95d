"""The image without a container engine: what the Dockerfile copies is there, and enough for every service to start."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from envoy import contract, docs
from services.catalog import SERVICES
from services.papers import fonts
from stack.image import dockerfile, packages, root, started
from stack.mesh.workloads import IMAGE, USER
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same

DOCKERFILE = (ROOT / "Dockerfile").read_text()
LOCK = ROOT / "stack" / "services.txt"
SENT = [
    source for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for source in line.split()
]
# What of packages is not in the image, as modules.
LEFT_OUT = [
    pattern.replace("/", ".")
    for pattern, _ in packages.left_out(packages.LEFT_OUT.read_text())
    if pattern[0] not in "!*"
]
# Imports what every container runs, as if nothing were installed but what the image's lock names. Our own packages are
# not installed, though one is named like another's.
PROBE = """
import importlib, importlib.metadata, os, re, sys
locked = set(re.findall(r"^([a-z0-9.-]+)==", open(sys.argv[1]).read(), re.MULTILINE))
left_out = re.compile(sys.argv[2])
there = importlib.metadata.packages_distributions()
class OnlyLocked:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        owners = {re.sub(r"[-_.]+", "-", owner).lower() for owner in there.get(top, ())}
        if left_out.fullmatch(name) or owners and not owners & locked and not os.path.isdir(top):
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)
sys.meta_path.insert(0, OnlyLocked())
for name in sys.argv[3:]:
    importlib.import_module(name)
"""


def copied(folder: Path) -> None:
    """Fills a folder as the image has /app."""
    for source, place in dockerfile.ours().copied.items():
        target = folder / place.relative_to("/app")
        shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))


def run(folder: Path, *arguments: str) -> None:
    """Runs Python there as a container does, and expects that it ends well."""
    environment = {"PYTHONPATH": f"{folder}:{folder / 'gen'}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_image_has_all_that_the_containers_import(tmp_path: Path) -> None:
    copied(tmp_path)
    assert {f"services.{service.name}" for service in SERVICES} < {*started.modules()}
    run(tmp_path, "-c", PROBE, str(LOCK), missing(), *started.mains())


def missing() -> str:
    """A pattern of the modules that are left out."""
    return "|".join(rf"{re.escape(each)}(\..*)?" for each in LEFT_OUT)


def test_the_probe_finds_what_is_left_out(tmp_path: Path) -> None:
    copied(tmp_path)
    assert "phonenumbers.geodata" in LEFT_OUT
    with pytest.raises(AssertionError, match=r"phonenumbers\.geodata is not in the image"):
        run(tmp_path, "-c", PROBE, str(LOCK), missing(), "phonenumbers.geocoder")


def test_the_image_has_the_files_that_the_edge_reads(tmp_path: Path) -> None:
    copied(tmp_path)
    brought = tmp_path / "contract"
    brought.mkdir()
    (edge,) = (name for name in started.modules() if name.startswith("envoy."))
    run(tmp_path, "-m", edge, str(brought))
    assert {each.name: each.read_bytes() for each in brought.iterdir()} == {
        name: source.read_bytes() for name, source in contract.sources().items()
    }
    assert f"\n{docs.PACKAGE}==" in LOCK.read_text()


def test_the_image_has_the_fonts_of_the_papers() -> None:
    locked = re.findall(r"^([a-z0-9.-]+)==", LOCK.read_text(), re.MULTILINE)
    assert {package.replace("_", "-") for package in fonts.FAMILIES} <= set(locked)


def test_what_is_copied_is_sent_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    lost = [source for source in SENT if not (ROOT / source).exists()]
    findings([f"Dockerfile:1: copies {source}, which is not there" for source in lost], "mend the COPY line")
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    same(sent, SENT, ".dockerignore:1", "the Dockerfile copies it: let it through", "nothing copies it: take it out")


def test_a_builder_has_all_that_makes_the_image_and_needs_python_alone(tmp_path: Path) -> None:
    for source in (source for source in SENT if source.startswith("stack/")):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, tmp_path / source)
    command = [sys.executable, "-S", "-c", "import stack.image.root"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_dockerfile_and_what_makes_the_parts_agree() -> None:
    image = dockerfile.ours()
    assert tuple(image.parts) == root.PARTS
    assert image.settings["WorkingDir"] == f"/{root.APP}" and {*image.copied} == {"envoy", "gen", "services"}
    assert f"PATH=/{packages.ENVIRONMENT}/bin:/usr/bin" in image.settings["Env"]
    made = re.findall(r'^RUN \["python", "-m", "stack\.image\.root", "/made", (.*)\]$', DOCKERFILE, re.MULTILINE)
    assert [part for each in made for part in re.findall(r'"(\w+)"', each)] == image.parts


def test_what_is_left_out_has_a_reason() -> None:
    rows = packages.left_out(packages.LEFT_OUT.read_text())
    assert rows and all(reason for _, reason in rows)
    assert len({pattern for pattern, _ in rows}) == len(rows)


def test_it_runs_as_its_own_account_under_the_name_that_the_manifests_use() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == [f"{USER}:{USER}"]
    assert root.USER == USER
    assert f"docker build --tag {IMAGE} ." in DOCKERFILE
    ours = [path for path in (ROOT / "k8s").rglob("*.yaml") if ROOT / "k8s" / "observability" not in path.parents]
    images = {image for path in ours for image in re.findall(r"image: (\S+)", path.read_text())}
    assert images == {IMAGE, "auto"}


def test_both_locks_agree() -> None:
    whole, part = (ROOT / "stack" / "requirements.txt").read_text(), LOCK.read_text()
    pins = re.compile(r"^[a-z0-9.-]+==\S+", re.MULTILINE)
    extra = sorted(set(pins.findall(part)) - set(pins.findall(whole)))
    findings(
        [f"stack/services.txt:1: {pin} is pinned otherwise in stack/requirements.txt" for pin in extra], "make lock"
    )
