"""Terraform or OpenTofu, and where it finds the provider: which is there, and what it is asked for.

The provider is not downloaded when a mirror of it is there: $LOANFLOW_TERRAFORM_MIRROR, or one of the folders that
Terraform itself looks into, or one below /opt.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROVIDER = Path("registry.terraform.io") / "hashicorp" / "aws"
_PROGRAMS = ("terraform", "tofu")
_SECONDS = 900
# Whom no account knows.
_NOBODY = "none"


class Missing(Exception):
    """There is nothing to check with; the text says what is missing and how it is had."""


class CheckError(Exception):
    """What was checked is not right; the text says what, Terraform's own message is above it."""


@dataclass(frozen=True)
class Terraform:
    """The program, with a mirror of the provider, if there is one, and the folder of what it keeps for itself.

    `settings` are variables of its environment; it has none of the machine's, so that it cannot reach an account.
    """

    program: str
    mirror: Path | None
    kept: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_opentofu(self) -> bool:
        """Whether it is OpenTofu, whose registry has another name."""
        return Path(self.program).name == "tofu"

    def run(self, folder: Path, *arguments: str, fine: Sequence[int] = (0,)) -> str:
        """Runs it in a folder, and returns what it printed; CheckError when it ends otherwise than is fine."""
        done = subprocess.run(
            [self.program, *arguments], cwd=folder, env=self._environment(folder), capture_output=True, text=True,
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode not in fine:
            print(done.stdout + done.stderr, flush=True)
            raise CheckError(f"{Path(self.program).name} {arguments[0]} ended with {done.returncode}")
        return done.stdout

    def _environment(self, folder: Path) -> dict[str, str]:
        self.kept.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
            "TF_CLI_ARGS": "-no-color", "TF_DATA_DIR": str(self.kept / "data" / folder.name), "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": _NOBODY, "AWS_SECRET_ACCESS_KEY": _NOBODY,
            **({"TF_CLI_CONFIG_FILE": str(self._settings(self.mirror))} if self.mirror else {}), **self.settings,
        }  # fmt: skip

    def _settings(self, mirror: Path) -> Path:
        file = self.kept / "mirror.rc"
        file.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
        return file


def found(kept: Path, environment: Mapping[str, str] = os.environ) -> Terraform:
    """What is there; Missing when no program is, or a mirror is named that has no provider."""
    program = next((path for name in _PROGRAMS if (path := shutil.which(name, path=environment.get("PATH", "")))), None)
    if program is None:
        raise Missing("neither terraform nor tofu is installed, 1.10 or newer")
    return Terraform(program, mirror(environment), kept)


def mirror(environment: Mapping[str, str], system: Path = Path("/")) -> Path | None:
    """The folder with the provider; None when Terraform has to ask its registry; Missing when a named one has none."""
    if named := environment.get("LOANFLOW_TERRAFORM_MIRROR"):
        if not (Path(named) / PROVIDER).is_dir():
            raise Missing(f"LOANFLOW_TERRAFORM_MIRROR is {named}, which has no {PROVIDER}")
        return Path(named)
    home = Path(environment.get("HOME", "/"))
    places = [
        home / ".terraform.d" / "plugins",
        Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "terraform" / "plugins",
        system / "usr" / "local" / "share" / "terraform" / "plugins",
        system / "usr" / "share" / "terraform" / "plugins",
        *sorted((system / "opt").glob("*")),
    ]
    return next((place for place in places if (place / PROVIDER).is_dir()), None)
