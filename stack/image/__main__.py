"""`make image`: the image of all services, its digest, its size and its inventory.

usage: python -m stack.image build [--tag NAME:TAG] [--base debian | --base NAME] [--check]
       python -m stack.image lock

build  makes build/image/loanflow.tar, by buildah or docker where one is there and its registry answers, else without
       either. --base debian asks neither; --base NAME is another builder. --check builds the commit in two clones,
       and fails unless both have the same digest.
lock   writes stack/image/debian.lock of what Debian has today.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from stack import folders
from stack.image import ImageError, archive, build, contents, debian, dockerfile, engine, inventory, locking, trial
from stack.image.archive import Archive, Attachment
from stack.image.lint import lint
from stack.mesh.workloads import IMAGE

WITHOUT = "debian"


def image(name: str, base: str | None) -> Path:
    """Builds, looks through and describes it; the archive."""
    lint()
    made = _made(name, base)
    digest, files = archive.digest(made), list(archive.files(made))
    contents.check(files, archive.packed(made))
    if trial.possible():
        trial.run(made)
    print("run: " + ("read-only, as its own account" if trial.possible() else "not tried, which takes runc and root"))
    listed = inventory.write(made.with_name("loanflow.cdx.json"), name, digest, debian.locked())
    described = made.with_suffix(".described")
    with Archive(described) as writing:
        writing.all_of(made)
        writing.attach(Attachment(inventory.KIND, listed.read_bytes(), listed.name))
    described.replace(made)
    print("what is in it:", *contents.lines(files), sep="\n")
    sizes = (archive.packed(made), contents.total(files))
    print("size: {} packed, {} unpacked".format(*map(contents.megabytes, sizes)))
    print(f"inventory: {listed.relative_to(folders.CHECKOUT)}, and in the archive, referring to the image")
    print(f"image: {made.relative_to(folders.CHECKOUT)}\ndigest: {digest}", flush=True)
    return made


def _made(name: str, base: str | None) -> Path:
    found = None if base == WITHOUT else engine.find()
    wanted = base if base and base != WITHOUT else dockerfile.ours().base
    builder = engine.by_digest(found, wanted) if found else None
    if found and builder:
        print(f"built by {found}, in {builder}", flush=True)
        return engine.make(found, name, builder)
    if base and base != WITHOUT:
        raise ImageError(f"no registry answers for {base}; --base {WITHOUT} needs none")
    reason = f"{found} gets no answer from a registry" if found else "neither buildah nor docker can be used"
    print(f"built without an engine: {'as asked' if base else reason}", flush=True)
    return build.build(name)


def check(name: str, base: str | None) -> str:
    """Builds the commit in two clones that have little in common; the digest. Raises ImageError where it differs."""
    digests = set()
    for zone, mask in (("UTC", 0o022), ("Asia/Tokyo", 0o077)):
        with tempfile.TemporaryDirectory(prefix=f"image-{'x' * mask}") as folder:
            clone = Path(folder, "clone")
            subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", folders.CHECKOUT, clone], check=True)
            command = [sys.executable, "-m", "stack.image", "build", "--tag", name, *(("--base", base) if base else ())]
            environment = {**os.environ, "PYTHONPATH": f"{clone}{os.pathsep}{clone / 'gen'}", "TZ": zone}
            subprocess.run(command, cwd=clone, env=environment, umask=mask, check=True)
            digests.add(archive.digest(clone / "build" / "image" / f"{name.partition(':')[0]}.tar"))
    if len(digests) > 1:
        raise ImageError(f"one commit gave two images: {' and '.join(sorted(digests))}")
    return digests.pop()


def main(arguments: list[str]) -> int:
    """Does what is asked; 1 when it cannot be done, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m stack.image", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build")
    building.add_argument("--tag", default=IMAGE)
    building.add_argument("--base")
    building.add_argument("--check", action="store_true")
    commands.add_parser("lock")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "lock":
            print(locking.write().relative_to(folders.CHECKOUT))
        elif asked.check:
            print(f"the same from two clones: {check(asked.tag, asked.base)}")
        else:
            image(asked.tag, asked.base)
    except ImageError as error:
        print(f"image: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
