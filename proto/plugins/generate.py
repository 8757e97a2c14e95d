"""`python -m proto.plugins.generate`: makes gen/ anew from the protos and the table of services.

Everything is made in a folder beside gen/ and swapped in only when all of it succeeded, so a failed run leaves the
old gen/ whole. The tools (buf, python, protoc-gen-*) are those of the Python that runs this.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from proto.plugins import gates, postman
from proto.plugins.refusals import refusals
from stack import folders

ROOT = Path(__file__).resolve().parents[2]
FAILED = "make gen: failed, gen/ is as it was"


def generate(root: Path = ROOT) -> int:
    """Makes `root`/gen; returns the exit code of the tool that failed, or 0."""
    tools = os.pathsep.join(map(str, (Path(sys.executable).parent, folders.go_programs())))
    environment = {
        **os.environ,
        "PATH": tools + os.pathsep + os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if wrong := refusals(root, environment):
        print(*wrong, FAILED, sep="\n", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix=".gen-", dir=root) as folder:
        made = Path(folder, "gen")
        for command in (
            ["buf", "generate", "--output", str(made)],
            [
                "buf",
                "build",
                "--exclude-source-info",
                "--path",
                "proto/loanflow",
                "--output",
                str(made / "loanflow.binpb"),
            ],
        ):
            done = subprocess.run(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                print(done.stderr, FAILED, sep="", file=sys.stderr)
                return done.returncode
        # A copy with fewer plugins has none.
        if (made / "openapi.yaml").exists():
            (made / "docs" / "gates.md").write_text(gates.page())
            try:
                postman.generate(
                    made / "openapi.yaml", root / "proto" / "life.yaml", folders.node_packages(), made / "postman"
                )
            except postman.PostmanError as error:
                print(error, FAILED, sep="\n", file=sys.stderr)
                return 1
        _swap(made, root / "gen", Path(folder, "old"))
    return 0


def _swap(made: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    shutil.move(made, target)


if __name__ == "__main__":
    sys.exit(generate())
