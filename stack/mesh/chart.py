"""`python -m stack.mesh.chart FOLDER`: writes the Helm chart, and beside it the values of each place.

It is the kustomize base and istio/ once more, with what differs from place to place left to the values: made of those
files, whenever it is wanted, so that there is no second copy. The namespace is not in it: it must be there, with its
labels, before a chart can be installed into it.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stack.mesh import places, promotion
from stack.mesh.generate import ROOT, dumped
from stack.mesh.places import PLACES, Place
from stack.mesh.workloads import IMAGE

NAME = "loanflow"
FOLDERS = ("k8s/base", "istio")
APART = frozenset({"Kustomization", "Namespace"})
# What stands in the place of a value while YAML is written, and becomes an expression of a template.
_MARKS = {
    "LFHOST": "{{ .Values.publicHost }}",
    "LFREGION": "{{ .Values.region }}",
    "LFFEWEST": "{{ .Values.replicas.fewest }}",
    "LFMOST": "{{ .Values.replicas.most }}",
    "LFKEPT": "{{ .Values.replicas.kept }}",
    "LFIMAGE": '{{ include "loanflow.image" . }}',
}
_ANYWHERE = Place("", "LFHOST", "LFREGION", "LFFEWEST", "LFMOST", "LFKEPT")
_HELPERS = """{{- define "loanflow.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end -}}
"""


def files() -> dict[Path, str]:
    """Every file of the chart by its path in it, and values-<place>.yaml beside."""
    version = IMAGE.partition(":")[2]
    about = {"apiVersion": "v2", "name": NAME, "type": "application", "version": version, "appVersion": version}
    made = {
        Path("Chart.yaml"): dumped([about | {"description": "The services of LoanFlow, their mesh and their edge"}]),
        Path("values.yaml"): dumped([values(places.BASE)]),
        Path("values.schema.json"): json.dumps(schema(), indent=2) + "\n",
        Path("templates", "_helpers.tpl"): _HELPERS,
    }
    for path in sources():
        if objects := [
            each for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader) if each["kind"] not in APART
        ]:
            name = "-".join(path.relative_to(ROOT).with_suffix("").parts)
            made[Path("templates", f"{name}.yaml")] = _template(objects)
    return made | {Path(f"values-{place.name}.yaml"): dumped([values(place)]) for place in PLACES}


def sources() -> Iterator[Path]:
    """The files that the chart is made of."""
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.yaml"))


def values(place: Place) -> dict[str, Any]:
    """The values of a place."""
    repository, digest = released(place)
    return {
        "image": {"repository": repository, "tag": IMAGE.partition(":")[2], "digest": digest},
        "publicHost": place.host,
        "region": place.region,
        "replicas": {"fewest": place.fewest, "most": place.most, "kept": place.kept},
    }


def released(place: Place, root: Path = ROOT) -> tuple[str, str]:
    """The name and the digest of the image that the overlay of a place names; no digest where it names none."""
    name = IMAGE.partition(":")[0]
    if place == places.BASE:
        return name, ""
    overlay = yaml.safe_load(promotion.overlay(place, root).read_text())
    image: dict[str, str] = next(iter(overlay.get("images", ())), {})
    return image.get("newName", name), image.get("digest", "")


def schema() -> dict[str, Any]:
    """What values may be; hosts of parts are none of them, as policies are made of those."""
    count = {"type": "integer", "minimum": 1, "maximum": 50}
    text = {"type": "string", "minLength": 1}
    return {
        "$schema": "https://json-schema.org/draft-07/schema#",
        **_object(
            image=_object(
                repository=text, tag=text, digest={"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"}
            ),
            publicHost={"type": "string", "pattern": r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"},
            region=text,
            replicas=_object(fewest=count, most=count, kept={"type": "integer", "minimum": 0, "maximum": 49}),
        ),
    }  # fmt: skip


def _object(**properties: Any) -> dict[str, Any]:
    # Helm adds `global` to the values of every chart.
    return {"type": "object", "required": [*properties], "additionalProperties": False, "properties": properties}


def _template(objects: list[Any]) -> str:
    text = dumped([_imaged(places.at(_ANYWHERE, each)) for each in objects])
    text = text.replace("{{", '{{ "{{" }}')
    return re.sub("|".join(_MARKS), lambda found: _MARKS[found[0]], text)


def _imaged(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "LFIMAGE" if (key, each) == ("image", IMAGE) else _imaged(each) for key, each in value.items()}
    return [_imaged(each) for each in value] if isinstance(value, list) else value


def write(folder: Path) -> None:
    """Writes the chart; files of before that are no longer its stay, so give it an empty folder."""
    for path, text in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
