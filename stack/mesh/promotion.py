"""`python -m stack.mesh.promotion PLACE [IMAGE]`: writes into the overlay of a place which image runs there.

The first place is given IMAGE, as NAME@sha256:..., which a release made; each other one gets what is at the place
before it, and nothing else. It prints the image. A commit of the overlay is what deploys it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from stack.mesh.generate import ROOT
from stack.mesh.places import PLACES, Place
from stack.mesh.workloads import IMAGE

NAME = IMAGE.partition(":")[0]
_NAMED = re.compile(r"(?P<name>[a-z0-9.:/_-]+)@(?P<digest>sha256:[0-9a-f]{64})")
_IMAGES = re.compile(r"^images:\n(?:[ -].*\n)*", re.MULTILINE)
# Of a place to which no release has come.
NONE = f"sha256:{'0' * 64}"


class PromotionError(Exception):
    """A place cannot be given an image; the text says why."""


@dataclass(frozen=True)
class Image:
    """An image by its name at a registry and its digest."""

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}@{self.digest}"


def overlay(place: Place, root: Path = ROOT) -> Path:
    """The file that names the image of a place."""
    return root / "k8s" / "overlays" / place.name / "kustomization.yaml"


def at(place: Place, root: Path = ROOT) -> Image:
    """The released image of a place; PromotionError when none has come there."""
    named = yaml.safe_load(overlay(place, root).read_text()).get("images", ())
    for each in named:
        if each["name"] == NAME and each.get("digest", NONE) != NONE:
            return Image(each.get("newName", NAME), each["digest"])
    raise PromotionError(f"{place.name} runs no release yet")


def read(text: str) -> Image:
    """The image of a text; PromotionError when it is not one by its digest."""
    found = _NAMED.fullmatch(text)
    if not found or found["digest"] == NONE:
        raise PromotionError(f"{text or 'nothing'} is no image by its digest: NAME@sha256:...")
    return Image(found["name"], found["digest"])


def chosen(place: Place, given: str = "", root: Path = ROOT) -> Image:
    """The image that a place is to run: what is given to the first one, what runs before it to any other."""
    if not place.after:
        return read(given)
    if given:
        raise PromotionError(f"{place.name} runs what ran at {place.after} and no other: give no image")
    return at(_named(place.after), root)


def promote(place: Place, image: Image, root: Path = ROOT) -> None:
    """Has the overlay of a place name the image; all else of the file stays."""
    file = overlay(place, root)
    text = _IMAGES.sub("", file.read_text())
    images = f"images:\n  - name: {NAME}\n    newName: {image.name}\n    digest: {image.digest}\n"
    file.write_text(text + images)


def _named(name: str) -> Place:
    for each in PLACES:
        if each.name == name:
            return each
    raise PromotionError(f"there is no place {name}: {', '.join(each.name for each in PLACES)}")


def main(words: list[str]) -> int:
    """Promotes; 1 when it could not."""
    try:
        if len(words) not in (1, 2):
            raise PromotionError("usage: python -m stack.mesh.promotion PLACE [IMAGE]")
        place = _named(words[0])
        image = chosen(place, "".join(words[1:]))
        promote(place, image)
    except PromotionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(image)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
