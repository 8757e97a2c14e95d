"""What the Dockerfile says, for whoever builds without an engine: the only list of what is copied and how it is run.

It reads the few instructions that ours has; any other one is an error, for it would be missing from the image.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from stack import folders
from stack.image import ImageError

FILE = folders.CHECKOUT / "Dockerfile"


@dataclass
class Image:
    """The image of the last stage: settings of its process, and the folders of this project by where they go."""

    base: str
    settings: dict[str, Any] = field(default_factory=dict)
    copied: dict[str, PurePosixPath] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)


def read(text: str) -> Image:
    """The image that a Dockerfile makes."""
    [base] = re.findall(r"^ARG BASE=(\S+)$", text, re.MULTILINE)
    image = Image(base)
    stages = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)
    made = re.findall(r"^COPY --from=builder (\S+)/(\w+) /$", stages[-1], re.MULTILINE)
    image.parts = [part for _, part in made]
    # What the builder makes ready in the folder of a part is in the image, below that folder.
    for folder, part in made:
        for source, target in re.findall(rf"^COPY (\S+) {re.escape(f'{folder}/{part}')}(/\S+)$", text, re.MULTILINE):
            image.copied[source] = PurePosixPath(target)
    for word, rest in _instructions(stages[-1]):
        _set(image.settings, word, rest)
    return image


def _instructions(stage: str) -> Iterator[tuple[str, str]]:
    plain = re.sub(r"^#.*\n", "", stage, flags=re.MULTILINE).replace("\\\n", " ")
    for line in plain.splitlines():
        word, _, rest = line.partition(" ")
        if word and word not in ("FROM", "COPY"):
            yield word, rest.strip()


def _set(settings: dict[str, Any], word: str, rest: str) -> None:
    match word:
        case "ENV":
            settings.setdefault("Env", []).extend(shlex.split(rest))
        case "LABEL":
            settings.setdefault("Labels", {}).update(each.split("=", 1) for each in shlex.split(rest))
        case "USER":
            settings["User"] = rest
        case "WORKDIR":
            settings["WorkingDir"] = rest
        case "ENTRYPOINT" | "CMD":
            settings[word.capitalize()] = json.loads(rest)
        case _:
            raise ImageError(f"Dockerfile: {word} is not known to stack/image/dockerfile.py")


def ours() -> Image:
    """That of this checkout."""
    return read(FILE.read_text())
